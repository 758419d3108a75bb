// Questions to a database, ranked as haiku.rag ranks them: vector 1/(1+cosine distance), full text BM25, hybrid the sum of
// reciprocal ranks 1/(60+rank), rank from 1, over both lists. A filter over document_meta's columns becomes a list of document ids first.
import { lancedb } from "./lance.mjs";
import { MAX_LIMIT, count, filter, inList, string, vector } from "./checks.mjs";
import { sameModel } from "./database.mjs";
import { fail, translate } from "./errors.mjs";

const RRF_K = 60;
const REFINE = 30; // with a quantised vector index: how many times the limit is ranked again by exact distance
const COLUMNS = ["id", "document_id", "content", "metadata", "order"];
const ATTEMPTS = 3;

// Rows of document_meta that fit a user's filter.
export async function idsOf(db, where) {
  const query = db.metaTable.query().select(["id"]).where(where);
  const rows = await query.toArrow().catch((error) => {
    throw translate(error, "invalid_argument");
  });
  const column = rows.getChild("id");
  return Array.from({ length: rows.numRows }, (_, i) => column.get(i));
}

async function byVector(db, values, limit, where) {
  let query = db.table("chunks").query().nearestTo(values).distanceType("cosine").refineFactor(REFINE);
  query = query.select([...COLUMNS, "_distance"]).limit(limit);
  if (where) query = query.where(where);
  const rows = await query.toArray();
  return rows.map((row) => ({ row, score: 1 / (1 + row._distance) }));
}

async function byText(db, text, limit, where) {
  if (text.trim() === "") return [];
  const match = new lancedb.MatchQuery(text, "content_fts");
  let query = db.table("chunks").query().fullTextSearch(match).select([...COLUMNS, "_score"]).limit(limit);
  if (where) query = query.where(where);
  const rows = await query.toArray();
  return rows.map((row) => ({ row, score: row._score }));
}

function hit({ row, score }) {
  return { row, score, vector_score: null, text_score: null };
}

function fuse(vectorHits, textHits, limit) {
  const hits = new Map();
  const add = (list, part) =>
    list.forEach(({ row, score }, rank) => {
      const entry = hits.get(row.id) ?? { ...hit({ row, score: 0 }) };
      entry.score += 1 / (RRF_K + rank + 1);
      entry[part] = score;
      hits.set(row.id, entry);
    });
  add(vectorHits, "vector_score");
  add(textHits, "text_score");
  return [...hits.values()].sort((a, b) => b.score - a.score).slice(0, limit);
}

async function ranked(db, request, limit, where) {
  const { mode } = request;
  if (mode === "vector") return (await byVector(db, request.vector, limit, where)).map((h) => ({ ...hit(h), vector_score: h.score }));
  if (mode === "fts") return (await byText(db, request.text, limit, where)).map((h) => ({ ...hit(h), text_score: h.score }));
  const [vectorHits, textHits] = await Promise.all([byVector(db, request.vector, limit, where), byText(db, request.text, limit, where)]);
  return fuse(vectorHits, textHits, limit);
}

// A JSON object of a row that somebody else may have written.
function object(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

const texts = (value) => (Array.isArray(value) ? value.filter((v) => typeof v === "string") : []);
const numbers = (value) => (Array.isArray(value) ? value.filter(Number.isSafeInteger) : []);

function answer(entry, meta) {
  const { row } = entry;
  const chunk = object(row.metadata);
  const about = object(meta.metadata);
  return {
    chunk_id: row.id, document_id: row.document_id, content: row.content, order: Number(row.order),
    uri: meta.uri, title: meta.title, hash: typeof about.doc_id === "string" ? about.doc_id : null,
    page_numbers: numbers(chunk.page_numbers), headings: texts(chunk.headings), labels: texts(chunk.labels), refs: texts(chunk.doc_item_refs),
    score: entry.score, vector_score: entry.vector_score, text_score: entry.text_score,
  };
}

async function metaOf(db, ids) {
  if (ids.length === 0) return new Map();
  const rows = await db.metaTable.query().select(["id", "uri", "title", "metadata"]).where(inList("id", ids)).toArray();
  return new Map(rows.map((row) => [row.id, row]));
}

// header: { mode, text, limit, filter }; block: the question's vector.
export async function search(db, header, block) {
  const limit = count(header.limit, "limit", MAX_LIMIT);
  if (!["vector", "fts", "hybrid"].includes(header.mode)) fail("invalid_argument", "mode must be vector, fts or hybrid");
  const request = { mode: header.mode, text: string(header.text ?? "", "text") };
  if (request.mode !== "fts") request.vector = await questionVector(db, header, block);
  const filterText = filter(header.filter);
  if (limit === 0) return { hits: [] };
  for (let attempt = 1; ; ++attempt) {
    const ids = filterText ? await idsOf(db, filterText) : null;
    if (ids?.length === 0) return { hits: [] };
    const entries = await ranked(db, request, limit, ids && inList("document_id", ids.map(quotable)));
    const meta = await metaOf(db, [...new Set(entries.map((e) => quotable(e.row.document_id)))]);
    const whole = entries.every((e) => meta.has(e.row.document_id));
    // A document that was removed between the two reads: ask again; its chunks are gone by then.
    if (!whole && attempt < ATTEMPTS) continue;
    return { hits: entries.filter((e) => meta.has(e.row.document_id)).map((e) => answer(e, meta.get(e.row.document_id))) };
  }
}

// Vectors of two models cannot be compared, also when they have the same length.
async function questionVector(db, { model }, block) {
  if (model && db.stored && !sameModel(db.stored.name, model)) {
    fail("conflict", `${db.path} holds vectors of ${db.stored.name}, the question's is of ${model}`);
  }
  return vector(block, db.stored?.dimension ?? (await dimensionOf(db)));
}

// Ids of rows that others wrote may hold anything.
const quotable = (value) => value.replaceAll("'", "''");

async function dimensionOf(db) {
  const schema = await db.table("chunks").schema();
  return schema.fields.find((f) => f.name === "vector").type.listSize;
}

// header: { limit, offset, filter }.
export async function documents(db, header) {
  const limit = count(header.limit, "limit", MAX_LIMIT);
  const offset = count(header.offset ?? 0, "offset");
  const where = filter(header.filter);
  try {
    const total = await db.metaTable.countRows(where || undefined);
    let query = db.metaTable.query().select(["id", "uri", "title", "metadata", "created_at", "updated_at"]);
    query = query.orderBy([{ columnName: "created_at" }, { columnName: "id" }]);
    if (where) query = query.where(where);
    const rows = limit === 0 ? [] : await query.limit(limit).offset(offset).toArray();
    const chunks = await chunkCounts(db, rows.map((row) => quotable(row.id)));
    return { total, documents: rows.map((row) => document(row, chunks.get(row.id) ?? 0)) };
  } catch (error) {
    throw translate(error, where ? "invalid_argument" : "internal");
  }
}

const document = ({ id, uri, title, created_at, updated_at, metadata }, chunk_count) => ({ id, uri, title, created_at, updated_at, chunk_count, metadata });

async function chunkCounts(db, ids) {
  const counts = new Map();
  if (ids.length === 0) return counts;
  const rows = await db.table("chunks").query().select(["document_id"]).where(inList("document_id", ids)).toArrow();
  const column = rows.getChild("document_id");
  for (let i = 0; i < rows.numRows; ++i) counts.set(column.get(i), (counts.get(column.get(i)) ?? 0) + 1);
  return counts;
}
