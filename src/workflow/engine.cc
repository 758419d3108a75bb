#include "workflow/engine.h"
#include "workflow/cancel.h"

#include <algorithm>
#include <utility>

#include "records/checkins.h"
#include "records/lifecycle.h"
#include "records/runs.h"

namespace workflow {

namespace {

constexpr int kCommitTries = 6;  // about three seconds

}  // namespace

template <typename Fn>
auto Runner::Engine::Commit(Fn fn) {
  auto result = deps_.db.Write(fn);
  for (int i = 1; i < kCommitTries && !result && result.error().retryable(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50 << i));
    result = deps_.db.Write(fn);
  }
  return result;
}

Runner::Engine::Engine(Options options, Dependencies dependencies)
    : options_(std::move(options)),
      deps_(std::move(dependencies)),
      book_(deps_.definitions, deps_.registry),
      attempts_({.db = deps_.db,
                 .registry = deps_.registry,
                 .clock = deps_.clock,
                 .random = deps_.random,
                 .listener = deps_.listener,
                 .policy = options_.policy}),
      slots_(options_.limits) {}

base::Result<> Runner::Engine::Start() {
  SI_TRY(Recover());
  last_renewal_ = last_checkin_ = deps_.clock.Steady();
  for (const auto& [type, limit] : options_.limits) {
    for (int64_t i = 0; i < limit; ++i) workers_.emplace_back([this, t = type] { Work(t); });
  }
  scheduler_ = std::thread([this] { Schedule(); });
  renewer_ = std::thread([this] { Renew(); });
  watch_ = std::thread([this] { Watch(); });
  finisher_ = std::thread([this] { FinishGroups(); });
  deps_.log.Info("worker started", {{"worker", options_.worker_id},
                                    {"slots", static_cast<int64_t>(workers_.size())}});
  return {};
}

void Runner::Engine::Stop() {
  if (!scheduler_.joinable()) return;
  stopping_ = true;
  schedule_alarm_.Ring();
  scheduler_.join();
  GiveBack(queue_.Close());
  if (!queue_.WaitIdle(options_.drain)) {
    deps_.log.Warning("calling back what still runs", {{"steps", queue_.running()}});
    held_.StopAll(HeldClaim::Reason::kStopping);
  }
  for (std::thread& worker : workers_) worker.join();
  drained_ = true;
  finish_stop_.request_stop();
  Wake();
  for (std::thread* thread : {&renewer_, &watch_, &finisher_}) thread->join();
  (void)deps_.db.Write(
      [&](sql::Tx& tx) { return records::CheckIns::Remove(tx, options_.worker_id); });
  deps_.log.Info("worker stopped", {{"worker", options_.worker_id}});
}

void Runner::Engine::Wake() {
  for (Alarm* alarm : {&schedule_alarm_, &renew_alarm_, &watch_alarm_, &finish_alarm_}) {
    alarm->Ring();
  }
}

base::Result<int64_t> Runner::Engine::Cancel(std::span<const int64_t> run_ids,
                                             const std::string& reason) {
  SI_ASSIGN(const Cancelled cancelled, CancelRuns(deps_.db, run_ids, reason, deps_.clock.Now()));
  for (const int64_t id : cancelled.step_ids) {
    if (const auto held = held_.Find(id)) held->Stop(HeldClaim::Reason::kCancelled);
  }
  if (cancelled.runs > 0) finish_alarm_.Ring();
  return cancelled.runs;
}

// --- claiming

void Runner::Engine::Schedule() {
  while (!stopping_) {
    const bool healthy = TakeBackEndedLeases();
    ClaimForFreeSlots();
    if (!stopping_) {
      schedule_alarm_.SleepFor(healthy ? UntilNextEvent() : std::chrono::seconds(1));
    }
  }
}

std::chrono::nanoseconds Runner::Engine::UntilNextEvent() {
  using std::chrono::nanoseconds;
  const base::Time now = deps_.clock.Now();
  const auto next =
      deps_.db.Read([&](sql::Tx& tx) { return records::Steps::NextEventAt(tx, now); });
  if (!next) return std::chrono::seconds(1);
  const base::Duration longest = options_.policy.queue_check;
  if (!*next) return nanoseconds(longest);
  return std::clamp<nanoseconds>(**next - now, std::chrono::milliseconds(1), longest);
}

records::ClaimRequest Runner::Engine::RequestFor(const Slots::Reservation& reserved) const {
  return {.worker_id = options_.worker_id,
          .now = deps_.clock.Now(),
          .lease = options_.policy.lease,
          .slots = reserved.counts,
          .limit = reserved.Total()};
}

void Runner::Engine::ClaimForFreeSlots() {
  Slots::Reservation reserved = slots_.Reserve({});
  if (reserved.counts.empty()) return;
  const auto deadline = SafeUntil(deps_.clock.Steady());
  auto claims =
      deps_.db.Write([&](sql::Tx& tx) { return book_.ClaimSteps(tx, RequestFor(reserved)); });
  if (!claims) {
    deps_.log.Warning("cannot claim steps", {{"error", claims.error().ToString()}});
    claims.emplace();
  }
  Dispatch(std::move(*claims), std::move(reserved), deadline);
}

void Runner::Engine::Dispatch(std::vector<Claim> claims, Slots::Reservation reserved,
                              HeldClaim::Deadline deadline) {
  std::vector<Job> late;  // the queue was closed meanwhile
  for (Claim& claim : claims) {
    reserved.counts[claim.step().step_type] -= 1;
    auto held = held_.Add(claim.claimed.fence, deadline);
    Job job{.claim = std::move(claim), .held = std::move(held)};
    if (!queue_.Push(job)) late.push_back(std::move(job));
  }
  GiveBack(late);
  if (!slots_.Return(reserved).empty()) schedule_alarm_.Ring();
}

void Runner::Engine::GiveBack(const std::vector<Job>& jobs) {
  if (jobs.empty()) return;
  const base::Time now = deps_.clock.Now();
  const auto written = Commit([&](sql::Tx& tx) -> base::Result<> {
    for (const Job& job : jobs) {
      const auto released = records::Steps::Release(tx, job.held->fence(), now);
      if (!released && released.error().code() != base::Code::kStale) return released;
    }
    return {};
  });
  if (!written) {
    deps_.log.Warning("cannot give steps back, their leases will end",
                      {{"error", written.error().ToString()}});
  }
  for (const Job& job : jobs) held_.Remove(job.held->fence());
}

// --- working

void Runner::Engine::Work(Type type) {
  while (std::optional<Job> job = queue_.Pop(type)) {
    Carry(std::move(*job));
    queue_.Done();
  }
}

void Runner::Engine::Carry(Job job) {
  Tell(attempts_.EventOf(job.claim, EngineEvent::Kind::kStepStarted));
  RunCalls(job.claim.calls);
  if (job.held->reason() != HeldClaim::Reason::kNone) {  // called back before it began
    return Settle(job, base::Fail(base::Code::kCancelled, "called back"));
  }
  Settle(job, attempts_.Run(job.claim, *job.held));
}

void Runner::Engine::Settle(const Job& job, base::Result<StepOutcome> outcome) {
  const base::Time now = deps_.clock.Now();
  const HeldClaim::Reason reason = job.held->reason();
  EngineEvent event = attempts_.EventOf(job.claim, EngineEvent::Kind::kStepEnded);
  base::Result<Ended> ended;
  if (outcome) {
    if (outcome->stored) {
      written_.With(
          [&](auto& map) { map[job.claim.run().run_group_id].insert(outcome->stored->data_dir); });
    }
    event.status = model::RunStatus::kCompleted;
    event.reused = outcome->reused;
    ended =
        WriteEnd(job, [&](sql::Tx& tx) { return book_.Complete(tx, job.claim, *outcome, now); });
  } else if (reason == HeldClaim::Reason::kStopping) {
    slots_.Free(job.claim.step().step_type);
    return GiveBack({job});
  } else if (reason == HeldClaim::Reason::kNone && outcome.error().code() != base::Code::kStale) {
    const records::StepFailure failure = attempts_.Judge(job.claim, outcome.error());
    event.status = failure.retry_at ? model::RunStatus::kError : model::RunStatus::kFailed;
    event.message = failure.message;
    ended = WriteEnd(job, [&](sql::Tx& tx) { return book_.Fail(tx, job.claim, failure, now); });
  } else {
    // Lost or cancelled: whoever took it away has written down what becomes of it.
    slots_.Free(job.claim.step().step_type);
    held_.Remove(job.held->fence());
    schedule_alarm_.Ring();
    return;
  }
  if (ended) return AfterEnd(job, *ended, event);
  deps_.log.Warning("the result of a step was refused", {{"run", event.run_id},
                                                         {"step", event.step_id},
                                                         {"attempt", event.attempt},
                                                         {"error", ended.error().ToString()}});
}

std::optional<model::WorkflowStepType> Runner::Engine::TypeAfter(const Claim& claim) const {
  if (claim.step().is_last_step || !claim.definition) return std::nullopt;
  const auto& steps = claim.definition->item_steps;
  const auto next = static_cast<size_t>(claim.step().workflow_step_number);  // numbered from 1
  return next < steps.size() ? std::optional(steps[next].type) : std::nullopt;
}

base::Result<Ended> Runner::Engine::WriteEnd(const Job& job, const Write& write) {
  const Type type = job.claim.step().step_type;
  const std::optional<Type> next = TypeAfter(job.claim);
  slots_.Free(type);
  const Type wanted[] = {type, next.value_or(type)};
  Slots::Reservation reserved = stopping_ ? Slots::Reservation{} : slots_.Reserve(wanted);
  const auto deadline = SafeUntil(deps_.clock.Steady());

  std::vector<Claim> claims;
  auto ended = Commit([&](sql::Tx& tx) -> base::Result<Ended> {
    claims.clear();
    SI_ASSIGN(Ended done, write(tx));
    if (!reserved.counts.empty()) {
      SI_ASSIGN(claims, book_.ClaimSteps(tx, RequestFor(reserved)));
    }
    return done;
  });
  held_.Remove(job.held->fence());
  if (!ended) claims.clear();
  const bool follows = ended && ended->end.next_step_id;
  const bool claimed = follows && std::ranges::any_of(claims, [&](const Claim& claim) {
                         return claim.step().id == *ended->end.next_step_id;
                       });
  Dispatch(std::move(claims), std::move(reserved), deadline);
  if (follows && !claimed && (!next || slots_.Ready(*next))) schedule_alarm_.Ring();
  // After a refusal nothing was claimed for the slot that is free now.
  if (!ended) schedule_alarm_.Ring();
  return ended;
}

void Runner::Engine::AfterEnd(const Job& job, const Ended& ended, const EngineEvent& event) {
  Tell(event);
  RunCalls(ended.calls);
  if (event.status == model::RunStatus::kError) {
    schedule_alarm_.Ring();  // it now sleeps until the end of the back-off at the latest
    deps_.log.Info("step will be tried again", {{"run", event.run_id},
                                                {"step", event.step_id},
                                                {"attempt", event.attempt},
                                                {"error", event.message}});
  }
  if (ended.end.run_ended) {
    EngineEvent run = event;
    run.kind = EngineEvent::Kind::kRunEnded;
    Tell(run);
    if (event.status == model::RunStatus::kFailed) {
      deps_.log.Warning("run failed", {{"run", event.run_id},
                                       {"step", event.step_id},
                                       {"document", job.claim.run().doc_id},
                                       {"error", event.message}});
    }
  }
  if (ended.end.group_drained) finish_alarm_.Ring();
}

void Runner::Engine::RunCalls(const std::vector<HandlerCall>& calls) {
  for (const HandlerCall& call : calls) {
    base::Result<std::string> answer = base::Fail(base::Code::kInternal, "did not run");
    for (int i = 0; i < std::max(1, call.retries) && !answer; ++i) {
      answer = call.method->Run(call.context);
    }
    const model::RunStatus status =
        answer ? model::RunStatus::kCompleted : model::RunStatus::kFailed;
    std::optional<std::string> message;
    if (!answer) message = answer.error().ToString();
    const auto written = Commit([&](sql::Tx& tx) {
      return records::Lifecycle::End(tx, call.lifecycle_id, status, message, deps_.clock.Now());
    });
    if (!answer || !written) {
      deps_.log.Warning("event handler failed",
                        {{"handler", call.context.handler_name},
                         {"error", (answer ? written.error() : answer.error()).ToString()}});
    }
  }
}

void Runner::Engine::Tell(const EngineEvent& event) const {
  if (deps_.listener != nullptr) deps_.listener->OnEvent(event);
}

}  // namespace workflow
