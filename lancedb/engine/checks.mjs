// Nothing reaches the addon unchecked: several kinds of bad input make it panic, and some end the process.
import path from "node:path";
import { fail } from "./errors.mjs";

export const MAX_LIMIT = 10_000;
const MAX_FILTER = 16 * 1024;
const MAX_DEPTH = 64;

const bad = (message) => fail("invalid_argument", message);

export function string(value, what) {
  if (typeof value !== "string") bad(`${what} must be text`);
  return value;
}

export function count(value, what, max = Number.MAX_SAFE_INTEGER) {
  if (!Number.isSafeInteger(value) || value < 0 || value > max) bad(`${what} must be a whole number from 0 to ${max}`);
  return value;
}

// Ids are put between quotes into SQL: nothing that could end the quotes.
export function id(value, what = "id") {
  if (typeof value !== "string" || !/^[A-Za-z0-9_.:-]{1,200}$/.test(value)) bad(`${what} has characters that ids do not have`);
  return value;
}

export function ids(values, what = "ids") {
  if (!Array.isArray(values)) bad(`${what} must be a list`);
  values.forEach((value) => id(value, what));
  return values;
}

export const inList = (column, values) => `${column} IN (${values.map((v) => `'${v}'`).join(", ")})`;

// A database is an absolute folder (relative ones are taken for cloud names) or an S3 address.
export function databasePath(value) {
  string(value, "path");
  if (/[\0?#]/.test(value) || value.length > 4000) bad("the database's path has characters that paths of databases do not have");
  if (/^s3:\/\/[^/]+\/.+/.test(value)) return value.replace(/\/+$/, "");
  if (!path.isAbsolute(value) || path.normalize(value) !== value) bad("the database's path must be absolute and plain");
  return value;
}

export const isLocal = (databasePath) => databasePath.startsWith("/");

export function vector(block, dimension) {
  if (block.length === 0 || block.length % 4 !== 0) bad("a question's vector is missing");
  const values = floats(block, 0, block.length / 4);
  if (values.length !== dimension) bad(`the question has ${values.length} dimensions, the database ${dimension}`);
  return values;
}

export function floats(block, offset, length) {
  if ((block.byteOffset + offset) % 4 !== 0 || offset + length * 4 > block.length) bad("vectors reach beyond the message");
  return new Float32Array(block.buffer, block.byteOffset + offset, length);
}

// [offset, length] of a blob in the message, or null.
export function blob(block, range, what) {
  if (range == null) return null;
  if (!Array.isArray(range)) bad(`${what} must be [offset, length]`);
  const [offset, length] = range;
  count(offset, what);
  count(length, what);
  if (offset + length > block.length) bad(`${what} reaches beyond the message`);
  return block.subarray(offset, offset + length);
}

// A user's WHERE clause. LanceDB itself refuses what is not an expression; here go the things it lets pass or chokes on.
export function filter(value) {
  if (value == null || value === "") return "";
  string(value, "filter");
  if (value.length > MAX_FILTER) bad(`filter is longer than ${MAX_FILTER} characters`);
  if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(value)) bad("filter has control characters");
  let depth = 0;
  let deepest = 0;
  let quote = "";
  for (let i = 0; i < value.length; ++i) {
    const c = value[i];
    if (quote) {
      if (c === quote) quote = "";
    } else if (c === "'" || c === '"' || c === "`") {
      quote = c;
    } else if (c === "(" || c === "[") {
      deepest = Math.max(deepest, ++depth);
    } else if (c === ")" || c === "]") {
      if (--depth < 0) bad("filter: a bracket is closed that was not opened");
    } else if (c === ";" || value.startsWith("--", i) || value.startsWith("/*", i)) {
      bad("filter: one expression only, without ';' and comments");
    }
  }
  if (quote) bad(`filter: ${quote} is not closed`);
  if (depth !== 0) bad("filter: a bracket is not closed");
  if (/\b(repeat|[lr]pad|space|range|generate_series)\s*\(/i.test(value)) bad("filter: functions that make long texts are not allowed");
  if (deepest > MAX_DEPTH || (value.match(/\bnot\b/gi)?.length ?? 0) > MAX_DEPTH) bad("filter is nested too deep");
  if (value.trim() === "") return "";
  return value;
}

const DOCUMENT_TEXTS = ["content", "metadata", "created_at", "updated_at"];
const DOCUMENT_OPTIONAL = ["uri", "title", "docling_version"];
const CHUNK_TEXTS = ["content", "content_fts", "metadata"];
const ITEM_TEXTS = ["self_ref", "label", "text", "page_numbers"];
const ITEM_NUMBERS = ["position", "heading_level", "tree_depth"];

// The document of an upsert request, with its blobs and vectors cut out of the message's block.
export function document(header, block) {
  const d = header.document;
  if (typeof d !== "object" || d === null) bad("document is missing");
  id(d.id, "document id");
  DOCUMENT_TEXTS.forEach((name) => string(d[name], name));
  DOCUMENT_OPTIONAL.forEach((name) => d[name] != null && string(d[name], name));
  if (!Array.isArray(d.chunks) || !Array.isArray(d.items)) bad("chunks and items must be lists");
  for (const chunk of d.chunks) {
    id(chunk.id, "chunk id");
    CHUNK_TEXTS.forEach((name) => string(chunk[name], name));
  }
  const items = d.items.map((item) => {
    ITEM_TEXTS.forEach((name) => string(item[name], name));
    ITEM_NUMBERS.forEach((name) => count(item[name], name));
    return { ...item, picture_data: blob(block, item.picture_data, "picture_data") };
  });
  const { dimension } = header.embedding;
  return {
    ...d,
    items,
    docling_document: blob(block, d.docling_document, "docling_document"),
    docling_pages: blob(block, d.docling_pages, "docling_pages"),
    vectors: floats(block, 0, d.chunks.length * dimension),
  };
}

export function embedding(value) {
  if (typeof value !== "object" || value === null) bad("embedding is missing");
  string(value.provider, "provider");
  string(value.name, "model name");
  if (count(value.dimension, "dimension", 65_536) === 0) bad("dimension must not be 0");
  return { provider: value.provider, name: value.name, dimension: value.dimension };
}
