#include "records/checkins.h"

#include "records/statement.h"

namespace records {
namespace {

using base::Result;
using model::WorkerCheckin;

constexpr sql::Statement kCheckIn{
    "checkins.check_in",
    "INSERT INTO workercheckin (id, first_checkin, last_checkin) VALUES ($1, $2, $2) "
    "ON CONFLICT (id) DO UPDATE SET last_checkin = excluded.last_checkin"};
const Statement kList("checkins.list", "SELECT " + sql::Columns<WorkerCheckin>() +
                                           " FROM workercheckin ORDER BY first_checkin, id");
constexpr sql::Statement kTakeExpired{
    "checkins.take_expired", "DELETE FROM workercheckin WHERE last_checkin < $1 RETURNING id"};
constexpr sql::Statement kRemove{"checkins.remove", "DELETE FROM workercheckin WHERE id = $1"};

}  // namespace

Result<> CheckIns::CheckIn(sql::Tx& tx, const std::string& worker_id, base::Time now) {
  SI_TRY(tx.Execute(kCheckIn, {worker_id, now}));
  return {};
}

Result<std::vector<WorkerCheckin>> CheckIns::List(sql::Tx& tx) {
  return tx.All<WorkerCheckin>(kList);
}

Result<std::vector<std::string>> CheckIns::TakeExpired(sql::Tx& tx, base::Time before) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(kTakeExpired, {before}));
  std::vector<std::string> ids;
  for (size_t i = 0; i < rows.size(); ++i) ids.emplace_back(rows[i][0].Text());
  return ids;
}

Result<> CheckIns::Remove(sql::Tx& tx, const std::string& worker_id) {
  SI_TRY(tx.Execute(kRemove, {worker_id}));
  return {};
}

}  // namespace records
