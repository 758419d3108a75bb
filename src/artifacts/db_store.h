// Artifacts in the database: table documentbytes, a row each. For installations that have nothing
// but a database; memory and time grow with an artifact's size, so there is a limit.
//
//   artifact_type   "document", "parsed_json" …
//   storage_root    the type's folder in the file layout, and the step_config_id: "json/7"
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "artifacts/store.h"
#include "sql/database.h"

namespace artifacts {

struct DbOptions {
  // Uploads while they arrive, and copies for whoever needs a file. One process owns it.
  std::filesystem::path spool = "file_store";
  uint64_t max_bytes = 128ULL << 20;  // of one artifact; kTooLarge beyond
};

// `database` must outlive the store, and hold the table (records::Prepare).
base::Result<std::unique_ptr<Store>> OpenDbStore(sql::Database& database, const DbOptions& options);

}  // namespace artifacts
