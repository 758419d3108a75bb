#include "workflow/machine.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace workflow {
namespace {

using model::LifecycleEvent;
using model::RunStatus;
using model::WorkflowStepType;
using std::chrono::seconds;

const base::Time kStart{std::chrono::hours(480'000)};

RunState ThreeSteps(int64_t retries = 3) {
  RunState run{.id = 1, .message = {}, .steps = {}};
  const WorkflowStepType types[] = {WorkflowStepType::kParse, WorkflowStepType::kChunk,
                                    WorkflowStepType::kStore};
  for (int64_t i = 0; i < 3; ++i) {
    StepState step;
    step.id = 10 + i;
    step.number = i + 1;
    step.type = types[i];
    step.retries = retries;
    step.queue.ready = i == 0;
    run.steps.push_back(step);
  }
  return run;
}

std::vector<LifecycleEvent> Events(const Transition& transition) {
  std::vector<LifecycleEvent> events;
  for (const Happened& happened : transition.happened) events.push_back(happened.event);
  return events;
}

// Applies events one after the other; each must be accepted.
class Player {
 public:
  explicit Player(RunState run) : run(std::move(run)) {}

  Transition Do(const Event& event) {
    auto got = Apply(policy, run, event, {now, fraction});
    EXPECT_TRUE(got) << got.error().ToString();
    run = got->after;
    return std::move(*got);
  }
  base::Code Refused(const Event& event) {
    const auto got = Apply(policy, run, event, {now, fraction});
    EXPECT_FALSE(got);
    return got ? base::Code::kInternal : got.error().code();
  }
  const StepState& step(size_t number) const { return run.steps.at(number - 1); }

  Policy policy;
  RunState run;
  base::Time now = kStart;
  double fraction = 0.5;
};

const base::Error kTransient(base::Code::kUnavailable, "gone for lunch");
const base::Error kPermanent(base::Code::kEncrypted, "needs a password");

TEST(Machine, ADocumentGoesThrough) {
  Player p(ThreeSteps());
  const Transition claimed = p.Do(StepClaimed{1, "w1"});
  EXPECT_EQ(Events(claimed), (std::vector{LifecycleEvent::kItemStart, LifecycleEvent::kStepStart}));
  EXPECT_EQ(p.run.status, RunStatus::kRunning);
  EXPECT_EQ(p.step(1).queue.attempt, 1);
  EXPECT_EQ(p.step(1).queue.lease_until, kStart + p.policy.lease);
  EXPECT_EQ(p.step(1).worker_id, "w1");

  EXPECT_EQ(Events(p.Do(StepSucceeded{1, 1, "", false})), std::vector{LifecycleEvent::kStepEnd});
  EXPECT_TRUE(p.step(2).queue.ready);
  EXPECT_FALSE(p.step(3).queue.ready);
  p.Do(StepClaimed{2, "w1"});
  p.Do(StepSucceeded{2, 1, "", false});
  p.Do(StepClaimed{3, "w2"});
  const Transition last = p.Do(StepSucceeded{3, 1, "", false});
  EXPECT_EQ(Events(last), (std::vector{LifecycleEvent::kStepEnd, LifecycleEvent::kItemEnd}));
  EXPECT_TRUE(last.run_changed);
  EXPECT_EQ(p.run.status, RunStatus::kCompleted);
  EXPECT_EQ(NextEventOf(p.policy, p.run, p.now), std::nullopt);
}

TEST(Machine, OnlyTheCurrentStepIsClaimable) {
  Player p(ThreeSteps());
  EXPECT_EQ(p.Refused(StepClaimed{2, "w"}), base::Code::kConflict);
  EXPECT_EQ(p.Refused(StepClaimed{9, "w"}), base::Code::kNotFound);
  p.Do(StepClaimed{1, "w"});
  EXPECT_EQ(p.Refused(StepClaimed{1, "v"}), base::Code::kConflict);
}

TEST(Machine, ATransientErrorIsRetriedAfterABackoffUntilTheRetriesAreUsedUp) {
  Player p(ThreeSteps(2));
  p.Do(StepClaimed{1, "w"});
  EXPECT_EQ(Events(p.Do(StepFailed{1, 1, kTransient})), std::vector{LifecycleEvent::kStepFailed});
  EXPECT_EQ(p.step(1).status, RunStatus::kError);
  EXPECT_EQ(p.step(1).retry, 1);
  EXPECT_EQ(p.step(1).message, "gone for lunch");
  EXPECT_EQ(p.step(1).queue.next_attempt_at, kStart + seconds(1));  // half of 2 s
  EXPECT_EQ(p.run.status, RunStatus::kError);
  EXPECT_EQ(p.Refused(StepClaimed{1, "w"}), base::Code::kConflict);
  EXPECT_EQ(NextEventOf(p.policy, p.run, p.now)->at, kStart + seconds(1));

  p.now += seconds(1);
  p.Do(StepClaimed{1, "w"});
  EXPECT_EQ(Events(p.Do(StepFailed{1, 2, kTransient})),
            (std::vector{LifecycleEvent::kStepFailed, LifecycleEvent::kItemFailed}));
  EXPECT_EQ(p.step(1).status, RunStatus::kFailed);
  EXPECT_EQ(p.step(1).retry, 2);
  EXPECT_EQ(p.run.status, RunStatus::kFailed);
  EXPECT_EQ(p.run.message, "step 1 (parse) failed: gone for lunch");
}

TEST(Machine, APermanentErrorFailsAtOnce) {
  Player p(ThreeSteps(5));
  p.Do(StepClaimed{1, "w"});
  p.Do(StepFailed{1, 1, kPermanent});
  EXPECT_EQ(p.step(1).status, RunStatus::kFailed);
  EXPECT_EQ(p.run.status, RunStatus::kFailed);
}

TEST(Machine, AStaleAttemptIsRefusedEverywhere) {
  Player p(ThreeSteps());
  p.Do(StepClaimed{1, "zombie"});
  p.now += p.policy.lease;
  p.Do(Tick{});
  EXPECT_EQ(p.step(1).status, RunStatus::kPending);
  p.Do(StepClaimed{1, "heir"});
  const RunState before = p.run;
  for (const Event& late :
       {Event(StepSucceeded{1, 1, "", false}), Event(StepFailed{1, 1, kPermanent}),
        Event(LeaseRenewed{1, 1}), Event(StepReleased{1, 1}), Event(WorkerLost{1, 1, "x"})}) {
    EXPECT_EQ(p.Refused(late), base::Code::kStale);
  }
  EXPECT_EQ(p.run, before);
  p.Do(StepSucceeded{1, 2, "", false});
}

TEST(Machine, ALostWorkerCostsNoRetryButTooManyArePoison) {
  Player p(ThreeSteps(1));
  p.policy.max_deaths = 3;
  p.policy.loss_delay = seconds(1);
  for (int64_t attempt = 1; attempt <= 3; ++attempt) {
    p.now += std::chrono::hours(1);
    p.Do(StepClaimed{1, "w"});
    p.Do(WorkerLost{1, attempt, "process replaced"});
    EXPECT_EQ(p.step(1).retry, 0);
    EXPECT_EQ(p.step(1).queue.deaths, attempt);
    EXPECT_EQ(p.step(1).queue.next_attempt_at.has_value(), attempt < 3) << attempt;
  }
  EXPECT_EQ(p.run.status, RunStatus::kFailed);
  EXPECT_NE(p.run.message.find("poison"), std::string::npos) << p.run.message;
}

TEST(Machine, AReleasedStepIsReadyAtOnceAndCostsNothing) {
  Player p(ThreeSteps());
  p.Do(StepClaimed{1, "w"});
  p.Do(StepReleased{1, 1});
  EXPECT_EQ(p.step(1).retry, 0);
  EXPECT_EQ(p.step(1).queue.deaths, 0);
  p.Do(StepClaimed{1, "v"});
  EXPECT_EQ(p.step(1).queue.attempt, 2);
}

TEST(Machine, RetryResetsWhatFailedAndKeepsWhatIsDone) {
  Player p(ThreeSteps());
  p.Do(StepClaimed{1, "w"});
  p.Do(StepSucceeded{1, 1, "", false});
  p.Do(StepClaimed{2, "w"});
  EXPECT_EQ(p.Refused(RetryRequested{}), base::Code::kConflict);
  p.Do(StepFailed{2, 1, kPermanent});
  p.Do(RetryRequested{});
  EXPECT_EQ(p.run.status, RunStatus::kRunning);
  EXPECT_EQ(p.step(1).status, RunStatus::kCompleted);
  EXPECT_EQ(p.step(2).status, RunStatus::kPending);
  EXPECT_EQ(p.step(2).retry, 0);
  EXPECT_TRUE(p.step(2).queue.ready);
  EXPECT_FALSE(p.step(3).queue.ready);
  p.Do(StepClaimed{2, "w"});
  EXPECT_EQ(p.step(2).queue.attempt, 2) << "the fencing token never goes back";
}

TEST(Machine, CancelEndsWhatIsOpen) {
  Player p(ThreeSteps());
  p.Do(StepClaimed{1, "w"});
  p.Do(CancelRequested{"the document was deleted"});
  EXPECT_EQ(p.run.status, RunStatus::kFailed);
  EXPECT_EQ(p.step(1).status, RunStatus::kFailed);
  EXPECT_EQ(p.step(1).message, "cancelled: the document was deleted");
  EXPECT_EQ(p.step(3).status, RunStatus::kPending);
  EXPECT_EQ(p.Refused(StepSucceeded{1, 1, "", false}), base::Code::kStale);
  EXPECT_TRUE(p.Do(CancelRequested{"again"}).changed_steps.empty());
}

TEST(Machine, ARouteCanSkipTheRest) {
  Player p(ThreeSteps());
  p.Do(StepClaimed{1, "w"});
  p.Do(StepSucceeded{1, 1, "rule 2 skips it", true});
  EXPECT_EQ(p.run.status, RunStatus::kCompleted);
  EXPECT_EQ(p.step(3).status, RunStatus::kCompleted);
  EXPECT_EQ(p.step(3).message, "skipped: rule 2 skips it");
}

TEST(Machine, SaysWhatHappensNextAndWhy) {
  Player p(ThreeSteps());
  EXPECT_EQ(NextEventOf(p.policy, p.run, p.now)->why,
            "step 1 (parse) waits for a free parse worker; the queue is looked at again by then");
  p.Do(StepClaimed{1, "w2"});
  const auto next = NextEventOf(p.policy, p.run, p.step(3), p.now);
  EXPECT_EQ(next->at, kStart + p.policy.lease);
  EXPECT_EQ(next->why,
            "waits for step 1 (parse): the lease of worker w2 (attempt 1) ends unless it is "
            "renewed");
}

TEST(Backoff, GrowsIsCappedAndSpreads) {
  const Policy policy;
  EXPECT_EQ(Backoff(policy, 1, 0.0), seconds(0));
  EXPECT_EQ(Backoff(policy, 1, 0.5), seconds(1));
  EXPECT_EQ(Backoff(policy, 3, 0.5), seconds(4));
  EXPECT_EQ(Backoff(policy, 1'000'000, 0.999999), base::Duration(599'999'400));
}

TEST(Group, StartsRunsAndFinishesAfterTheIndex) {
  GroupState group{.id = 1, .open = 2, .message = {}};
  GroupTransition t = ApplyCounts(group);
  EXPECT_EQ(t.after.status, RunStatus::kRunning);
  EXPECT_EQ(t.happened, std::vector{LifecycleEvent::kGroupStart});
  group = t.after;
  EXPECT_FALSE(ApplyCounts(group).changed);
  EXPECT_FALSE(ApplyFinished(group, std::nullopt));

  group.open = 0;
  group.completed = 2;
  EXPECT_TRUE(ApplyCounts(group).finish);
  const auto retry = ApplyFinished(group, base::Error(base::Code::kUnavailable, "engine is away"));
  EXPECT_EQ(retry->after.status, RunStatus::kRunning);
  EXPECT_TRUE(retry->finish);
  const auto done = ApplyFinished(group, std::nullopt);
  EXPECT_EQ(done->after.status, RunStatus::kCompleted);
  EXPECT_EQ(done->happened, std::vector{LifecycleEvent::kGroupEnd});

  group = done->after;
  group.open = 1;  // a retry or a new document
  EXPECT_EQ(ApplyCounts(group).after.status, RunStatus::kRunning);
}

TEST(Group, OneFailedRunMakesItFailed) {
  const GroupState group{
      .id = 1, .status = RunStatus::kRunning, .completed = 9, .failed = 1, .message = {}};
  const auto done = ApplyFinished(group, std::nullopt);
  EXPECT_EQ(done->after.status, RunStatus::kFailed);
  EXPECT_EQ(done->after.message, "9 documents completed, 1 failed");
}

// --- properties over random histories

Event RandomEvent(const RunState& run) {
  const auto number = *rc::gen::inRange<int64_t>(0, static_cast<int64_t>(run.steps.size()) + 2);
  const auto at = std::ranges::find(run.steps, number, &StepState::number);
  const int64_t current = at == run.steps.end() ? 0 : at->queue.attempt;
  const int64_t attempt = current - (*rc::gen::inRange(0, 5) == 0 ? 1 : 0);
  switch (*rc::gen::inRange(0, 14)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return StepClaimed{number, "w"};
    case 4:
      return LeaseRenewed{number, attempt};
    case 5:
    case 6:
      return StepSucceeded{number, attempt, "", *rc::gen::inRange(0, 10) == 0};
    case 7:
      return StepFailed{number, attempt, kTransient};
    case 8:
      return StepFailed{number, attempt, *rc::gen::inRange(0, 3) == 0 ? kPermanent : kTransient};
    case 9:
      return StepReleased{number, attempt};
    case 10:
      return WorkerLost{number, attempt, "x"};
    case 11:
      return RetryRequested{};
    case 12:
      return *rc::gen::inRange(0, 6) == 0 ? Event(CancelRequested{"x"}) : Event(Tick{});
    default:
      return Tick{};
  }
}

void CheckState(const Policy& policy, const RunState& run, base::Time now) {
  size_t ready_or_running = 0;
  for (const StepState& step : run.steps) {
    RC_ASSERT(step.retry <= step.retries);
    const bool terminal = model::IsTerminal(step.status);
    RC_ASSERT(NextEventOf(policy, run, step, now).has_value() ==
              !(terminal || model::IsTerminal(run.status)));
    RC_ASSERT((step.status == RunStatus::kRunning) == step.queue.lease_until.has_value());
    RC_ASSERT(!(step.queue.ready && (terminal || step.status == RunStatus::kRunning)));
    ready_or_running += step.queue.ready || step.status == RunStatus::kRunning ? 1 : 0;
  }
  RC_ASSERT(NextEventOf(policy, run, now).has_value() == !model::IsTerminal(run.status));
  // Stuck is impossible: an open run has exactly one step that is being worked on or can be.
  RC_ASSERT(ready_or_running == (model::IsTerminal(run.status) ? 0u : 1u));
}

void CheckPair(const RunState& before, const RunState& after, const Event& event) {
  const bool retry = std::holds_alternative<RetryRequested>(event);
  if (model::IsTerminal(before.status) && !retry) RC_ASSERT(after == before);
  if (before.status == RunStatus::kCompleted) RC_ASSERT(after.status == RunStatus::kCompleted);
  for (size_t i = 0; i < before.steps.size(); ++i) {
    const StepState& old = before.steps[i];
    const StepState& now = after.steps[i];
    RC_ASSERT(now.queue.attempt >= old.queue.attempt);
    const bool claimed = old.status != RunStatus::kRunning && now.status == RunStatus::kRunning;
    const bool cancelled = std::holds_alternative<CancelRequested>(event) && old != now;
    RC_ASSERT((now.queue.attempt > old.queue.attempt) == (claimed || cancelled));
    if (model::IsTerminal(old.status) && !retry) RC_ASSERT(now.status == old.status);
    if (old.status == RunStatus::kCompleted) RC_ASSERT(now.status == RunStatus::kCompleted);
  }
}

void CheckChangedList(const RunState& before, const Transition& transition) {
  for (size_t i = 0; i < before.steps.size(); ++i) {
    const bool listed = std::ranges::find(transition.changed_steps, before.steps[i].number) !=
                        transition.changed_steps.end();
    if (!listed) RC_ASSERT(before.steps[i] == transition.after.steps[i]);
  }
  if (!transition.run_changed) RC_ASSERT(before.status == transition.after.status);
}

RC_GTEST_PROP(MachineProperty, HoldsOverEveryHistory, ()) {
  Policy policy;
  policy.max_deaths = *rc::gen::inRange(1, 5);
  RunState run = ThreeSteps(*rc::gen::inRange(1, 5));
  base::Time now = kStart;
  const int length = *rc::gen::inRange(1, 60);
  for (int i = 0; i < length; ++i) {
    now += seconds(*rc::gen::inRange(0, 90));
    const Event event = RandomEvent(run);
    const double fraction = *rc::gen::inRange(0, 1000) / 1000.0;
    const auto got = Apply(policy, run, event, {now, fraction});
    if (got) {
      CheckPair(run, got->after, event);
      CheckChangedList(run, *got);
      run = got->after;
    }
    CheckState(policy, run, now);
  }
}

// Whatever happened before: when workers keep working, every run ends.
RC_GTEST_PROP(MachineProperty, EveryRunEnds, ()) {
  const Policy policy;
  RunState run = ThreeSteps(*rc::gen::inRange(1, 6));
  base::Time now = kStart;
  int turns = 0;
  while (!model::IsTerminal(run.status)) {
    RC_ASSERT(++turns < 500);
    const auto step = std::ranges::find_if(run.steps, [](const StepState& s) {
      return s.queue.ready || s.status == RunStatus::kRunning;
    });
    const int64_t attempt = step->queue.attempt;
    const Event events[] = {StepSucceeded{step->number, attempt, "", false},
                            StepFailed{step->number, attempt, kTransient},
                            StepReleased{step->number, attempt}, Tick{}};
    const Event event = step->status == RunStatus::kRunning ? events[*rc::gen::inRange(0, 4)]
                                                            : Event(StepClaimed{step->number, "w"});
    const auto next = NextEventOf(policy, run, now);
    now = std::max(now, next->at);
    if (auto got = Apply(policy, run, event, {now, 0.7})) run = std::move(got->after);
  }
}

}  // namespace
}  // namespace workflow
