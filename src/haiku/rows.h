// A converted document with its chunks and vectors → the rows that haiku.rag reads (layout "0.75"
// and later).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "docling/document.h"
#include "vectors/rows.h"

namespace haiku {

// A chunk as the chunker (ours or a service) made it.
struct Chunk {
  std::string content;                               // without headings
  std::vector<std::string> doc_item_refs;            // "#/texts/3"
  std::optional<std::vector<std::string>> headings;  // from the outermost to the innermost
  std::vector<std::string> labels;                   // one per ref
  std::vector<int64_t> page_numbers;                 // sorted

  bool operator==(const Chunk&) const = default;
};

// What is embedded and searched by words: the headings, a line each, then the text.
std::string TextToEmbed(const Chunk& chunk);

// The same bytes parsed the same way keep their id, whatever becomes of chunks and vectors.
std::string DocumentId(std::string_view hash, int64_t parse_step_config_id);

// Everything MakeRow needs. Views must live until it returns.
struct RowInput {
  const docling::Document& document;
  std::span<const Chunk> chunks;
  std::vector<float> vectors;  // row-major chunks × dimension
  vectors::EmbeddingModel embedding;

  std::string_view hash;  // "sha256-…"
  std::string_view md5;   // of the bytes, in hex
  std::string_view mime_type;
  std::string_view source;
  std::span<const std::string> uris;  // of all DocumentURIs of the hash in order of id; not empty
  std::string_view doc_meta = "{}";   // JSON object
  int64_t parse_step_config_id = 0;

  std::span<const std::string> stop_phrases;  // headings with one of them are no titles
  base::Time now;
};

// kInvalidArgument: doc_meta is not a JSON object, no uri, or vectors and chunks do not match.
base::Result<vectors::DocumentRow> MakeRow(RowInput input);

// The document's title: doc_meta's `title`, else its `pdf_title`, else the first heading of level 1
// (a title), else of level 2 (a section header) that has no stop phrase in it; "" when there is
// none.
std::string Title(const docling::Document& document, std::string_view doc_meta,
                  std::span<const std::string> stop_phrases);

}  // namespace haiku
