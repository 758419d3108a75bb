// What becomes of a claimed step. Every function first makes sure that the attempt still holds it.
#include <algorithm>

#include "records/changes.h"
#include "records/documents.h"
#include "records/held_step.h"
#include "records/run_end.h"
#include "records/statement.h"
#include "records/steps.h"

namespace records {
namespace {

using base::Result;
using model::RunStatus;

constexpr sql::Statement kRenew{
    "steps.renew",
    "UPDATE runstep SET lease_until = $3 WHERE id = $1 AND attempt = $2 AND status = 'RUNNING'"};
constexpr sql::Statement kSetMessage{"steps.set_message",
                                     "UPDATE runstep SET status_message = $2, status_date = $3 "
                                     "WHERE id = $1"};
constexpr sql::Statement kComplete{
    "steps.complete",
    "UPDATE runstep SET status = 'COMPLETED', lease_until = NULL, next_attempt_at = NULL, "
    "status_message = $2, status_meta = $3, status_date = $4, completed_date = $4 WHERE id = $1"};
constexpr sql::Statement kReadyNext{
    "steps.ready_next",
    "UPDATE runstep SET ready = 1, next_attempt_at = $3 WHERE id = (SELECT id FROM runstep "
    "WHERE workflow_run_id = $1 AND workflow_step_number > $2 AND +status <> 'COMPLETED' "
    "ORDER BY workflow_step_number LIMIT 1) RETURNING id"};
const Statement kSkipRest(
    "steps.skip_rest",
    "UPDATE runstep SET status = 'COMPLETED', status_message = 'skipped', status_date = $3, "
    "completed_date = $3 WHERE workflow_run_id = $1 AND workflow_step_number > $2 "
    "AND +status = 'PENDING' RETURNING " +
        sql::Columns<HeldStep>());
constexpr sql::Statement kRetryLater{
    "steps.retry_later",
    "UPDATE runstep SET status = 'ERROR', retry = retry + 1, ready = 1, next_attempt_at = $5, "
    "lease_until = NULL, status_message = $2, status_meta = $3, status_date = $4 WHERE id = $1"};
constexpr sql::Statement kRunError{
    "steps.run_error",
    "UPDATE workflowrun SET status = 'ERROR', status_message = $2, status_date = $3 WHERE id = $1"};
constexpr sql::Statement kGiveBack{
    "steps.give_back",
    "UPDATE runstep SET status = 'PENDING', ready = 1, next_attempt_at = $2, lease_until = NULL, "
    "worker_id = NULL, deaths = $3, status_message = $4, status_date = $5 WHERE id = $1"};

const std::string kSelectRunning = "SELECT " + sql::Columns<HeldStep>() + " FROM runstep ";
const Statement kExpired("steps.expired",
                         kSelectRunning +
                             "INDEXED BY ix_step_lease "
                             "WHERE status = 'RUNNING' AND lease_until <= $1 ORDER BY lease_until");
const Statement kRunning("steps.running", kSelectRunning +
                                              "INDEXED BY ix_step_lease "
                                              "WHERE status = 'RUNNING' ORDER BY lease_until");
const Statement kRunningOf("steps.running_of",
                           kSelectRunning +
                               "INDEXED BY ix_step_lease WHERE status = 'RUNNING' "
                               "AND worker_id = $1 ORDER BY lease_until");
constexpr sql::Statement kNextEvent{
    "steps.next_event",
    "SELECT min(x) FROM ("
    "SELECT min(next_attempt_at) AS x FROM runstep INDEXED BY ix_step_due "
    "WHERE ready = 1 AND next_attempt_at > $1 UNION ALL "
    "SELECT min(lease_until) FROM runstep INDEXED BY ix_step_lease WHERE status = 'RUNNING') AS "
    "next"};

constexpr sql::Statement kDropDiagnostics{
    "steps.drop_diagnostics",
    "DELETE FROM rundiagnostic WHERE workflow_run_id = $1 AND step_id = $2"};
constexpr sql::Statement kAddDiagnostic{
    "steps.add_diagnostic",
    "INSERT INTO rundiagnostic (workflow_run_id, step_id, severity, what, location) "
    "VALUES ($1, $2, $3, $4, $5)"};
constexpr sql::Statement kAddArtifact{
    "steps.add_artifact",
    "INSERT INTO artifactrecord (hash, artifact_type, step_config_id, file_size) "
    "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"};

// Those of an earlier attempt make room.
Result<> PutDiagnostics(sql::Tx& tx, const HeldStep& step,
                        const std::vector<model::Diagnostic>& diagnostics) {
  SI_TRY(tx.Execute(kDropDiagnostics, {step.workflow_run_id, step.id}));
  for (const model::Diagnostic& diagnostic : diagnostics) {
    SI_TRY(tx.Execute(kAddDiagnostic, {step.workflow_run_id, step.id, diagnostic.severity,
                                       diagnostic.what, diagnostic.location}));
  }
  return {};
}

Result<> ApplyChanges(sql::Tx& tx, const HeldStep& step, const model::WorkflowRun& run,
                      const Completion& completion) {
  if (completion.doc_meta_patch.text != "{}") {
    SI_TRY(Documents::MergeMeta(tx, run.doc_id, completion.doc_meta_patch));
  }
  for (const model::ArtifactRecord& artifact : completion.artifacts) {
    SI_TRY(tx.Execute(kAddArtifact, {artifact.hash, artifact.artifact_type, artifact.step_config_id,
                                     artifact.file_size}));
  }
  return PutDiagnostics(tx, step, completion.diagnostics);
}

// The steps after this one count as done.
Result<> SkipRest(sql::Tx& tx, const HeldStep& step, base::Time now) {
  SI_ASSIGN(auto skipped,
            tx.All<HeldStep>(kSkipRest, {step.workflow_run_id, step.workflow_step_number, now}));
  std::ranges::sort(skipped, {}, &HeldStep::workflow_step_number);
  for (const HeldStep& one : skipped) {
    SI_TRY(AppendStepEvent(tx, kStepEnd, one, "skipped", now));
  }
  return {};
}

Result<LostStep> Lose(sql::Tx& tx, HeldStep step, const LossPolicy& policy) {
  const int64_t deaths = ++step.deaths;
  LostStep lost{.end = EndOf(step), .worker_id = step.worker_id.value_or("")};
  if (deaths >= policy.max_deaths) {
    const std::string message =
        "given up after " + std::to_string(deaths) +
        " attempts that ended with the loss of their worker (last: " + policy.reason + ")";
    SI_ASSIGN(lost.end,
              FailForGood(tx, step, Counts::kNo, message, {R"({"poison":true})"}, policy.now));
    lost.poison = true;
    return lost;
  }
  SI_TRY(tx.Execute(kGiveBack,
                    {step.id, policy.now + policy.delay, deaths, policy.reason, policy.now}));
  SI_TRY(AppendStepEvent(tx, kStepLost, step, policy.reason, policy.now));
  return lost;
}

Result<std::vector<LostStep>> LoseAll(sql::Tx& tx, const sql::Statement& statement,
                                      sql::Params params, const LossPolicy& policy) {
  SI_ASSIGN(const auto steps, tx.All<HeldStep>(statement, params));
  std::vector<LostStep> lost;
  for (const HeldStep& step : steps) {
    SI_ASSIGN(auto one, Lose(tx, step, policy));
    lost.push_back(std::move(one));
  }
  return lost;
}

}  // namespace

Result<std::vector<model::Fence>> Steps::Renew(sql::Tx& tx, std::span<const model::Fence> fences,
                                               base::Time lease_until) {
  std::vector<model::Fence> lost;
  for (const model::Fence& fence : fences) {
    SI_ASSIGN(const int64_t renewed,
              tx.Execute(kRenew, {fence.step_id, fence.attempt, lease_until}));
    if (renewed == 0) lost.push_back(fence);
  }
  return lost;
}

Result<> Steps::CheckFence(sql::Tx& tx, const model::Fence& fence) {
  SI_TRY(Hold(tx, fence));
  return {};
}

Result<StepEnd> Steps::Complete(sql::Tx& tx, const model::Fence& fence,
                                const Completion& completion, base::Time now) {
  SI_ASSIGN(const HeldStep step, Hold(tx, fence));
  SI_ASSIGN(const model::WorkflowRun run, RunOf(tx, step));
  SI_TRY(tx.Execute(kComplete, {step.id, completion.message, completion.status_meta, now}));
  SI_TRY(ApplyChanges(tx, step, run, completion));
  SI_TRY(AppendStepEvent(tx, kStepEnd, step, completion.message, now));
  StepEnd end = EndOf(step);
  if (completion.finish_run) {
    SI_TRY(SkipRest(tx, step, now));
  } else {
    SI_ASSIGN(end.next_step_id,
              tx.Scalar<int64_t>(kReadyNext, {run.id, step.workflow_step_number, now}));
    if (end.next_step_id) return end;
  }
  SI_TRY(EndRun(tx, run, RunStatus::kCompleted, std::nullopt, now));
  end.run_ended = true;
  SI_ASSIGN(end.group_drained, IsDrained(tx, step.run_group_id));
  return end;
}

Result<StepEnd> Steps::Fail(sql::Tx& tx, const model::Fence& fence, const StepFailure& failure,
                            base::Time now) {
  SI_ASSIGN(const HeldStep step, Hold(tx, fence));
  SI_TRY(PutDiagnostics(tx, step, failure.diagnostics));
  if (!failure.retry_at) {
    return FailForGood(tx, step, Counts::kYes, failure.message, failure.status_meta, now);
  }
  SI_TRY(tx.Execute(kRetryLater,
                    {step.id, failure.message, failure.status_meta, now, failure.retry_at}));
  SI_TRY(tx.Execute(kRunError,
                    {step.workflow_run_id, step.workflow_step_name + ": " + failure.message, now}));
  SI_TRY(AppendStepEvent(tx, kStepRetry, step, failure.message, now));
  return EndOf(step);
}

Result<> Steps::Release(sql::Tx& tx, const model::Fence& fence, base::Time now) {
  SI_ASSIGN(const HeldStep step, Hold(tx, fence));
  SI_TRY(tx.Execute(kGiveBack, {step.id, now, step.deaths, std::nullopt, now}));
  return AppendStepEvent(tx, kStepReleased, step, std::nullopt, now);
}

Result<> Steps::SetMessage(sql::Tx& tx, const model::Fence& fence, const std::string& message,
                           base::Time now) {
  SI_ASSIGN(const HeldStep step, Hold(tx, fence));
  SI_TRY(tx.Execute(kSetMessage, {step.id, message, now}));
  return AppendStepEvent(tx, kStepProgress, step, message, now);
}

Result<std::vector<LostStep>> Steps::ExpireLeases(sql::Tx& tx, const LossPolicy& policy) {
  return LoseAll(tx, kExpired, {policy.now}, policy);
}

Result<std::vector<LostStep>> Steps::VoidLeases(sql::Tx& tx, const LossPolicy& policy) {
  return LoseAll(tx, kRunning, {}, policy);
}

Result<std::vector<LostStep>> Steps::VoidLeasesOf(sql::Tx& tx, const std::string& worker_id,
                                                  const LossPolicy& policy) {
  return LoseAll(tx, kRunningOf, {worker_id}, policy);
}

Result<std::optional<base::Time>> Steps::NextEventAt(sql::Tx& tx, base::Time now) {
  return tx.Scalar<base::Time>(kNextEvent, {now});
}

}  // namespace records
