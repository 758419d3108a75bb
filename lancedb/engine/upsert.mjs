// Writing documents and taking them out. LanceDB commits per table, so the order carries the promises:
//
//   write    documents, then items and meta, then the chunks in one commit that also drops the replaced documents' old chunks,
//            then items that no longer exist. A search therefore finds the old document or the new one, never none or both.
//   remove   chunks, items, meta, documents.
//
// `documents` has a row of a document from the first to the last moment anything of it is stored: whoever finds none there can
// add plainly, and whoever finds one (also half a document that a crash left) replaces.
import { inList } from "./checks.mjs";
import { fail } from "./errors.mjs";
import { chunksTable, documentsTable, itemsTable, metaTable } from "./rows.mjs";

const KEY_COLUMN = { documents: "id", document_meta: "id", document_items: "document_id", chunks: "document_id" };

// Writes a group of documents with different ids: one commit per table. Returns the rows found afterwards, per document.
export async function writeDocuments(db, documents, dimension) {
  const created = await creationTimes(db, documents);
  const replaced = documents.filter((d) => created.has(d.id)).map((d) => d.id);
  await put(db, "documents", documentsTable(documents), replaced, ["id"]);
  await Promise.all([
    put(db, "document_items", itemsTable(documents), replaced, ["document_id", "self_ref"]),
    put(db, "document_meta", metaTable(documents, created), replaced, ["id"]),
  ]);
  await putChunks(db, chunksTable(documents, dimension), replaced);
  await dropOldItems(db, documents.filter((d) => created.has(d.id)));
  return readBack(db, documents);
}

// id -> created_at ("" when unknown) of those that have a row in `documents`.
async function creationTimes(db, documents) {
  const where = inList("id", documents.map((d) => d.id));
  const known = await db.table("documents").query().select(["id"]).where(where).toArray();
  if (known.length === 0) return new Map();
  const meta = await db.table("document_meta").query().select(["id", "created_at"]).where(where).toArray();
  const times = new Map(meta.map((row) => [row.id, row.created_at]));
  return new Map(known.map((row) => [row.id, times.get(row.id)]));
}

async function put(db, name, rows, replaced, key) {
  if (rows.numRows === 0) return;
  const table = db.table(name);
  if (replaced.length === 0) {
    await table.add(rows);
  } else {
    await table.mergeInsert(key).whenMatchedUpdateAll().whenNotMatchedInsertAll().execute(rows);
  }
}

async function putChunks(db, rows, replaced) {
  const table = db.table("chunks");
  if (replaced.length === 0) {
    if (rows.numRows > 0) await table.add(rows);
  } else if (rows.numRows === 0) {
    await table.delete(inList("document_id", replaced));
  } else {
    await table
      .mergeInsert("id")
      .whenMatchedUpdateAll()
      .whenNotMatchedInsertAll()
      .whenNotMatchedBySourceDelete({ where: inList("document_id", replaced) })
      .execute(rows);
  }
}

async function dropOldItems(db, documents) {
  if (documents.length === 0) return;
  const found = await countPer(db, "document_items", documents.map((d) => d.id));
  const changed = documents.filter((d) => (found.get(d.id) ?? 0) !== d.items.length);
  if (changed.length === 0) return;
  const where = inList("document_id", changed.map((d) => d.id));
  const rows = itemsTable(changed);
  const table = db.table("document_items");
  if (rows.numRows === 0) {
    await table.delete(where);
  } else {
    await table.mergeInsert(["document_id", "self_ref"]).whenNotMatchedBySourceDelete({ where }).execute(rows);
  }
}

async function countPer(db, name, ids) {
  const key = KEY_COLUMN[name];
  const rows = await db.table(name).query().select([key]).where(inList(key, ids)).toArrow();
  const counts = new Map();
  const column = rows.getChild(key);
  for (let i = 0; i < rows.numRows; ++i) {
    const id = column.get(i);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

// How many rows each table has of each document: id -> { documents, document_meta, document_items, chunks }.
export async function countRows(db, ids) {
  const names = Object.keys(KEY_COLUMN);
  const perTable = await Promise.all(names.map((name) => (db.has(name) ? countPer(db, name, ids) : new Map())));
  return new Map(ids.map((id) => [id, Object.fromEntries(names.map((name, i) => [name, perTable[i].get(id) ?? 0]))]));
}

async function readBack(db, documents) {
  const counts = await countRows(db, documents.map((d) => d.id));
  for (const d of documents) {
    const got = counts.get(d.id);
    const want = { documents: 1, document_meta: 1, document_items: d.items.length, chunks: d.chunks.length };
    for (const [name, rows] of Object.entries(want)) {
      if (got[name] !== rows) fail("internal", `document ${d.id}: ${got[name]} rows in ${name} after writing ${rows}`);
    }
  }
  return counts;
}

// Returns how many documents were there.
export async function removeDocuments(db, ids) {
  const there = await db.table("documents").countRows(inList("id", ids));
  const names = db.kind === "legacy" ? ["chunks", "documents"] : ["chunks", "document_items", "document_meta", "documents"];
  for (const name of names) await db.table(name).delete(inList(KEY_COLUMN[name], ids));
  return there;
}
