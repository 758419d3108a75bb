#include "records/lifecycle.h"

#include "records/statement.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using model::LifecycleHistory;
using model::RunStatus;

constexpr sql::Statement kInsert{
    "lifecycle.insert",
    "INSERT INTO lifecyclehistory (event, handler_name, run_group_id, workflow_run_id, step_id, "
    "start_date, completed_date, status, status_date, status_meta) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $6, '{}') RETURNING id"};
constexpr sql::Statement kEnd{
    "lifecycle.end",
    "UPDATE lifecyclehistory SET status = $2, status_message = $3, completed_date = $4, "
    "status_date = $4 WHERE id = $1"};
const std::string kSelect =
    "SELECT " + sql::Columns<LifecycleHistory>() + " FROM lifecyclehistory ";
const Statement kOfRun("lifecycle.of_run",
                       kSelect + "WHERE workflow_run_id = $1 ORDER BY start_date, id");
const Statement kOpen("lifecycle.open", kSelect + "WHERE status = 'RUNNING' ORDER BY id");

Result<int64_t> Insert(sql::Tx& tx, const NewLifecycle& event, RunStatus status,
                       std::optional<base::Time> completed, base::Time now) {
  SI_ASSIGN(const auto id, tx.Scalar<int64_t>(kInsert, {event.event, event.handler_name,
                                                        event.run_group_id, event.workflow_run_id,
                                                        event.step_id, now, completed, status}));
  return id.value();
}

}  // namespace

Result<int64_t> Lifecycle::Start(sql::Tx& tx, const NewLifecycle& event, base::Time now) {
  return Insert(tx, event, RunStatus::kRunning, std::nullopt, now);
}

Result<> Lifecycle::End(sql::Tx& tx, int64_t id, RunStatus status,
                        const std::optional<std::string>& message, base::Time now) {
  SI_ASSIGN(const int64_t changed, tx.Execute(kEnd, {id, status, message, now}));
  if (changed == 0) return Fail(Code::kNotFound, "no lifecycle event " + std::to_string(id));
  return {};
}

Result<> Lifecycle::Record(sql::Tx& tx, const NewLifecycle& event, base::Time now) {
  SI_TRY(Insert(tx, event, RunStatus::kCompleted, now, now));
  return {};
}

Result<std::vector<LifecycleHistory>> Lifecycle::OfRun(sql::Tx& tx, int64_t run_id) {
  return tx.All<LifecycleHistory>(kOfRun, {run_id});
}

Result<std::vector<LifecycleHistory>> Lifecycle::Open(sql::Tx& tx) {
  return tx.All<LifecycleHistory>(kOpen);
}

}  // namespace records
