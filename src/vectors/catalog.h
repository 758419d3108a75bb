// Catalog: which databases there are and what they hold, in the words of the API.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vectors {

// A folder below the root that holds a table of chunks.
struct DatabaseEntry {
  std::string name;  // relative to the root
  uint64_t size_bytes = 0;
};

struct TableFacts {
  uint64_t count = 0;
  uint64_t size_bytes = 0;
  uint64_t versions = 0;
};

struct IndexFacts {
  bool exists = false;
  uint64_t indexed_rows = 0;
  uint64_t unindexed_rows = 0;
};

struct DatabaseFacts {
  std::string path;                           // absolute
  std::string lancedb_version;                // of the engine
  std::string haiku_version;                  // whose layout we write
  std::optional<std::string> stored_version;  // what the database says of itself
  bool legacy = false;                        // layout of haiku.rag before 0.38: readable only
  std::optional<std::string> provider;
  std::optional<std::string> model;
  std::optional<uint64_t> dimension;
  TableFacts documents;
  TableFacts chunks;
  TableFacts items;
  IndexFacts vector_index;
  IndexFacts text_index;
  std::vector<std::string> tables;
};

struct StoredDocument {
  std::string id;
  std::optional<std::string> uri;
  std::optional<std::string> title;
  std::string created_at;
  std::string updated_at;
  uint64_t chunk_count = 0;
  std::string metadata;  // JSON object
};

struct DocumentsQuery {
  size_t limit = 100;  // at most 10,000
  size_t offset = 0;
  std::string filter;  // SQL over id, uri, title, metadata, created_at, updated_at; "" = all
};

// One page, in order of creation.
struct DocumentPage {
  uint64_t total = 0;  // that fit the filter
  std::vector<StoredDocument> documents;
};

// Thread-safe; calls block. Errors as Store's.
class Catalog {
 public:
  virtual ~Catalog() = default;

  virtual base::Result<std::vector<DatabaseEntry>> Databases() = 0;
  virtual base::Result<DatabaseFacts> Describe(std::string_view database) = 0;
  virtual base::Result<DocumentPage> Documents(std::string_view database,
                                               const DocumentsQuery& query) = 0;
};

}  // namespace vectors
