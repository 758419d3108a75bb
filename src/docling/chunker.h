// Documents → chunks, exactly as docling's HierarchicalChunker and HybridChunker make them.
//
// Hierarchical: a chunk per paragraph, list, table, picture with something to say, each with the
// headings above it. Hybrid: those chunks cut to a number of tokens and small neighbours under the
// same headings merged. Pure functions, thread-safe; time is linear in the document, also for one
// item of megabytes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "docling/document.h"
#include "text/tokenizer.h"

namespace docling {

// A piece of the document for the search index.
struct Chunk {
  std::string text;
  // The items it comes from, in order; after a merge an item may be named twice.
  std::vector<Ref> items;
  // The texts of the headings above it, outermost first; nullopt when there are none.
  std::optional<std::vector<std::string>> headings;
  // Chunks made of headings alone do not name the document's origin.
  bool has_origin = true;
};

// What the text of a table is.
enum class TableText {
  kTriplets,         // "row, column = value. …"
  kMarkdown,         // padded
  kCompactMarkdown,  // the same without padding: fewer tokens are lost to blanks
};

struct ChunkOptions {
  TableText tables = TableText::kTriplets;
  // Text of a picture; with "" a picture without caption and description makes no chunk.
  std::string image_placeholder;
  // A chunk with empty text for headings that have no content of their own.
  bool always_emit_headings = false;
};

std::vector<Chunk> HierarchicalChunks(const Document& document, const ChunkOptions& options = {});

struct HybridOptions : ChunkOptions {
  // Of Contextualize(chunk), without special tokens. 0 = what the tokenizer says of its model.
  size_t max_tokens = 256;
  // Merge neighbours under the same headings while they fit.
  bool merge_peers = true;
  // Repeat the header rows in every piece of a Markdown table.
  bool repeat_table_header = true;
  // Leave the header out where a row does not fit together with it.
  bool omit_header_on_overflow = false;
};

// kInvalidArgument when max_tokens is 0 and the tokenizer does not know its limit.
base::Result<std::vector<Chunk>> HybridChunks(const Document& document,
                                              const text::Tokenizer& tokenizer,
                                              const HybridOptions& options = {});

// What is embedded and counted: the headings, one a line, then the text.
std::string Contextualize(const Chunk& chunk);

// The pages its items are on, sorted, each once.
std::vector<int32_t> PageNumbers(const Document& document, const Chunk& chunk);
// "#/texts/3", in the order of `items`.
std::vector<std::string> ItemRefs(const Chunk& chunk);
// The labels of its items, in the order of `items`.
std::vector<std::string> Labels(const Document& document, const Chunk& chunk);

// {"root":[{"text":…,"meta":{…}},…]}: docling's own form of a list of chunks.
std::string WriteChunksJson(const Document& document, std::span<const Chunk> chunks);

}  // namespace docling
