#include "records/runs.h"

#include "records/batches.h"
#include "records/changes.h"
#include "records/ids.h"
#include "records/run_end.h"
#include "records/statement.h"
#include "records/step_rows.h"
#include "records/steps.h"
#include "reflect/json.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using model::RunDetails;
using model::RunStatus;
using model::RunStep;
using model::WorkflowRun;

constexpr sql::Statement kInsert{
    "runs.insert",
    "INSERT INTO workflowrun (id, workflow_definition_id, run_group_id, batch_id, doc_id, "
    "priority, created_date, start_date, status, status_date, status_meta, run_params) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 'PENDING', $7, '{}', $8)"};
constexpr sql::Statement kInsertStep{
    "runs.insert_step",
    "INSERT INTO runstep (id, workflow_run_id, workflow_step_number, workflow_step_name, "
    "step_config_id, step_type, is_last_step, created_date, priority, retry, retries, status, "
    "status_date, status_meta, batch_id, run_group_id, ready, next_attempt_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, 'PENDING', $8, '{}', $11, $12, $13, $14)"};
// A group that was closed goes on when it gets another run.
const Statement kReopenGroup(
    "runs.reopen_group",
    "UPDATE rungroup SET status = 'RUNNING', completed_date = NULL, status_date = $2, "
    "status_message = NULL WHERE id = $1 AND status IN ('COMPLETED', 'FAILED') RETURNING " +
        sql::Columns<model::RunGroup>());

const Statement kGet("runs.get", SelectRuns() + "WHERE r.id = $1");

constexpr sql::Statement kToRun{
    "runs.documents_to_run",
    "SELECT u.doc_hash FROM documenturi u WHERE u.batch_id = $1 AND NOT EXISTS "
    "(SELECT 1 FROM workflowrun r WHERE r.doc_id = u.doc_hash AND r.run_group_id = $2) "
    "GROUP BY u.doc_hash ORDER BY min(u.id)"};

const Statement kCancelStep(
    "runs.cancel_step",
    "UPDATE runstep SET status = 'FAILED', ready = 0, lease_until = NULL, attempt = attempt + 1, "
    "status_message = $2, status_date = $3, completed_date = $3, status_meta = $4 "
    "WHERE workflow_run_id = $1 AND (+ready = 1 OR +status = 'RUNNING') RETURNING " +
        sql::Columns<HeldStep>());
constexpr sql::Statement kOpenOfGroup{
    "runs.open_of_group",
    "SELECT id FROM workflowrun INDEXED BY ix_run_open_group WHERE run_group_id = $1 "
    "AND status NOT IN ('COMPLETED', 'FAILED') ORDER BY id LIMIT $2"};
constexpr sql::Statement kOpenOfBatch{
    "runs.open_of_batch",
    "SELECT id FROM workflowrun INDEXED BY ix_run_open_batch WHERE batch_id = $1 "
    "AND status NOT IN ('COMPLETED', 'FAILED') ORDER BY id LIMIT $2"};
constexpr sql::Statement kSetStepConfig{
    "runs.set_step_config",
    "UPDATE runstep SET step_config_id = $3 "
    "WHERE workflow_run_id = $1 AND step_type = $2 AND +status = 'PENDING' AND attempt = 0"};
constexpr sql::Statement kSetPriority{"runs.set_priority",
                                      "UPDATE workflowrun SET priority = $2 WHERE id = $1"};
constexpr sql::Statement kSetStepPriority{
    "runs.set_step_priority",
    "UPDATE runstep SET priority = $2 "
    "WHERE workflow_run_id = $1 AND +status IN ('PENDING', 'ERROR')"};

const Statement kDiagnostics("runs.diagnostics",
                             "SELECT " + sql::Columns<model::Diagnostic>() +
                                 " FROM rundiagnostic WHERE workflow_run_id = $1 ORDER BY id");
const Statement kArtifacts("runs.artifacts", "SELECT " + sql::Columns<model::ArtifactRecord>() +
                                                 " FROM artifactrecord WHERE hash = $1 "
                                                 "ORDER BY artifact_type, step_config_id");

Result<std::vector<RunStep>> InsertSteps(sql::Tx& tx, int64_t run_id, const NewRun& run,
                                         base::Time now) {
  SI_ASSIGN(int64_t id, NextId(tx, IdTable::kRunStep));
  std::vector<RunStep> steps;
  for (const NewStep& step : run.steps) {
    const bool first = steps.empty();
    const RunStep& made =
        steps.emplace_back(RunStep{.id = id++,
                                   .workflow_run_id = run_id,
                                   .workflow_step_number = static_cast<int64_t>(steps.size()) + 1,
                                   .workflow_step_name = step.name,
                                   .step_config_id = step.step_config_id,
                                   .step_type = step.type,
                                   .is_last_step = steps.size() + 1 == run.steps.size(),
                                   .created_date = now,
                                   .priority = run.priority,
                                   .status_date = now,
                                   .retries = step.retries});
    SI_TRY(tx.Execute(kInsertStep, {made.id, made.workflow_run_id, made.workflow_step_number,
                                    made.workflow_step_name, made.step_config_id, made.step_type,
                                    made.is_last_step, made.created_date, made.priority,
                                    made.retries, run.batch_id, run.run_group_id, first,
                                    first ? std::optional(now) : std::nullopt}));
  }
  return steps;
}

Result<> ReopenGroup(sql::Tx& tx, int64_t id, base::Time now) {
  SI_ASSIGN(const auto group, tx.One<model::RunGroup>(kReopenGroup, {id, now}));
  return group ? AppendGroupEvent(tx, kGroupReopened, *group, std::nullopt, now) : Result<>();
}

}  // namespace

Result<RunDetails> Runs::Create(sql::Tx& tx, const NewRun& run, base::Time now) {
  if (run.steps.empty()) return Fail(Code::kInvalidArgument, "a workflow needs at least one step");
  SI_ASSIGN(const int64_t id, NextId(tx, IdTable::kWorkflowRun));
  WorkflowRun made{.id = id,
                   .workflow_definition_id = run.workflow_definition_id,
                   .run_group_id = run.run_group_id,
                   .batch_id = run.batch_id,
                   .doc_id = run.doc_id,
                   .priority = run.priority,
                   .created_date = now,
                   .start_date = now,
                   .status_date = now,
                   .run_params = run.run_params};
  SI_TRY(tx.Execute(kInsert, {made.id, made.workflow_definition_id, made.run_group_id,
                              made.batch_id, made.doc_id, made.priority, now, made.run_params}));
  SI_ASSIGN(auto steps, InsertSteps(tx, id, run, now));
  SI_TRY(AppendRunEvent(tx, kRunCreated, made, std::nullopt, now));
  SI_TRY(ReopenGroup(tx, run.run_group_id, now));
  SI_TRY(Batches::Reopen(tx, run.batch_id, now));
  return RunDetails{std::move(made), std::move(steps), std::nullopt};
}

Result<WorkflowRun> Runs::Get(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(auto runs, ReadRuns(tx, kGet, {id}));
  if (runs.empty()) return Fail(Code::kNotFound, "no workflow run " + std::to_string(id));
  return std::move(runs.front());
}

Result<std::vector<std::string>> Runs::DocumentsToRun(sql::Tx& tx, int64_t batch_id,
                                                      std::optional<int64_t> without_run_in_group) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(kToRun, {batch_id, without_run_in_group}));
  std::vector<std::string> hashes;
  for (size_t i = 0; i < rows.size(); ++i) hashes.emplace_back(rows[i][0].Text());
  return hashes;
}

Result<bool> Runs::Cancel(sql::Tx& tx, int64_t id, const std::string& reason, base::Time now) {
  SI_ASSIGN(const WorkflowRun run, Get(tx, id));
  if (model::IsTerminal(run.status)) return false;
  const base::JsonText meta{R"({"cancelled":true})"};
  SI_ASSIGN(const auto cancelled, tx.All<HeldStep>(kCancelStep, {id, reason, now, meta}));
  for (const HeldStep& step : cancelled) {
    SI_TRY(AppendStepEvent(tx, kStepFailed, step, reason, now));
  }
  SI_TRY(EndRun(tx, run, RunStatus::kFailed, reason, now, meta));
  return true;
}

Result<std::vector<int64_t>> Runs::OpenIds(sql::Tx& tx, const RunFilter& filter, int64_t limit) {
  const sql::Statement& statement = filter.run_group_id ? kOpenOfGroup : kOpenOfBatch;
  const int64_t of = filter.run_group_id.value_or(filter.batch_id.value_or(0));
  SI_ASSIGN(const sql::Rows rows, tx.Query(statement, {of, limit}));
  std::vector<int64_t> ids;
  for (size_t i = 0; i < rows.size(); ++i) ids.push_back(rows[i][0].Int());
  return ids;
}

Result<> Runs::SetStepConfig(sql::Tx& tx, int64_t run_id, model::WorkflowStepType type,
                             int64_t step_config_id) {
  SI_TRY(tx.Execute(kSetStepConfig, {run_id, type, step_config_id}));
  return {};
}

Result<> Runs::SetPriority(sql::Tx& tx, int64_t run_id, int64_t priority) {
  SI_TRY(tx.Execute(kSetPriority, {run_id, priority}));
  SI_TRY(tx.Execute(kSetStepPriority, {run_id, priority}));
  return {};
}

Result<std::vector<model::Diagnostic>> Runs::Diagnostics(sql::Tx& tx, int64_t run_id) {
  return tx.All<model::Diagnostic>(kDiagnostics, {run_id});
}

Result<std::vector<model::ArtifactRecord>> Runs::Artifacts(sql::Tx& tx, const std::string& hash) {
  return tx.All<model::ArtifactRecord>(kArtifacts, {hash});
}

}  // namespace records
