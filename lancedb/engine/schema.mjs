// Tables and indices of haiku.rag ("0.75" and later). Its reader matches types exactly: utf8, int64, large_binary, and
// NOT NULL where it says so.
import { arrow, lancedb } from "./lance.mjs";

const { Field, Schema, Utf8, Int64, LargeBinary, FixedSizeList, Float32 } = arrow;
const { Index } = lancedb;

// The release whose layout and settings we write.
export const STORED_VERSION = "0.101.1";

const text = (name, nullable = false) => new Field(name, new Utf8(), nullable);
const integer = (name) => new Field(name, new Int64(), false);
const blob = (name) => new Field(name, new LargeBinary(), true);

export const SCHEMAS = {
  documents: () =>
    new Schema([text("id"), text("content"), blob("docling_document"), blob("docling_pages"), text("docling_version", true)]),
  document_meta: () =>
    new Schema([text("id"), text("uri", true), text("title", true), text("metadata"), text("created_at"), text("updated_at")]),
  document_items: () =>
    new Schema([
      text("document_id"), integer("position"), text("self_ref"), text("label"), text("text"), text("page_numbers"),
      blob("picture_data"), integer("heading_level"), integer("tree_depth"),
    ]),
  chunks: (dimension) =>
    new Schema([
      text("id"), text("document_id"), text("content"), text("content_fts"), text("metadata"), integer("order"),
      new Field("vector", new FixedSizeList(dimension, new Field("item", new Float32(), true)), true),
    ]),
  settings: () => new Schema([text("id"), text("settings")]),
};

// The order in which missing tables are made: a folder counts as a database once it has chunks, so they come last.
export const TABLES = ["settings", "documents", "document_meta", "document_items", "chunks"];

const btree = () => Index.btree();
const bitmap = () => Index.bitmap();
const fullText = () => Index.fts({ withPosition: true, removeStopWords: false });

// table -> [column, how]. Names are LanceDB's default, `<column>_idx`.
export const INDICES = {
  settings: [],
  documents: [["id", btree]],
  document_meta: [["id", btree], ["uri", btree]],
  document_items: [["document_id", btree], ["position", btree], ["self_ref", btree], ["label", bitmap]],
  chunks: [["content_fts", fullText], ["id", btree], ["document_id", btree]],
};

export function settingsText({ provider, name, dimension }) {
  return JSON.stringify({ version: STORED_VERSION, embeddings: { model: { provider, name, vector_dim: dimension } } });
}
