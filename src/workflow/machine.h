// The rules of runs, steps and run groups as pure functions: what is (state) + what happened
// (event)
// -> what becomes of it (transition), and by when something happens next (deadline). No I/O, no
// clock, no random numbers of its own: the runner passes them in and writes the outcome down.
//
//   step   PENDING -> RUNNING -> COMPLETED            (claim, success)
//                        |  ^
//                        v  |   back-off over
//                      ERROR ----> FAILED             (failed attempts used up, or not retryable)
//          RUNNING -> PENDING                         (released, or its worker vanished: costs no
//                                                      retry, but too many deaths make it FAILED)
//   run    RUNNING while a step is claimed or was; ERROR while one waits for its next attempt;
//          COMPLETED with its last step; FAILED with any.
//   group  RUNNING with its first run; COMPLETED or FAILED when no run is open and the databases
//          that it wrote are indexed.
//
// Only Retry leads out of COMPLETED or FAILED. `attempt` counts claims (and a cancellation): it
// only grows, and an event of another attempt than the current one is refused as kStale.
//
// The database (records::Steps) carries these rules out; conformance_test.cc plays random histories
// to both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/result.h"
#include "model/run.h"
#include "model/status.h"

namespace workflow {

struct Policy {
  base::Duration lease = std::chrono::seconds(60);         // a claim holds so long unrenewed
  base::Duration backoff_base = std::chrono::seconds(2);   // bound of the first back-off
  base::Duration backoff_cap = std::chrono::minutes(10);   // bound of every back-off
  base::Duration queue_check = std::chrono::seconds(30);   // ready steps are looked at this often
  base::Duration finish_check = std::chrono::seconds(60);  // and groups that wait for their index
  base::Duration loss_delay{};  // a step whose worker vanished is claimable again after this
  // So many workers have to vanish over a step before it is given up as poison. Documents cannot
  // kill a worker (they are parsed in processes of their own), restarts of the server do count.
  int64_t max_deaths = 20;
};

// What the outside world lends for one decision.
struct Moment {
  base::Time now;
  double fraction = 0;  // random in [0, 1), for jitter
};

// A step as the rules see it.
struct StepState {
  int64_t id = 0;
  int64_t number = 1;  // from 1
  model::WorkflowStepType type = model::WorkflowStepType::kIngest;
  model::RunStatus status = model::RunStatus::kPending;
  int64_t retry = 0;    // failed attempts
  int64_t retries = 1;  // at so many it is FAILED; at least 1
  std::string worker_id;
  std::string message;
  model::StepQueueState queue;

  bool operator==(const StepState&) const = default;
};

// A run with all its steps in order of number.
struct RunState {
  int64_t id = 0;
  model::RunStatus status = model::RunStatus::kPending;
  std::string message;
  std::vector<StepState> steps;

  bool operator==(const RunState&) const = default;
};

// --- events of one run
struct StepClaimed {
  int64_t number = 0;
  std::string worker_id;
};
struct LeaseRenewed {
  int64_t number = 0;
  int64_t attempt = 0;
};
struct StepSucceeded {
  int64_t number = 0;
  int64_t attempt = 0;
  std::string message;
  bool skip_rest = false;  // a route said so: the run is complete without its later steps
};
struct StepFailed {
  int64_t number = 0;
  int64_t attempt = 0;
  base::Error error;  // its code says whether trying again makes sense
};
// The worker gives the step back unfinished, because it stops.
struct StepReleased {
  int64_t number = 0;
  int64_t attempt = 0;
};
// The worker is gone: its lease ended, its check-in stopped, or its process was replaced.
struct WorkerLost {
  int64_t number = 0;
  int64_t attempt = 0;
  std::string why;
};
struct RetryRequested {};
struct CancelRequested {
  std::string why;
};
// Time passed: leases that ended are treated as WorkerLost.
struct Tick {};

using Event = std::variant<StepClaimed, LeaseRenewed, StepSucceeded, StepFailed, StepReleased,
                           WorkerLost, RetryRequested, CancelRequested, Tick>;

// A lifecycle event to be written down and to run handlers for.
struct Happened {
  model::LifecycleEvent event = model::LifecycleEvent::kItemStart;
  int64_t step_number = 0;  // 0: about the run
  model::RunStatus outcome = model::RunStatus::kCompleted;
  std::string message;

  bool operator==(const Happened&) const = default;
};

struct Transition {
  RunState after;
  std::vector<int64_t> changed_steps;  // numbers
  bool run_changed = false;
  std::vector<Happened> happened;  // in order
};

// kStale for another attempt, kConflict for an event that the state does not allow, kNotFound for
// an unknown step. Nothing to do is an empty transition (Tick).
base::Result<Transition> Apply(const Policy& policy, const RunState& before, const Event& event,
                               const Moment& moment);

// Uniform between 0 and base * 2^(failures-1), capped ("full jitter").
base::Duration Backoff(const Policy& policy, int64_t failures, double fraction);

// --- groups
struct GroupState {
  int64_t id = 0;
  model::RunStatus status = model::RunStatus::kPending;
  int64_t open = 0;  // runs that are not terminal
  int64_t completed = 0;
  int64_t failed = 0;
  std::string message;

  bool operator==(const GroupState&) const = default;
};

struct GroupTransition {
  GroupState after;
  bool changed = false;
  bool finish = false;  // no run is open: index the databases, then report GroupFinished
  std::vector<model::LifecycleEvent> happened;
};

// The counts of `before` are those after the runs' own transitions.
GroupTransition ApplyCounts(const GroupState& before);
// The databases of a group without open runs were indexed. `finishing` failed: say why.
base::Result<GroupTransition> ApplyFinished(const GroupState& before,
                                            const std::optional<base::Error>& problem);

// --- deadlines
// By when something happens to what is not terminal, and why: shown to people, and what the
// scheduler sleeps until.
struct NextEvent {
  base::Time at;
  std::string why;

  bool operator==(const NextEvent&) const = default;
};

// nullopt exactly for terminal states (steps: also when their run is terminal).
std::optional<NextEvent> NextEventOf(const Policy& policy, const RunState& run, base::Time now);
std::optional<NextEvent> NextEventOf(const Policy& policy, const RunState& run,
                                     const StepState& step, base::Time now);
std::optional<NextEvent> NextEventOf(const Policy& policy, const GroupState& group,
                                     std::optional<NextEvent> first_of_runs, base::Time now);

}  // namespace workflow
