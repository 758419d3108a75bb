// How far an incremental source has got, kept for its client. Table syncstate.
#pragma once

#include <boost/describe/class.hpp>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/result.h"
#include "sql/database.h"

namespace records {

struct SyncState {
  std::string source_id;
  std::optional<std::string> last_commit_sha;
  std::optional<base::Time> last_sync_date;
  std::optional<std::string> branch;
  base::JsonText sync_metadata;
};
BOOST_DESCRIBE_STRUCT(SyncState, (),
                      (source_id, last_commit_sha, last_sync_date, branch, sync_metadata))

// All functions run in the caller's transaction.
class SyncStates {
 public:
  static base::Result<std::optional<SyncState>> Find(sql::Tx& tx, const std::string& source_id);
  static base::Result<> Put(sql::Tx& tx, const SyncState& state);
  // False when there was none.
  static base::Result<bool> Remove(sql::Tx& tx, const std::string& source_id);
};

}  // namespace records
