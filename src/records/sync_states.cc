#include "records/sync_states.h"

#include "records/statement.h"

namespace records {
namespace {

using base::Result;

const Statement kFind("sync_states.find", "SELECT " + sql::Columns<SyncState>() +
                                              " FROM syncstate WHERE source_id = $1");
constexpr sql::Statement kPut{
    "sync_states.put",
    "INSERT INTO syncstate (source_id, last_commit_sha, last_sync_date, branch, sync_metadata) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (source_id) DO UPDATE SET "
    "last_commit_sha = excluded.last_commit_sha, last_sync_date = excluded.last_sync_date, "
    "branch = excluded.branch, sync_metadata = excluded.sync_metadata"};
constexpr sql::Statement kRemove{"sync_states.remove",
                                 "DELETE FROM syncstate WHERE source_id = $1"};

}  // namespace

Result<std::optional<SyncState>> SyncStates::Find(sql::Tx& tx, const std::string& source_id) {
  return tx.One<SyncState>(kFind, {source_id});
}

Result<> SyncStates::Put(sql::Tx& tx, const SyncState& state) {
  SI_TRY(tx.Execute(kPut, {state.source_id, state.last_commit_sha, state.last_sync_date,
                           state.branch, state.sync_metadata}));
  return {};
}

Result<bool> SyncStates::Remove(sql::Tx& tx, const std::string& source_id) {
  SI_ASSIGN(const int64_t removed, tx.Execute(kRemove, {source_id}));
  return removed > 0;
}

}  // namespace records
