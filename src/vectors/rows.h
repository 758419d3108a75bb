// What is written into a vector database for one document: the values of haiku.rag's tables (layout
// "0.75" and later), ready to store. haiku/rows.h makes them from a document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace vectors {

// What the vectors were made with. A database holds vectors of one model only.
struct EmbeddingModel {
  std::string provider;  // a provider haiku.rag can ask: openai, ollama, sentence-transformers …
  std::string name;
  size_t dimension = 0;

  bool operator==(const EmbeddingModel&) const = default;
};

// A row of `chunks`. Its place in DocumentRow::chunks is its order; its vector is the row of the
// same place in DocumentRow::vectors.
struct ChunkRow {
  std::string id;           // unique in the database and the same when written again: see ChunkId
  std::string content;      // the chunk's text without headings
  std::string content_fts;  // with headings: what full-text search sees
  std::string metadata;     // JSON: doc_item_refs, headings, labels, page_numbers
};

// A row of `document_items`: one item of the document's body in reading order.
struct ItemRow {
  int64_t position = 0;
  std::string self_ref;  // "#/texts/3"
  std::string label;
  std::string text;
  std::string page_numbers = "[]";          // JSON
  std::optional<std::string> picture_data;  // bytes of the image
  int64_t heading_level = 0;                // of section headers, else 0
  int64_t tree_depth = 1;                   // a direct child of the body has 1
};

// One document with all its rows.
struct DocumentRow {
  std::string id;  // UUID; the same document written again keeps it and is replaced
  // documents
  std::string content;                          // Markdown
  std::optional<std::string> docling_document;  // zstd frame
  std::optional<std::string> docling_pages;     // zstd frame
  std::optional<std::string> docling_version;
  // document_meta
  std::optional<std::string> uri;
  std::optional<std::string> title;
  std::string metadata = "{}";  // JSON object as Python's json.dumps prints it
  std::string created_at;       // kept from the first time when a document is replaced
  std::string updated_at;

  std::vector<ChunkRow> chunks;
  EmbeddingModel embedding;
  std::vector<float> vectors;  // row-major chunks × embedding.dimension, rows of unit length
  std::vector<ItemRow> items;
};

// The id of a document's n-th chunk. Numbered per document, so that writing the document again
// replaces rows in place.
std::string ChunkId(const std::string& document_id, size_t n);

// kInvalidArgument when the row is not what it says: vectors that do not match the chunks, are not
// finite or not of unit length; chunk ids, item references or positions that repeat; ids with
// characters that ids do not have.
base::Result<> Check(const DocumentRow& row);

}  // namespace vectors
