// LanceStore: vector databases in LanceDB, through the engine process (lancedb/engine).
//
// The engine is started on first use and again when it dies, with a growing pause; it dies with us.
// Requests of all threads share one socket; the engine writes what waits for one database in one
// commit. A request that was on its way when the engine died is sent again once, since all are
// repeatable; then it fails with kUnavailable.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "vectors/catalog.h"
#include "vectors/store.h"

namespace vectors {

struct LanceOptions {
  std::filesystem::path node;     // the program
  std::filesystem::path engine;   // folder of main.mjs
  std::filesystem::path modules;  // folder whose node_modules has @lancedb/lancedb
  std::filesystem::path root;     // absolute; databases live below it
  int64_t epoch = 1;              // of this writer: larger than any before it
  // Versions of tables older than this are dropped with maintenance while writing.
  std::chrono::seconds grace{600};
  // No answer for this long: the engine hangs, and is killed. Maintenance of a large database takes
  // minutes.
  std::chrono::seconds timeout{600};
  // Added to the engine's environment: "AWS_ENDPOINT=…".
  std::vector<std::string> environment;
  base::Log log;
};

class LanceStore final : public Store, public Catalog {
 public:
  // kInvalidArgument when a path is wrong. The engine itself starts with the first request.
  static base::Result<std::unique_ptr<LanceStore>> Open(LanceOptions options);
  ~LanceStore() override;

  base::Result<RowCounts> Upsert(std::string_view database, DocumentRow row,
                                 const Fence& fence) override;
  base::Result<size_t> Remove(std::string_view database,
                              const std::vector<std::string>& document_ids,
                              const Fence& fence) override;
  base::Result<RowCounts> Verify(std::string_view database,
                                 const std::string& document_id) override;
  base::Result<std::vector<Hit>> Search(std::string_view database,
                                        const SearchQuery& query) override;
  base::Result<> Maintain(std::string_view database, const Maintenance& what) override;

  base::Result<std::vector<DatabaseEntry>> Databases() override;
  base::Result<DatabaseFacts> Describe(std::string_view database) override;
  base::Result<DocumentPage> Documents(std::string_view database,
                                       const DocumentsQuery& query) override;

  // The engine's process id, 0 when it does not run. For tests and the health page.
  int EnginePid() const;

 private:
  struct State;
  explicit LanceStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vectors
