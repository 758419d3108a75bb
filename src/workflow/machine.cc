#include "workflow/machine.h"

#include <algorithm>
#include <cmath>

#include "reflect/enum.h"

namespace workflow {
namespace {

using model::LifecycleEvent;
using model::RunStatus;

bool Claimable(const StepState& step, base::Time now) {
  const bool waiting = step.status == RunStatus::kPending || step.status == RunStatus::kError;
  return waiting && step.queue.ready &&
         (!step.queue.next_attempt_at || *step.queue.next_attempt_at <= now);
}

std::string StepText(const StepState& step) {
  return "step " + std::to_string(step.number) + " (" + std::string(reflect::Wire(step.type)) + ")";
}

// Builds one transition of one run.
class Change {
 public:
  Change(const Policy& policy, const RunState& before, const Moment& moment)
      : policy_(policy), moment_(moment) {
    out_.after = before;
  }

  base::Result<Transition> operator()(const StepClaimed& event) {
    SI_ASSIGN(StepState * step, Find(event.number));
    if (model::IsTerminal(out_.after.status) || !Claimable(*step, moment_.now)) {
      return base::Fail(base::Code::kConflict, StepText(*step) + " is not to be claimed now");
    }
    if (out_.after.status == RunStatus::kPending) {
      Say(LifecycleEvent::kItemStart, 0, RunStatus::kCompleted, "");
    }
    if (out_.after.status != RunStatus::kRunning) SetRun(RunStatus::kRunning, "");
    StepState& changed = Touch(*step);
    changed.status = RunStatus::kRunning;
    changed.worker_id = event.worker_id;
    changed.message.clear();
    changed.queue.ready = false;
    changed.queue.next_attempt_at.reset();
    changed.queue.lease_until = moment_.now + policy_.lease;
    changed.queue.attempt += 1;
    Say(LifecycleEvent::kStepStart, changed.number, RunStatus::kCompleted, "");
    return std::move(out_);
  }

  base::Result<Transition> operator()(const LeaseRenewed& event) {
    SI_ASSIGN(StepState * step, FindRunning(event.number, event.attempt));
    Touch(*step).queue.lease_until = moment_.now + policy_.lease;
    return std::move(out_);
  }

  base::Result<Transition> operator()(const StepSucceeded& event) {
    SI_ASSIGN(StepState * step, FindRunning(event.number, event.attempt));
    End(*step, RunStatus::kCompleted, event.message);
    Say(LifecycleEvent::kStepEnd, step->number, RunStatus::kCompleted, event.message);
    for (StepState& later : out_.after.steps) {
      if (later.number <= step->number || model::IsTerminal(later.status)) continue;
      if (!event.skip_rest) {
        StepState& next = Touch(later);
        next.queue.ready = true;
        return std::move(out_);
      }
      End(later, RunStatus::kCompleted, "skipped: " + event.message);
    }
    SetRun(RunStatus::kCompleted, event.skip_rest ? event.message : "");
    Say(LifecycleEvent::kItemEnd, 0, RunStatus::kCompleted, out_.after.message);
    return std::move(out_);
  }

  base::Result<Transition> operator()(const StepFailed& event) {
    SI_ASSIGN(StepState * step, FindRunning(event.number, event.attempt));
    StepState& changed = Touch(*step);
    changed.retry += 1;
    const std::string& message = event.error.message();
    if (!event.error.retryable() || changed.retry >= changed.retries) {
      GiveUp(changed, message);
      return std::move(out_);
    }
    ToQueue(changed, RunStatus::kError, message);
    changed.queue.next_attempt_at = moment_.now + Backoff(policy_, changed.retry, moment_.fraction);
    Say(LifecycleEvent::kStepFailed, changed.number, RunStatus::kFailed, message);
    SetRun(RunStatus::kError, message);
    return std::move(out_);
  }

  base::Result<Transition> operator()(const StepReleased& event) {
    SI_ASSIGN(StepState * step, FindRunning(event.number, event.attempt));
    ToQueue(Touch(*step), RunStatus::kPending, "given back by a worker that stopped");
    return std::move(out_);
  }

  base::Result<Transition> operator()(const WorkerLost& event) {
    SI_ASSIGN(StepState * step, FindRunning(event.number, event.attempt));
    Lose(*step, event.why);
    return std::move(out_);
  }

  base::Result<Transition> operator()(const RetryRequested&) {
    if (out_.after.status != RunStatus::kFailed) {
      return base::Fail(base::Code::kConflict, "only a failed run can be retried");
    }
    bool first = true;  // that is not done: what comes later waits for it
    for (StepState& step : out_.after.steps) {
      if (step.status == RunStatus::kCompleted) continue;
      StepState& changed = Touch(step);
      if (changed.status != RunStatus::kPending) {
        changed.status = RunStatus::kPending;
        changed.retry = 0;
        changed.queue.deaths = 0;
        changed.message.clear();
      }
      changed.queue.ready = std::exchange(first, false);
      changed.queue.next_attempt_at.reset();
      changed.queue.lease_until.reset();
    }
    if (first) return base::Fail(base::Code::kConflict, "the run has no step to retry");
    SetRun(RunStatus::kRunning, "");
    return std::move(out_);
  }

  base::Result<Transition> operator()(const CancelRequested& event) {
    if (model::IsTerminal(out_.after.status)) return std::move(out_);
    const std::string message = "cancelled: " + event.why;
    for (StepState& step : out_.after.steps) {
      if (!step.queue.ready && step.status != RunStatus::kRunning) continue;
      End(step, RunStatus::kFailed, message);
      step.queue.attempt += 1;  // whoever works on it is stale now
    }
    SetRun(RunStatus::kFailed, message);
    Say(LifecycleEvent::kItemFailed, 0, RunStatus::kFailed, message);
    return std::move(out_);
  }

  base::Result<Transition> operator()(const Tick&) {
    for (StepState& step : out_.after.steps) {
      const bool ended = step.status == RunStatus::kRunning && step.queue.lease_until &&
                         *step.queue.lease_until <= moment_.now;
      if (ended) Lose(step, "the lease of worker " + step.worker_id + " ended");
    }
    return std::move(out_);
  }

 private:
  base::Result<StepState*> Find(int64_t number) {
    const auto at = std::ranges::find(out_.after.steps, number, &StepState::number);
    if (at == out_.after.steps.end()) {
      return base::Fail(base::Code::kNotFound, "no step " + std::to_string(number));
    }
    return &*at;
  }

  // The fence: only the current claim of a running step is heard.
  base::Result<StepState*> FindRunning(int64_t number, int64_t attempt) {
    SI_ASSIGN(StepState * step, Find(number));
    if (step->status != RunStatus::kRunning || step->queue.attempt != attempt) {
      return base::Fail(base::Code::kStale, "attempt " + std::to_string(attempt) + " of " +
                                                StepText(*step) +
                                                " is not the current one (attempt " +
                                                std::to_string(step->queue.attempt) + ", " +
                                                std::string(reflect::Name(step->status)) + ")");
    }
    return step;
  }

  StepState& Touch(StepState& step) {
    if (std::ranges::find(out_.changed_steps, step.number) == out_.changed_steps.end()) {
      out_.changed_steps.push_back(step.number);
    }
    return step;
  }

  void SetRun(RunStatus status, std::string message) {
    out_.after.status = status;
    out_.after.message = std::move(message);
    out_.run_changed = true;
  }

  void Say(LifecycleEvent event, int64_t step, RunStatus outcome, const std::string& message) {
    out_.happened.push_back({event, step, outcome, message});
  }

  // Out of the queue for good.
  void End(StepState& step, RunStatus status, std::string message) {
    StepState& changed = Touch(step);
    changed.status = status;
    changed.message = std::move(message);
    changed.queue.ready = false;
    changed.queue.next_attempt_at.reset();
    changed.queue.lease_until.reset();
  }

  void ToQueue(StepState& step, RunStatus status, std::string message) {
    step.status = status;
    step.message = std::move(message);
    step.worker_id.clear();
    step.queue.ready = true;
    step.queue.next_attempt_at.reset();
    step.queue.lease_until.reset();
  }

  void GiveUp(StepState& step, const std::string& message) {
    End(step, RunStatus::kFailed, message);
    Say(LifecycleEvent::kStepFailed, step.number, RunStatus::kFailed, message);
    SetRun(RunStatus::kFailed, StepText(step) + " failed: " + message);
    Say(LifecycleEvent::kItemFailed, 0, RunStatus::kFailed, out_.after.message);
  }

  void Lose(StepState& step, const std::string& why) {
    StepState& changed = Touch(step);
    changed.queue.deaths += 1;
    if (changed.queue.deaths >= policy_.max_deaths) {
      GiveUp(changed, "given up as poison: " + std::to_string(changed.queue.deaths) +
                          " workers vanished while they ran it (last: " + why + ")");
      return;
    }
    ToQueue(changed, RunStatus::kPending, why);
    if (policy_.loss_delay > base::Duration::zero()) {
      changed.queue.next_attempt_at = moment_.now + policy_.loss_delay;
    }
  }

  const Policy& policy_;
  const Moment& moment_;
  Transition out_;
};

std::string Plural(int64_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

base::Result<Transition> Apply(const Policy& policy, const RunState& before, const Event& event,
                               const Moment& moment) {
  return std::visit(Change(policy, before, moment), event);
}

base::Duration Backoff(const Policy& policy, int64_t failures, double fraction) {
  const double exponent = static_cast<double>(std::clamp<int64_t>(failures, 1, 40) - 1);
  const double bound =
      std::min(static_cast<double>(policy.backoff_cap.count()),
               static_cast<double>(policy.backoff_base.count()) * std::exp2(exponent));
  return base::Duration(static_cast<int64_t>(bound * fraction));
}

GroupTransition ApplyCounts(const GroupState& before) {
  GroupTransition out{.after = before, .happened = {}};
  if (before.open > 0) {
    if (before.status == RunStatus::kRunning) return out;
    out.changed = true;
    out.after.status = RunStatus::kRunning;
    out.after.message.clear();
    out.happened.push_back(LifecycleEvent::kGroupStart);
    return out;
  }
  out.finish = !model::IsTerminal(before.status);
  return out;
}

base::Result<GroupTransition> ApplyFinished(const GroupState& before,
                                            const std::optional<base::Error>& problem) {
  if (before.open > 0 || model::IsTerminal(before.status)) {
    return base::Fail(base::Code::kConflict,
                      "the run group has " + Plural(before.open, "open run"));
  }
  GroupTransition out{.after = before, .changed = true, .happened = {}};
  if (problem && problem->retryable()) {
    out.after.message = "indexing is tried again: " + problem->message();
    out.finish = true;
    return out;
  }
  const bool good = before.failed == 0 && !problem;
  out.after.status = good ? RunStatus::kCompleted : RunStatus::kFailed;
  out.after.message = Plural(before.completed, "document") + " completed";
  if (before.failed > 0) out.after.message += ", " + std::to_string(before.failed) + " failed";
  if (problem) out.after.message += "; indexing failed: " + problem->message();
  out.happened.push_back(LifecycleEvent::kGroupEnd);
  return out;
}

std::optional<NextEvent> NextEventOf(const Policy& policy, const RunState& run,
                                     const StepState& step, base::Time now) {
  if (model::IsTerminal(step.status) || model::IsTerminal(run.status)) return std::nullopt;
  const std::string type(reflect::Wire(step.type));
  if (step.status == RunStatus::kRunning) {
    return NextEvent{step.queue.lease_until.value_or(now),
                     "the lease of worker " + step.worker_id + " (attempt " +
                         std::to_string(step.queue.attempt) + ") ends unless it is renewed"};
  }
  if (!step.queue.ready) {
    for (const StepState& current : run.steps) {
      if (!current.queue.ready && current.status != RunStatus::kRunning) continue;
      auto next = NextEventOf(policy, run, current, now);
      if (next) next->why = "waits for " + StepText(current) + ": " + next->why;
      return next;
    }
    return NextEvent{now + policy.queue_check, "is looked at by the next check of the queue"};
  }
  if (step.queue.next_attempt_at && *step.queue.next_attempt_at > now) {
    return NextEvent{
        *step.queue.next_attempt_at,
        step.status == RunStatus::kError
            ? "failed attempt " + std::to_string(step.retry) + " of " +
                  std::to_string(step.retries) + " is tried again after a back-off"
            : "is tried again after its worker vanished " + Plural(step.queue.deaths, "time")};
  }
  return NextEvent{now + policy.queue_check,
                   "waits for a free " + type + " worker; the queue is looked at again by then"};
}

std::optional<NextEvent> NextEventOf(const Policy& policy, const RunState& run, base::Time now) {
  if (model::IsTerminal(run.status)) return std::nullopt;
  for (const StepState& step : run.steps) {
    if (auto next = NextEventOf(policy, run, step, now)) {
      next->why = StepText(step) + " " + next->why;
      return next;
    }
  }
  return NextEvent{now + policy.queue_check, "is looked at by the next check of the queue"};
}

std::optional<NextEvent> NextEventOf(const Policy& policy, const GroupState& group,
                                     std::optional<NextEvent> first_of_runs, base::Time now) {
  if (model::IsTerminal(group.status)) return std::nullopt;
  if (group.open > 0 && first_of_runs) return first_of_runs;
  return NextEvent{now + policy.finish_check, "the databases it wrote are being indexed"};
}

}  // namespace workflow
