#include "records/held_step.h"

#include "records/changes.h"
#include "records/run_end.h"
#include "records/statement.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using model::RunStatus;
using model::WorkflowRun;

const Statement kHold("steps.hold",
                      "SELECT " + sql::Columns<HeldStep>() +
                          " FROM runstep WHERE id = $1 AND attempt = $2 AND status = 'RUNNING'");
const Statement kRun("steps.run",
                     "SELECT " + sql::Columns<WorkflowRun>() + " FROM workflowrun WHERE id = $1");
constexpr sql::Statement kFail{
    "steps.fail_for_good",
    "UPDATE runstep SET status = 'FAILED', retry = retry + $5, deaths = $6, ready = 0, "
    "lease_until = NULL, status_message = $2, status_meta = $3, status_date = $4, completed_date = "
    "$4 WHERE id = $1"};
constexpr sql::Statement kEndRun{
    "runs.end",
    "UPDATE workflowrun SET status = $2, status_message = $3, status_date = $4, "
    "completed_date = $4, status_meta = coalesce($5, status_meta) WHERE id = $1"};
constexpr sql::Statement kOpenRun{"runs.open_in_group",
                                  "SELECT 1 FROM workflowrun INDEXED BY ix_run_open_group WHERE "
                                  "run_group_id = $1 AND status NOT IN ('COMPLETED', 'FAILED') "
                                  "LIMIT 1"};

}  // namespace

Result<HeldStep> Hold(sql::Tx& tx, const model::Fence& fence) {
  SI_ASSIGN(auto step, tx.One<HeldStep>(kHold, {fence.step_id, fence.attempt}));
  if (step) return std::move(*step);
  return Fail(Code::kStale, "attempt " + std::to_string(fence.attempt) + " of step " +
                                std::to_string(fence.step_id) + " does not hold it any more");
}

Result<WorkflowRun> RunOf(sql::Tx& tx, const HeldStep& step) {
  SI_ASSIGN(auto run, tx.One<WorkflowRun>(kRun, {step.workflow_run_id}));
  if (run) return std::move(*run);
  return Fail(Code::kInternal, "step " + std::to_string(step.id) + " has no run");
}

StepEnd EndOf(const HeldStep& step) {
  return {.step_id = step.id,
          .attempt = step.attempt,
          .workflow_run_id = step.workflow_run_id,
          .run_group_id = step.run_group_id,
          .batch_id = step.batch_id,
          .next_step_id = std::nullopt};
}

Result<StepEnd> FailForGood(sql::Tx& tx, const HeldStep& step, Counts counts,
                            const std::string& message, const base::JsonText& status_meta,
                            base::Time now) {
  SI_TRY(tx.Execute(
      kFail, {step.id, message, status_meta, now, counts == Counts::kYes ? 1 : 0, step.deaths}));
  SI_TRY(AppendStepEvent(tx, kStepFailed, step, message, now));
  SI_ASSIGN(const WorkflowRun run, RunOf(tx, step));
  SI_TRY(EndRun(tx, run, RunStatus::kFailed, step.workflow_step_name + ": " + message, now));
  StepEnd end = EndOf(step);
  end.run_ended = true;
  SI_ASSIGN(end.group_drained, IsDrained(tx, step.run_group_id));
  return end;
}

Result<> EndRun(sql::Tx& tx, const WorkflowRun& run, RunStatus status,
                const std::optional<std::string>& message, base::Time now,
                const std::optional<base::JsonText>& status_meta) {
  SI_TRY(tx.Execute(kEndRun, {run.id, status, message, now, status_meta}));
  return AppendRunEvent(tx, status == RunStatus::kCompleted ? kRunCompleted : kRunFailed, run,
                        message, now);
}

Result<bool> IsDrained(sql::Tx& tx, int64_t run_group_id) {
  SI_ASSIGN(const auto open, tx.Scalar<int64_t>(kOpenRun, {run_group_id}));
  return !open;
}

}  // namespace records
