// Documents of upsert requests -> Arrow tables. Columns are laid out by hand: the library's builders take several times longer.
import { arrow } from "./lance.mjs";
import { SCHEMAS } from "./schema.mjs";

const { makeData, Utf8, LargeBinary, Int64, Float32, FixedSizeList, Struct, RecordBatch, Table } = arrow;

// One bit per row, set where there is a value; undefined when all have one.
function validity(values) {
  const nullCount = values.reduce((count, v) => count + (v == null), 0);
  if (nullCount === 0) return { nullCount };
  const nullBitmap = new Uint8Array(((values.length + 63) >> 6) << 3);
  values.forEach((v, i) => {
    if (v != null) nullBitmap[i >> 3] |= 1 << (i & 7);
  });
  return { nullCount, nullBitmap };
}

function utf8(values) {
  const valueOffsets = new Int32Array(values.length + 1);
  let total = 0;
  values.forEach((v, i) => {
    total += v == null ? 0 : Buffer.byteLength(v);
    valueOffsets[i + 1] = total;
  });
  const data = Buffer.allocUnsafeSlow(total);
  values.forEach((v, i) => v != null && data.write(v, valueOffsets[i]));
  return makeData({ type: new Utf8(), length: values.length, ...validity(values), valueOffsets, data });
}

function largeBinary(values) {
  const valueOffsets = new BigInt64Array(values.length + 1);
  let total = 0;
  values.forEach((v, i) => {
    total += v == null ? 0 : v.length;
    valueOffsets[i + 1] = BigInt(total);
  });
  const data = Buffer.allocUnsafeSlow(total);
  values.forEach((v, i) => v != null && data.set(v, Number(valueOffsets[i])));
  return makeData({ type: new LargeBinary(), length: values.length, ...validity(values), valueOffsets, data });
}

const int64 = (values) =>
  makeData({ type: new Int64(), length: values.length, nullCount: 0, data: BigInt64Array.from(values, BigInt) });

function vectors(type, parts) {
  const count = parts.reduce((n, part) => n + part.length, 0);
  let data = parts[0];
  if (parts.length !== 1) {
    data = new Float32Array(count);
    let at = 0;
    for (const part of parts) {
      data.set(part, at);
      at += part.length;
    }
  }
  const child = makeData({ type: new Float32(), length: count, nullCount: 0, data });
  return makeData({ type, length: count / type.listSize, nullCount: 0, child });
}

function table(schema, children) {
  const length = children[0].length;
  return new Table(schema, new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children })));
}

// `documents` below are the requests' documents with their blobs cut out of the block (see request.mjs).

export function documentsTable(documents) {
  const column = (name) => documents.map((d) => d[name]);
  return table(SCHEMAS.documents(), [
    utf8(column("id")), utf8(column("content")), largeBinary(column("docling_document")), largeBinary(column("docling_pages")),
    utf8(column("docling_version")),
  ]);
}

// `created` keeps the creation time of documents that are replaced: id -> time.
export function metaTable(documents, created) {
  const column = (name) => documents.map((d) => d[name]);
  return table(SCHEMAS.document_meta(), [
    utf8(column("id")), utf8(column("uri")), utf8(column("title")), utf8(column("metadata")),
    utf8(documents.map((d) => created.get(d.id) ?? d.created_at)), utf8(column("updated_at")),
  ]);
}

const repeated = (documents, part) => documents.flatMap((d) => new Array(d[part].length).fill(d.id));

export function itemsTable(documents) {
  const items = documents.flatMap((d) => d.items);
  const column = (name) => items.map((item) => item[name]);
  return table(SCHEMAS.document_items(), [
    utf8(repeated(documents, "items")), int64(column("position")), utf8(column("self_ref")), utf8(column("label")),
    utf8(column("text")), utf8(column("page_numbers")), largeBinary(column("picture_data")), int64(column("heading_level")),
    int64(column("tree_depth")),
  ]);
}

export function chunksTable(documents, dimension) {
  const chunks = documents.flatMap((d) => d.chunks);
  const column = (name) => chunks.map((chunk) => chunk[name]);
  const schema = SCHEMAS.chunks(dimension);
  const order = documents.flatMap((d) => d.chunks.map((_, i) => i));
  return table(schema, [
    utf8(column("id")), utf8(repeated(documents, "chunks")), utf8(column("content")), utf8(column("content_fts")),
    utf8(column("metadata")), int64(order),
    vectors(schema.fields.at(-1).type, documents.filter((d) => d.vectors.length > 0).map((d) => d.vectors)),
  ]);
}
