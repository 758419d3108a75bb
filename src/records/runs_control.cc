// What people do to runs: cancel, pause, resume, retry.
#include <algorithm>

#include "records/batches.h"
#include "records/changes.h"
#include "records/run_end.h"
#include "records/runs.h"
#include "records/statement.h"
#include "records/steps.h"
#include "reflect/enum.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using model::RunStatus;
using model::RunStep;
using model::WorkflowRun;

const Statement kCancelStep(
    "runs.cancel_step",
    "UPDATE runstep SET status = 'FAILED', ready = 0, paused = 0, lease_until = NULL, "
    "attempt = attempt + 1, status_message = $2, status_date = $3, completed_date = $3, "
    "status_meta = $4 WHERE workflow_run_id = $1 "
    "AND (+ready = 1 OR +paused = 1 OR +status = 'RUNNING') RETURNING " +
        sql::Columns<HeldStep>());
constexpr sql::Statement kOpenOfGroup{
    "runs.open_of_group",
    "SELECT id FROM workflowrun INDEXED BY ix_run_open_group WHERE run_group_id = $1 "
    "AND status NOT IN ('COMPLETED', 'FAILED') ORDER BY id LIMIT $2"};
constexpr sql::Statement kOpenOfBatch{
    "runs.open_of_batch",
    "SELECT id FROM workflowrun INDEXED BY ix_run_open_batch WHERE batch_id = $1 "
    "AND status NOT IN ('COMPLETED', 'FAILED') ORDER BY id LIMIT $2"};
constexpr sql::Statement kPausedOfGroup{
    "runs.paused_of_group",
    "SELECT workflow_run_id FROM runstep INDEXED BY ix_step_paused WHERE paused = 1 "
    "AND run_group_id = $1 ORDER BY workflow_run_id LIMIT $2"};
constexpr sql::Statement kPausedOfBatch{
    "runs.paused_of_batch",
    "SELECT workflow_run_id FROM runstep INDEXED BY ix_step_paused WHERE paused = 1 "
    "AND batch_id = $1 ORDER BY workflow_run_id LIMIT $2"};
constexpr sql::Statement kFailedOfGroup{
    "runs.failed_of_group",
    "SELECT id FROM workflowrun WHERE run_group_id = $1 AND status = 'FAILED' ORDER BY id"};

const Statement kPauseRunning(
    "runs.pause_running",
    "UPDATE runstep SET status = 'PENDING', paused = 1, lease_until = NULL, worker_id = NULL, "
    "status_message = NULL, status_date = $2 "
    "WHERE workflow_run_id = $1 AND +status = 'RUNNING' RETURNING " +
        sql::Columns<HeldStep>());
constexpr sql::Statement kPauseReady{"runs.pause_ready",
                                     "UPDATE runstep SET paused = 1, ready = 0 "
                                     "WHERE workflow_run_id = $1 AND +ready = 1"};
constexpr sql::Statement kResume{
    "runs.resume",
    "UPDATE runstep SET paused = 0, ready = 1, next_attempt_at = "
    "CASE WHEN status = 'ERROR' THEN next_attempt_at ELSE $2 END "
    "WHERE workflow_run_id = $1 AND +paused = 1"};
constexpr sql::Statement kSetMessage{
    "runs.set_message",
    "UPDATE workflowrun SET status_message = $2, status_date = $3 WHERE id = $1"};

constexpr sql::Statement kBeginAnew{
    "runs.begin_anew",
    "UPDATE runstep SET status = 'PENDING', retry = 0, deaths = 0, postponed = 0, ready = 0, "
    "status_message = NULL, status_meta = '{}', completed_date = NULL, status_date = $3 "
    "WHERE workflow_run_id = $1 "
    "AND (+status IN ('FAILED', 'ERROR') OR (+status = 'COMPLETED' AND workflow_step_number >= $2))"};
constexpr sql::Statement kReadyFirst{
    "runs.ready_first",
    "UPDATE runstep SET ready = 1, next_attempt_at = $2 WHERE id = (SELECT id FROM runstep "
    "WHERE workflow_run_id = $1 AND +status = 'PENDING' ORDER BY workflow_step_number LIMIT 1)"};
constexpr sql::Statement kReopenRun{
    "runs.reopen",
    "UPDATE workflowrun SET status = 'RUNNING', completed_date = NULL, status_message = NULL, "
    "status_date = $2, status_meta = '{}' WHERE id = $1"};
// A group that was closed goes on when it gets another run.
const Statement kReopenGroup(
    "runs.reopen_group",
    "UPDATE rungroup SET status = 'RUNNING', completed_date = NULL, status_date = $2, "
    "status_message = NULL WHERE id = $1 AND status IN ('COMPLETED', 'FAILED') RETURNING " +
        sql::Columns<model::RunGroup>());


// The number of the step that the retry begins with; behind the last one when it names none.
Result<int64_t> BeginOf(const WorkflowRun& run, const std::vector<RunStep>& steps,
                        std::optional<model::WorkflowStepType> from) {
  if (!from) return static_cast<int64_t>(steps.size()) + 1;
  const std::string name(reflect::Wire(*from));
  const auto at = std::ranges::find(steps, *from, &RunStep::step_type);
  if (at == steps.end()) {
    return Fail(Code::kConflict, "run " + std::to_string(run.id) + " has no step " + name);
  }
  const auto open = std::ranges::find_if(
      steps.begin(), at, [](const RunStep& step) { return step.status != RunStatus::kCompleted; });
  if (open == at) return at->workflow_step_number;
  return Fail(Code::kConflict, "run " + std::to_string(run.id) + " cannot go on at " + name +
                                   ": step " + open->workflow_step_name + " is not completed");
}

Result<std::vector<int64_t>> Ids(sql::Tx& tx, const sql::Statement& statement, sql::Params params) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(statement, params));
  std::vector<int64_t> ids;
  for (size_t i = 0; i < rows.size(); ++i) ids.push_back(rows[i][0].Int());
  return ids;
}

}  // namespace

Result<> ReopenGroup(sql::Tx& tx, int64_t id, base::Time now) {
  SI_ASSIGN(const auto group, tx.One<model::RunGroup>(kReopenGroup, {id, now}));
  return group ? AppendGroupEvent(tx, kGroupReopened, *group, std::nullopt, now) : Result<>();
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
  return Ids(tx, statement, {of, limit});
}

Result<std::vector<int64_t>> Runs::PausedIds(sql::Tx& tx, const RunFilter& filter, int64_t limit) {
  const sql::Statement& statement = filter.run_group_id ? kPausedOfGroup : kPausedOfBatch;
  return Ids(tx, statement, {filter.run_group_id.value_or(filter.batch_id.value_or(0)), limit});
}

Result<std::vector<int64_t>> Runs::FailedIds(sql::Tx& tx, int64_t run_group_id) {
  return Ids(tx, kFailedOfGroup, {run_group_id});
}

Result<bool> Runs::Pause(sql::Tx& tx, int64_t id, const std::string& reason, base::Time now) {
  SI_ASSIGN(const WorkflowRun run, Get(tx, id));
  if (model::IsTerminal(run.status)) return false;
  SI_ASSIGN(const auto running, tx.All<HeldStep>(kPauseRunning, {id, now}));
  SI_ASSIGN(const int64_t ready, tx.Execute(kPauseReady, {id}));
  if (running.empty() && ready == 0) return false;
  for (const HeldStep& step : running) {
    SI_TRY(AppendStepEvent(tx, kStepReleased, step, reason, now));
  }
  SI_TRY(tx.Execute(kSetMessage, {id, reason, now}));
  SI_TRY(AppendRunEvent(tx, kRunPaused, run, reason, now));
  return true;
}

Result<bool> Runs::Resume(sql::Tx& tx, int64_t id, base::Time now) {
  SI_ASSIGN(const WorkflowRun run, Get(tx, id));
  SI_ASSIGN(const int64_t resumed, tx.Execute(kResume, {id, now}));
  if (resumed == 0) return false;
  SI_TRY(tx.Execute(kSetMessage, {id, std::nullopt, now}));
  SI_TRY(AppendRunEvent(tx, kRunResumed, run, std::nullopt, now));
  return true;
}

Result<int64_t> Runs::Retry(sql::Tx& tx, int64_t id, std::optional<model::WorkflowStepType> from,
                            base::Time now) {
  SI_ASSIGN(const WorkflowRun run, Get(tx, id));
  if (run.status != RunStatus::kFailed && !(run.status == RunStatus::kCompleted && from)) {
    return Fail(Code::kConflict,
                "run " + std::to_string(id) + " is " + std::string(reflect::Name(run.status)) +
                    ": only FAILED runs can be retried, COMPLETED ones from a step");
  }
  SI_ASSIGN(const auto steps, Steps::OfRun(tx, id));
  SI_ASSIGN(const int64_t begin, BeginOf(run, steps, from));
  SI_ASSIGN(const int64_t reset, tx.Execute(kBeginAnew, {id, begin, now}));
  SI_ASSIGN(const int64_t ready, tx.Execute(kReadyFirst, {id, now}));
  if (ready == 0) return Fail(Code::kConflict, "run " + std::to_string(id) + " has nothing to do");
  SI_TRY(tx.Execute(kReopenRun, {id, now}));
  SI_TRY(AppendRunEvent(tx, kRunRetry, run, std::nullopt, now));
  SI_TRY(ReopenGroup(tx, run.run_group_id, now));
  SI_TRY(Batches::Reopen(tx, run.batch_id, now));
  return reset;
}

}  // namespace records
