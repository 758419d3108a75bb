// What a database already has of documents that are about to be written. Re-chunking sends the same document and items again:
// tables with nothing new in them are not written.
import { inList } from "./checks.mjs";

const BLOBS = ["docling_document", "docling_pages"];

const sameBytes = (a, b) => (a == null || b == null ? a == b : Buffer.compare(a, b) === 0);
const sameText = (a, b) => (a ?? null) === (b ?? null);

function sameDocument(row, d) {
  return row.content === d.content && sameText(row.docling_version, d.docling_version) && BLOBS.every((name) => sameBytes(row[name], d[name]));
}

function sameItem(row, item) {
  return (
    row.self_ref === item.self_ref && row.label === item.label && row.text === item.text && row.page_numbers === item.page_numbers &&
    Number(row.heading_level) === item.heading_level && Number(row.tree_depth) === item.tree_depth &&
    sameBytes(row.picture_data, item.picture_data)
  );
}

function sameItems(rows, items) {
  if (rows.length !== items.length) return false;
  const byPosition = new Map(rows.map((row) => [Number(row.position), row]));
  return items.every((item) => byPosition.has(item.position) && sameItem(byPosition.get(item.position), item));
}

function grouped(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    const group = groups.get(row[key]);
    if (group) group.push(row);
    else groups.set(row[key], [row]);
  }
  return groups;
}

const select = (db, name, columns, where) => {
  const query = db.table(name).query().where(where);
  return (columns ? query.select(columns) : query).toArray();
};

// id -> { created_at, sameDocument, sameItems, chunkIds } of those that have a row in `documents`.
export async function storedParts(db, documents) {
  const known = await select(db, "documents", ["id"], inList("id", documents.map((d) => d.id)));
  if (known.length === 0) return new Map();
  const ids = known.map((row) => row.id);
  const [rows, meta, items, chunks] = await Promise.all([
    select(db, "documents", null, inList("id", ids)),
    select(db, "document_meta", ["id", "created_at"], inList("id", ids)),
    select(db, "document_items", null, inList("document_id", ids)),
    select(db, "chunks", ["id", "document_id"], inList("document_id", ids)),
  ]);
  const itemsOf = grouped(items, "document_id");
  const chunksOf = grouped(chunks, "document_id");
  const created = new Map(meta.map((row) => [row.id, row.created_at]));
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const entry = (d) => ({
    created_at: created.get(d.id),
    sameDocument: sameDocument(rowOf.get(d.id), d),
    sameItems: sameItems(itemsOf.get(d.id) ?? [], d.items),
    chunkIds: (chunksOf.get(d.id) ?? []).map((row) => row.id),
  });
  return new Map(documents.filter((d) => rowOf.has(d.id)).map((d) => [d.id, entry(d)]));
}
