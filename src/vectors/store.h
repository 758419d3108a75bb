// Store: documents in vector databases, written, searched, kept in shape.
//
// A database is named by its path relative to the root ("project/data"); see CheckName. Nothing is
// half done: after a successful Upsert all rows of the document were read back; a search running
// meanwhile sees the document as it was or as it is now, never none and never both. After an error
// with a retryable code the same call may be repeated: writing a document again replaces it.
//
// An interface because the databases live in a child process (LanceStore), and tests keep them in
// memory (FakeStore). What only looks (API, CLI) uses the Catalog instead.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vectors/rows.h"

namespace vectors {

// Who writes. Older than what was seen before, in either part: kStale.
struct Fence {
  // Of the process that owns the databases; kept in each database. 0: the store's own.
  int64_t epoch = 0;
  // Grows with each intent to change one document (its row id, say), so that a worker that lost its
  // lease cannot put an older result over a newer one. 0: not checked.
  int64_t intent = 0;
};

// Rows found in the tables after a write.
struct RowCounts {
  size_t documents = 0;
  size_t metas = 0;
  size_t items = 0;
  size_t chunks = 0;

  bool operator==(const RowCounts&) const = default;
};

enum class SearchMode { kVector, kText, kHybrid };

struct SearchQuery {
  SearchMode mode = SearchMode::kHybrid;
  std::string text;           // kText, kHybrid; blank finds nothing
  std::vector<float> vector;  // kVector, kHybrid; of unit length
  std::string model;          // that made the vector; another than the database's: kConflict
  size_t limit = 10;
  std::string filter;  // SQL over id, uri, title, metadata, created_at, updated_at; "" = all
};

// A chunk that was found. Scores are comparable within one answer only.
struct Hit {
  std::string chunk_id;
  std::string document_id;
  std::string content;
  int64_t order = 0;
  std::optional<std::string> uri;
  std::optional<std::string> title;
  std::optional<std::string> hash;  // the document's, if its metadata has one
  std::vector<int64_t> page_numbers;
  std::vector<std::string> headings;
  std::vector<std::string> labels;
  std::vector<std::string> refs;  // into the document: "#/texts/3"
  double score = 0;
  std::optional<double> vector_score;  // 1 / (1 + cosine distance)
  std::optional<double> text_score;    // BM25
};

struct Maintenance {
  enum class Kind {
    kOptimize,  // indices brought up to date, fragments merged where it pays: the end of a batch
    kVacuum,    // all tables, and versions older than `keep` dropped
  };
  Kind kind = Kind::kOptimize;
  std::chrono::seconds keep = std::chrono::hours(24);  // readers may be at versions this old
};

// Thread-safe; calls block. Errors: kInvalidArgument (name, filter, rows), kNotFound (no such
// database; Remove of nothing is fine), kConflict (the database holds vectors of another model),
// kStale, kUnavailable (the engine is being restarted), kUnsupported (layout of an old haiku.rag).
class Store {
 public:
  virtual ~Store() = default;

  // Makes the database if it is not there.
  virtual base::Result<RowCounts> Upsert(std::string_view database, DocumentRow row,
                                         const Fence& fence) = 0;
  // Takes documents out; how many were there.
  virtual base::Result<size_t> Remove(std::string_view database,
                                      const std::vector<std::string>& document_ids,
                                      const Fence& fence) = 0;
  // What the tables hold of a document; all 0 when it, or the database, is not there.
  virtual base::Result<RowCounts> Verify(std::string_view database,
                                         const std::string& document_id) = 0;
  virtual base::Result<std::vector<Hit>> Search(std::string_view database,
                                                const SearchQuery& query) = 0;
  virtual base::Result<> Maintain(std::string_view database, const Maintenance& what) = 0;
};

}  // namespace vectors
