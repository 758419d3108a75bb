// A question in words → the passages of a vector database that answer it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "embedding/embedder.h"
#include "vectors/store.h"

namespace retrieval {

struct Question {
  std::string database;
  std::string text;
  vectors::SearchMode mode = vectors::SearchMode::kHybrid;
  size_t limit = 10;   // 1 … 1000
  std::string filter;  // as vectors::SearchQuery::filter
};

// A passage that was found, best first.
struct Passage {
  size_t rank = 0;                     // from 1
  double score = 0;                    // by which it is ranked
  std::optional<double> vector_score;  // 1 / (1 + cosine distance); empty: not among the vectors
  std::optional<double> text_score;    // BM25; empty: not among the full-text results
  std::string document_id;
  std::string chunk_id;
  std::optional<std::string> uri;
  std::optional<std::string> title;
  std::optional<std::string> hash;
  std::vector<int64_t> page_numbers;
  std::vector<std::string> headings;
  std::string snippet;  // a few lines around the first word of the question
  std::string content;  // the whole passage
  std::vector<std::string> refs;
};

// Asks `embedder` for the question's vector (not for full text) and `store` for the passages. A
// blank question has no answers. Errors: those of both; kConflict when the database was embedded
// with another model.
base::Result<std::vector<Passage>> Search(vectors::Store& store, embedding::Embedder& embedder,
                                          const Question& question);

// About `length` code points of `content`, one line, around the first word of `question` that is in
// it; "…" where something was cut off.
std::string Snippet(std::string_view content, std::string_view question, size_t length = 240);

}  // namespace retrieval
