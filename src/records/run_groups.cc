#include "records/run_groups.h"

#include "records/batches.h"
#include "records/changes.h"
#include "records/ids.h"
#include "records/run_end.h"
#include "records/statement.h"
#include "reflect/json_writer.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using model::RunGroup;

const std::string kSelect = "SELECT " + sql::Columns<RunGroup>() + " FROM rungroup ";
const Statement kInsert("run_groups.insert",
                        "INSERT INTO rungroup (id, name, workflow_definition_id, "
                        "param_definition_id, batch_id, created_date, start_date, status, "
                        "status_date, status_meta) "
                        "VALUES ($1, $2, $3, $4, $5, $6, $6, 'PENDING', $6, $7) RETURNING " +
                            sql::Columns<RunGroup>());
const Statement kGet("run_groups.get", kSelect + "WHERE id = $1");
const Statement kList("run_groups.list", kSelect + "ORDER BY id");
const Statement kListOfBatch("run_groups.list_of_batch",
                             kSelect + "WHERE batch_id = $1 ORDER BY id");
const Statement kNewest("run_groups.newest",
                        kSelect +
                            "WHERE batch_id = $1 AND workflow_definition_id = $2 "
                            "AND param_definition_id = $3 ORDER BY id DESC LIMIT 1");
constexpr sql::Statement kUsesParams{
    "run_groups.uses_params", "SELECT 1 FROM rungroup WHERE param_definition_id = $1 LIMIT 1"};
const Statement kDrained("run_groups.drained",
                         kSelect +
                             "WHERE status NOT IN ('COMPLETED', 'FAILED') AND NOT EXISTS "
                             "(SELECT 1 FROM workflowrun r INDEXED BY ix_run_open_group "
                             "WHERE r.run_group_id = rungroup.id "
                             "AND r.status NOT IN ('COMPLETED', 'FAILED')) ORDER BY id");

constexpr sql::Statement kFailedRuns{
    "run_groups.failed_runs",
    "SELECT count(*), count(CASE WHEN status = 'FAILED' THEN 1 END) FROM workflowrun "
    "WHERE run_group_id = $1"};
constexpr sql::Statement kClose{
    "run_groups.close",
    "UPDATE rungroup SET status = $2, status_message = $3, completed_date = $4, status_date = $4 "
    "WHERE id = $1 AND status NOT IN ('COMPLETED', 'FAILED')"};
const Statement kSetMessage(
    "run_groups.set_message",
    "UPDATE rungroup SET status_message = $2, status_date = $3 WHERE id = $1 RETURNING " +
        sql::Columns<RunGroup>());

constexpr sql::Statement kResetSteps{
    "run_groups.reset_steps",
    "UPDATE runstep SET status = 'PENDING', retry = 0, deaths = 0, ready = 0, "
    "status_message = NULL, status_meta = '{}', completed_date = NULL, status_date = $2 "
    "WHERE run_group_id = $1 AND +status IN ('FAILED', 'ERROR') AND workflow_run_id IN "
    "(SELECT id FROM workflowrun WHERE run_group_id = $1 AND status = 'FAILED')"};
constexpr sql::Statement kReadySteps{
    "run_groups.ready_steps",
    "UPDATE runstep SET ready = 1, next_attempt_at = $2 WHERE run_group_id = $1 "
    "AND +status = 'PENDING' AND workflow_run_id IN "
    "(SELECT id FROM workflowrun WHERE run_group_id = $1 AND status = 'FAILED') "
    "AND workflow_step_number = (SELECT min(s.workflow_step_number) FROM runstep s "
    "WHERE s.workflow_run_id = runstep.workflow_run_id AND +s.status <> 'COMPLETED')"};
constexpr sql::Statement kResetRuns{
    "run_groups.reset_runs",
    "UPDATE workflowrun SET status = 'RUNNING', completed_date = NULL, status_message = NULL, "
    "status_date = $2 WHERE run_group_id = $1 AND status = 'FAILED'"};
constexpr sql::Statement kReopen{
    "run_groups.reopen",
    "UPDATE rungroup SET status = 'RUNNING', completed_date = NULL, status_message = NULL, "
    "status_date = $2 WHERE id = $1"};

constexpr sql::Statement kDeleteDiagnostics{"run_groups.delete_diagnostics",
                                            "DELETE FROM rundiagnostic WHERE workflow_run_id IN "
                                            "(SELECT id FROM workflowrun WHERE run_group_id = $1)"};
constexpr sql::Statement kDeleteLifecycle{"run_groups.delete_lifecycle",
                                          "DELETE FROM lifecyclehistory WHERE run_group_id = $1"};
constexpr sql::Statement kDeleteSteps{"run_groups.delete_steps",
                                      "DELETE FROM runstep WHERE workflow_run_id IN "
                                      "(SELECT id FROM workflowrun WHERE run_group_id = $1)"};
constexpr sql::Statement kDeleteRuns{"run_groups.delete_runs",
                                     "DELETE FROM workflowrun WHERE run_group_id = $1"};
constexpr sql::Statement kDelete{"run_groups.delete", "DELETE FROM rungroup WHERE id = $1"};

base::JsonText StatusMeta(const NewRunGroup& group) {
  if (group.started_by.empty()) return {"{}"};
  reflect::JsonWriter writer;
  writer.BeginObject();
  writer.Key("started_by");
  writer.String(group.started_by);
  writer.EndObject();
  return {writer.Take()};
}

}  // namespace

Result<RunGroup> RunGroups::Create(sql::Tx& tx, const NewRunGroup& group, base::Time now) {
  SI_ASSIGN(const int64_t id, NextId(tx, IdTable::kRunGroup));
  SI_ASSIGN(auto made, tx.One<RunGroup>(kInsert, {id, group.name, group.workflow_definition_id,
                                                  group.param_definition_id, group.batch_id, now,
                                                  StatusMeta(group)}));
  SI_TRY(AppendGroupEvent(tx, kGroupCreated, *made, made->name, now));
  return std::move(*made);
}

Result<RunGroup> RunGroups::Get(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(auto group, tx.One<RunGroup>(kGet, {id}));
  if (!group) return Fail(Code::kNotFound, "no run group " + std::to_string(id));
  return std::move(*group);
}

Result<std::vector<RunGroup>> RunGroups::List(sql::Tx& tx, std::optional<int64_t> batch_id) {
  return batch_id ? tx.All<RunGroup>(kListOfBatch, {batch_id}) : tx.All<RunGroup>(kList);
}

Result<std::optional<RunGroup>> RunGroups::Newest(sql::Tx& tx, int64_t batch_id,
                                                  const std::string& workflow_id,
                                                  const std::string& param_id) {
  return tx.One<RunGroup>(kNewest, {batch_id, workflow_id, param_id});
}

Result<bool> RunGroups::UsesParams(sql::Tx& tx, const std::string& param_id) {
  SI_ASSIGN(const auto found, tx.Scalar<int64_t>(kUsesParams, {param_id}));
  return found.has_value();
}

Result<std::vector<RunGroup>> RunGroups::Drained(sql::Tx& tx) { return tx.All<RunGroup>(kDrained); }

Result<bool> RunGroups::Finish(sql::Tx& tx, int64_t id, base::Time now) {
  SI_ASSIGN(const bool drained, IsDrained(tx, id));
  if (!drained) return false;
  SI_ASSIGN(const sql::Rows counts, tx.Query(kFailedRuns, {id}));
  const int64_t total = counts[0][0].Int();
  const int64_t failed = counts[0][1].Int();
  const auto status = failed > 0 ? model::RunStatus::kFailed : model::RunStatus::kCompleted;
  const std::string message =
      failed > 0 ? std::to_string(failed) + " of " + std::to_string(total) + " documents failed"
                 : std::to_string(total) + " documents completed";
  SI_ASSIGN(const int64_t closed, tx.Execute(kClose, {id, status, message, now}));
  if (closed == 0) return false;
  SI_ASSIGN(const RunGroup group, Get(tx, id));
  if (group.batch_id) SI_TRY(Batches::CompleteIfDone(tx, *group.batch_id, now));
  SI_TRY(AppendGroupEvent(tx, failed > 0 ? kGroupFailed : kGroupCompleted, group, message, now));
  return true;
}

Result<> RunGroups::SetMessage(sql::Tx& tx, int64_t id, const std::string& message,
                               base::Time now) {
  SI_ASSIGN(const auto group, tx.One<RunGroup>(kSetMessage, {id, message, now}));
  return group ? AppendGroupEvent(tx, kGroupMessage, *group, message, now) : Result<>();
}

Result<RetriedGroup> RunGroups::Retry(sql::Tx& tx, int64_t id, base::Time now) {
  SI_ASSIGN(const RunGroup group, Get(tx, id));
  RetriedGroup retried;
  SI_ASSIGN(retried.reset_steps, tx.Execute(kResetSteps, {id, now}));
  SI_TRY(tx.Execute(kReadySteps, {id, now}));
  SI_TRY(AppendRunRetries(tx, id, now));
  SI_ASSIGN(retried.reset_runs, tx.Execute(kResetRuns, {id, now}));
  if (retried.reset_runs == 0) return retried;
  SI_TRY(tx.Execute(kReopen, {id, now}));
  if (group.batch_id) SI_TRY(Batches::Reopen(tx, *group.batch_id, now));
  SI_TRY(AppendGroupEvent(tx, kGroupRetry, group, std::nullopt, now));
  return retried;
}

Result<DeletedRunGroup> RunGroups::Delete(sql::Tx& tx, int64_t id, base::Time now) {
  SI_ASSIGN(const RunGroup group, Get(tx, id));
  for (const IdTable table : {IdTable::kRunGroup, IdTable::kWorkflowRun, IdTable::kRunStep}) {
    SI_TRY(KeepIds(tx, table));
  }
  DeletedRunGroup deleted;
  SI_TRY(tx.Execute(kDeleteDiagnostics, {id}));
  SI_ASSIGN(deleted.lifecyclehistory, tx.Execute(kDeleteLifecycle, {id}));
  SI_ASSIGN(deleted.runsteps, tx.Execute(kDeleteSteps, {id}));
  SI_ASSIGN(deleted.workflowruns, tx.Execute(kDeleteRuns, {id}));
  SI_ASSIGN(deleted.rungroups, tx.Execute(kDelete, {id}));
  SI_TRY(AppendGroupEvent(tx, kGroupDeleted, group, std::nullopt, now));
  return deleted;
}

}  // namespace records
