// A store in memory, for tests of what uses one. Keeps Store's promises: checks rows, names, models
// and fences; searches for real, if simply. Filters are not understood (kUnsupported).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "vectors/catalog.h"
#include "vectors/intents.h"
#include "vectors/store.h"

namespace vectors {

// Thread-safe.
class FakeStore final : public Store, public Catalog {
 public:
  // Runs before each operation ("upsert", "remove", "verify", "search", "maintain") on a database;
  // an error of it is the answer. For failures on order.
  using Hook = std::function<base::Result<>(std::string_view operation, std::string_view database)>;
  void Before(Hook hook);

  // What is stored, for assertions: document id → row.
  std::map<std::string, DocumentRow> Rows(std::string_view database) const;
  // How often Maintain was called for a database since the last write to it.
  int MaintainedSinceWrite(std::string_view database) const;

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

 private:
  struct Database {
    EmbeddingModel embedding;
    std::map<std::string, DocumentRow> rows;
    int maintained = 0;
  };
  struct State {
    std::map<std::string, Database, std::less<>> databases;
    int64_t newest_epoch = 0;
    Hook hook;
  };

  base::Result<> Begin(std::string_view operation, std::string_view database);
  base::Result<> Admit(std::string_view database, const std::string& id, const Fence& fence);

  base::Guarded<State> state_;
  Intents intents_;
};

}  // namespace vectors
