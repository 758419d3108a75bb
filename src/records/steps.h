// The queue: run steps that are claimed, renewed, completed, failed, given back. Table runstep.
//
//   step  = waiting* ready (claimed (released | lost | failed-will-retry))* claimed (completed |
//           failed)
//
// waiting: PENDING, ready=0 (an earlier step of the run is not completed)
// ready:   PENDING or ERROR, ready=1, claimable from next_attempt_at on
// claimed: RUNNING, ready=0, lease_until set, attempt grown by one
//
// The attempt is the fencing token: every function that takes a Fence fails with kStale, and
// changes nothing, unless that attempt still holds the step. Each change appends its Event in the
// same transaction (step_start, step_end, step_retry, step_failed, step_released, step_lost,
// item_start, item_end, item_failed); LifecycleHistory rows are the engine's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/result.h"
#include "model/event.h"
#include "model/run.h"
#include "sql/database.h"

namespace records {

struct ClaimRequest {
  std::string worker_id;
  base::Time now;
  base::Duration lease{};
  // How many steps of each type the worker can take now; types not named are not claimed.
  std::map<model::WorkflowStepType, int64_t> slots;
  int64_t limit = 1;  // over all types
};

struct ClaimedStep {
  model::RunStep step;
  model::WorkflowRun run;
  model::Fence fence;
  base::Time lease_until;
  int64_t deaths = 0;           // earlier claims whose worker vanished
  bool first_of_run = false;    // the run goes from PENDING to RUNNING with this claim
  bool first_of_group = false;  // and so does its group
};

// What a step's success wants to change.
struct Completion {
  std::optional<std::string> message;
  base::JsonText status_meta;
  base::JsonText doc_meta_patch;  // {} for none; null members remove
  std::vector<model::ArtifactRecord> artifacts;
  std::vector<model::Diagnostic> diagnostics;
  bool finish_run = false;  // skip what would follow: the run is COMPLETED with this step
};

struct StepFailure {
  std::string message;
  base::JsonText status_meta;
  std::optional<base::Time> retry_at;  // ERROR until then; nothing: FAILED, and the run with it
  std::vector<model::Diagnostic> diagnostics;
};

// What a step's end meant for what it belongs to.
struct StepEnd {
  int64_t step_id = 0;
  int64_t attempt = 0;
  int64_t workflow_run_id = 0;
  int64_t run_group_id = 0;
  int64_t batch_id = 0;
  std::optional<int64_t> next_step_id;  // it can be claimed now
  bool run_ended = false;               // the run is COMPLETED or FAILED with it
  bool group_drained = false;           // no open run is left in the group (RunGroups::Finish)
};

// How to treat steps whose worker vanished.
struct LossPolicy {
  base::Time now;
  base::Duration delay{};  // claimable again after this
  int64_t max_deaths = 3;  // at this many deaths the step is FAILED as poison
  std::string reason = "its worker vanished";
};

struct LostStep {
  StepEnd end;
  std::string worker_id;
  bool poison = false;  // FAILED; otherwise PENDING again
};

// All functions run in the caller's transaction.
class Steps {
 public:
  // Highest priority first, then fair between batches (those with the fewest running steps, then
  // those served longest ago), then later steps of a run before earlier ones, then oldest.
  static base::Result<std::vector<ClaimedStep>> Claim(sql::Tx& tx, const ClaimRequest& request);

  // Extends the leases of all that still hold their step; the others are answered as lost.
  static base::Result<std::vector<model::Fence>> Renew(sql::Tx& tx,
                                                       std::span<const model::Fence> fences,
                                                       base::Time lease_until);
  // kStale when the attempt does not hold the step any more. For writers outside the database.
  static base::Result<> CheckFence(sql::Tx& tx, const model::Fence& fence);

  static base::Result<StepEnd> Complete(sql::Tx& tx, const model::Fence& fence,
                                        const Completion& completion, base::Time now);
  static base::Result<StepEnd> Fail(sql::Tx& tx, const model::Fence& fence,
                                    const StepFailure& failure, base::Time now);
  // Back to PENDING without cost (a worker that stops).
  static base::Result<> Release(sql::Tx& tx, const model::Fence& fence, base::Time now);
  // A message while it runs ("page 7 of 30"), shown as status_message.
  static base::Result<> SetMessage(sql::Tx& tx, const model::Fence& fence,
                                   const std::string& message, base::Time now);

  // Takes back every step whose lease has ended.
  static base::Result<std::vector<LostStep>> ExpireLeases(sql::Tx& tx, const LossPolicy& policy);
  // Takes back every running step, whatever its lease: for the new owner of a data folder.
  static base::Result<std::vector<LostStep>> VoidLeases(sql::Tx& tx, const LossPolicy& policy);
  // Takes back the running steps of one worker (no check-in for too long).
  static base::Result<std::vector<LostStep>> VoidLeasesOf(sql::Tx& tx, const std::string& worker_id,
                                                          const LossPolicy& policy);

  // The earliest time after `now` at which a step becomes claimable, or that at which a lease ends
  // (which may be past: then ExpireLeases has something to do).
  static base::Result<std::optional<base::Time>> NextEventAt(sql::Tx& tx, base::Time now);

  // Read models. Steps that are not terminal show `next_event_at` and `why` in status_meta.
  static base::Result<model::RunStep> Get(sql::Tx& tx, int64_t id);
  static base::Result<model::StepQueueState> QueueState(sql::Tx& tx, int64_t id);
  static base::Result<std::vector<model::RunStep>> OfRun(sql::Tx& tx, int64_t run_id);
  static base::Result<std::vector<model::RunStep>> OfBatch(sql::Tx& tx, int64_t batch_id);
  static base::Result<std::vector<model::RunStep>> ByStatus(sql::Tx& tx, model::RunStatus status);
};

}  // namespace records
