// The ledger of vector databases: what should be in each, and what is on its way in. Tables
// storeddocument, storeintent.
//
//   write = Begin (engine: new rows in, replaced rows out) Finish
//
// An intent that is found open after a crash is rolled forward by repeating the write.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/run.h"
#include "model/stored.h"
#include "sql/database.h"

namespace records {

struct NewIntent {
  std::string data_dir;
  std::string doc_hash;
  std::string document_id;
};

// All functions run in the caller's transaction.
class Stored {
 public:
  // Before the first row is written. The answer's `replaced_ids` are the documents of the database
  // that this one supersedes: older bytes of its URIs to which no URI refers any more. kStale
  // unless the fence holds. An open intent for the same document is taken over (its replaced ids
  // too).
  static base::Result<model::StoreIntent> Begin(sql::Tx& tx, const model::Fence& fence,
                                                const NewIntent& intent, base::Time now);
  // After the last: the ledger has the document, no longer has the replaced ones. kStale unless the
  // fence holds.
  static base::Result<> Finish(sql::Tx& tx, const model::Fence& fence, int64_t intent_id,
                               int64_t chunk_count, int64_t step_config_id, base::Time now);
  // Open intents, oldest first, of one database or all.
  static base::Result<std::vector<model::StoreIntent>> Intents(
      sql::Tx& tx, const std::optional<std::string>& data_dir);

  // What can be found of a document, and what should be in a database.
  static base::Result<std::vector<model::StoredDocument>> OfDocument(sql::Tx& tx,
                                                                     const std::string& hash);
  static base::Result<std::vector<model::StoredDocument>> InDatabase(sql::Tx& tx,
                                                                     const std::string& data_dir);
  static base::Result<std::vector<std::string>> Databases(sql::Tx& tx);
};

}  // namespace records
