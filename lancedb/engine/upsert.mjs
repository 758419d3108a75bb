// Writing documents and taking them out. LanceDB commits per table, so the order carries the promises:
//
//   write    documents, then items and meta, then the chunks in one commit that also drops the replaced documents' old chunks,
//            then items that no longer exist. A search therefore finds the old document or the new one, never none or both.
//   remove   chunks, items, meta, documents.
//
// `documents` has a row of a document from the first to the last moment anything of it is stored: whoever finds none there can
// add plainly, and whoever finds one (also half a document that a crash left) replaces.
//
// A merge that deletes rows not in its source reads the whole table; one that only updates and inserts uses the index on its key.
// Chunk ids are numbered per document by the sender, so deleting is needed only where a document has fewer chunks than before.
import { inList } from "./checks.mjs";
import { fail } from "./errors.mjs";
import { chunksTable, documentsTable, itemsTable, metaTable } from "./rows.mjs";
import { storedParts } from "./stored.mjs";

const KEY_COLUMN = { documents: "id", document_meta: "id", document_items: "document_id", chunks: "document_id" };
const ITEM_KEY = ["document_id", "self_ref"];

// Writes a group of documents with different ids: one commit per table. Returns the rows found afterwards, per document.
export async function writeDocuments(db, documents, dimension) {
  const stored = await storedParts(db, documents);
  const created = new Map([...stored].map(([id, parts]) => [id, parts.created_at]));
  const withItems = documents.filter((d) => !stored.get(d.id)?.sameItems);
  await put(db, "documents", documentsTable, documents.filter((d) => !stored.get(d.id)?.sameDocument), stored, ["id"]);
  await Promise.all([
    put(db, "document_items", itemsTable, withItems, stored, ITEM_KEY),
    put(db, "document_meta", (list) => metaTable(list, created), documents, stored, ["id"]),
  ]);
  await putChunks(db, chunksTable(documents, dimension), documents, stored);
  await dropOldItems(db, withItems.filter((d) => stored.has(d.id)));
  return readBack(db, documents);
}

async function put(db, name, toRows, documents, stored, key) {
  const rows = documents.length > 0 ? toRows(documents) : null;
  if (!rows || rows.numRows === 0) return;
  const table = db.table(name);
  if (documents.some((d) => stored.has(d.id))) {
    await table.mergeInsert(key).whenMatchedUpdateAll().whenNotMatchedInsertAll().execute(rows);
  } else {
    await table.add(rows);
  }
}

async function putChunks(db, rows, documents, stored) {
  const table = db.table("chunks");
  const surplus = documents.filter((d) => {
    const kept = new Set(d.chunks.map((chunk) => chunk.id));
    return stored.get(d.id)?.chunkIds.some((id) => !kept.has(id));
  });
  if (rows.numRows === 0) {
    if (surplus.length > 0) await table.delete(inList("document_id", surplus.map((d) => d.id)));
    return;
  }
  if (stored.size === 0) {
    await table.add(rows);
    return;
  }
  let merge = table.mergeInsert("id").whenMatchedUpdateAll().whenNotMatchedInsertAll();
  if (surplus.length > 0) merge = merge.whenNotMatchedBySourceDelete({ where: inList("document_id", surplus.map((d) => d.id)) });
  await merge.execute(rows);
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
    await table.mergeInsert(ITEM_KEY).whenNotMatchedBySourceDelete({ where }).execute(rows);
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
