#include "workflow/runner.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/guarded.h"
#include "records/lifecycle.h"
#include "workflow/test_engine.h"

namespace workflow {
namespace {

using Kind = EngineEvent::Kind;
using model::LifecycleEvent;
using model::RunStatus;
using model::WorkflowStepType;
using std::chrono::milliseconds;

class RunnerTest : public EngineTest {};

TEST_F(RunnerTest, ManyDocumentsGoThroughManyThreadsOnceEach) {
  constexpr int kDocuments = 60;
  base::Guarded<std::map<std::string, std::vector<WorkflowStepType>>> done;
  for (const char* method : {"parse_document", "chunk_document", "save_to_rag"}) {
    On(method, [&](const StepContext& context) -> base::Result<StepOutcome> {
      done.With([&](auto& map) { map[context.document.hash].push_back(context.type); });
      SI_TRY(context.fence());
      context.progress->OnProgress(1, 1);
      return StepOutcome{};
    });
  }
  const int64_t batch = Upload(kDocuments);
  StartRunner();
  const Started started = StartRuns(batch);
  EXPECT_EQ(started.runs, kDocuments);
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));

  const auto order =
      std::vector{WorkflowStepType::kParse, WorkflowStepType::kChunk, WorkflowStepType::kStore};
  done.With([&](auto& map) {
    EXPECT_EQ(map.size(), static_cast<size_t>(kDocuments));
    for (const auto& [hash, types] : map) EXPECT_EQ(types, order) << hash;
  });
  for (const auto& run : Runs(started.run_group_id)) {
    EXPECT_EQ(run.workflow_run.status, RunStatus::kCompleted);
    EXPECT_TRUE(run.workflow_run.completed_date);
    for (const auto& step : *run.steps) {
      EXPECT_EQ(step.status, RunStatus::kCompleted);
      EXPECT_EQ(step.retry, 0);
      EXPECT_EQ(Queue(step.id).attempt, 1);
    }
  }
  EXPECT_EQ(Group(started.run_group_id).status, RunStatus::kCompleted);
  const auto after = db_->Read([&](sql::Tx& tx) { return records::Batches::Get(tx, batch); });
  EXPECT_TRUE(after->completed_date);
  EXPECT_EQ(recorder_.Of(Kind::kRunEnded).size(), static_cast<size_t>(kDocuments));
  EXPECT_EQ(recorder_.Of(Kind::kStepProgress).size(), static_cast<size_t>(kDocuments) * 3);
}

TEST_F(RunnerTest, WritesTheLifecycleOfARun) {
  OnTheRest();
  StartRunner();
  const Started started = StartRuns(Upload(1));
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));
  const auto rows = db_->Read([&](sql::Tx& tx) {
    return records::Lifecycle::OfRun(tx, Runs(started.run_group_id)[0].workflow_run.id);
  });
  std::vector<LifecycleEvent> events;
  for (const auto& row : *rows) {
    events.push_back(row.event);
    EXPECT_EQ(row.status, RunStatus::kCompleted);
  }
  std::ranges::sort(events);
  EXPECT_EQ(events, (std::vector{LifecycleEvent::kGroupStart, LifecycleEvent::kGroupEnd,
                                 LifecycleEvent::kItemStart, LifecycleEvent::kItemEnd,
                                 LifecycleEvent::kStepStart, LifecycleEvent::kStepStart,
                                 LifecycleEvent::kStepStart, LifecycleEvent::kStepEnd,
                                 LifecycleEvent::kStepEnd, LifecycleEvent::kStepEnd}));
}

TEST_F(RunnerTest, ATransientErrorIsTriedAgain) {
  std::atomic<int> calls = 0;
  On("chunk_document", [&](const StepContext&) -> base::Result<StepOutcome> {
    if (++calls < 3) return base::Fail(base::Code::kUnavailable, "not now");
    return StepOutcome{};
  });
  OnTheRest();
  StartRunner();
  const Started started = StartRuns(Upload(1));
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));
  const auto run = Runs(started.run_group_id)[0];
  EXPECT_EQ(run.workflow_run.status, RunStatus::kCompleted);
  EXPECT_EQ(run.steps->at(1).retry, 2);
  EXPECT_EQ(Queue(run.steps->at(1).id).attempt, 3);
}

TEST_F(RunnerTest, APermanentErrorFailsTheRunAtOnceAndOnlyThat) {
  std::atomic<int> calls = 0;
  std::atomic<bool> healed = false;
  On("parse_document", [&](const StepContext& context) -> base::Result<StepOutcome> {
    if (!context.uri().uri.ends_with("/1.txt") || healed) return StepOutcome{};
    ++calls;
    return base::Fail(base::Code::kEncrypted, "the document needs a password");
  });
  OnTheRest();
  StartRunner();
  const Started started = StartRuns(Upload(4));
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));
  EXPECT_EQ(calls, 1);
  int failed = 0;
  for (const auto& run : Runs(started.run_group_id)) {
    if (run.workflow_run.status != RunStatus::kFailed) continue;
    ++failed;
    EXPECT_NE(run.steps->at(0).status_message.value_or("").find("needs a password"),
              std::string::npos);
    EXPECT_EQ(run.steps->at(0).status, RunStatus::kFailed);
  }
  EXPECT_EQ(failed, 1);
  EXPECT_EQ(Group(started.run_group_id).status, RunStatus::kFailed);

  // Retry takes up the failed run only.
  healed = true;
  const auto retried = db_->Write([&](sql::Tx& tx) {
    return records::RunGroups::Retry(tx, started.run_group_id, clock().Now());
  });
  EXPECT_EQ(retried->reset_runs, 1);
  runner_->Wake();
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded, 2));
  EXPECT_EQ(Group(started.run_group_id).status, RunStatus::kCompleted);
}

TEST_F(RunnerTest, GivesUpAfterItsRetriesAndSurvivesExceptions) {
  std::atomic<int> calls = 0;
  On("chunk_document", [&](const StepContext&) -> base::Result<StepOutcome> {
    if (++calls > 0) throw std::runtime_error("a bug");
    return StepOutcome{};
  });
  OnTheRest();
  StartRunner();
  const Started started = StartRuns(Upload(1));
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));
  EXPECT_EQ(calls, 3);
  const auto run = Runs(started.run_group_id)[0];
  EXPECT_EQ(run.workflow_run.status, RunStatus::kFailed);
  EXPECT_EQ(run.steps->at(1).retry, 3);
  EXPECT_NE(run.steps->at(1).status_message.value_or("").find("a bug"), std::string::npos);
}

TEST_F(RunnerTest, StopLetsRunningStepsEnd) {
  Gate begun;
  On("parse_document", [&](const StepContext&) -> base::Result<StepOutcome> {
    begun.Open();
    std::this_thread::sleep_for(milliseconds(100));
    return StepOutcome{};
  });
  OnTheRest();
  StartRunner();
  const Started started = StartRuns(Upload(1));
  ASSERT_TRUE(begun.Wait());
  runner_->Stop();
  const auto run = Runs(started.run_group_id)[0];
  EXPECT_EQ(run.steps->at(0).status, RunStatus::kCompleted);
  EXPECT_EQ(run.steps->at(1).status, RunStatus::kPending);
  EXPECT_TRUE(Queue(run.steps->at(1).id).ready);
  EXPECT_EQ(runner_->busy(), 0);
}

TEST_F(RunnerTest, StopCallsBackWhatDoesNotEndAndGivesItBack) {
  Gate begun;
  On("parse_document", [&](const StepContext& context) -> base::Result<StepOutcome> {
    begun.Open();
    while (!context.stop.stop_requested()) std::this_thread::sleep_for(milliseconds(1));
    return base::Fail(base::Code::kCancelled, "called back");
  });
  OnTheRest();
  options_.drain = milliseconds(20);
  StartRunner();
  const Started started = StartRuns(Upload(1));
  ASSERT_TRUE(begun.Wait());
  runner_->Stop();
  const auto step = Runs(started.run_group_id)[0].steps->at(0);
  EXPECT_EQ(step.status, RunStatus::kPending);
  EXPECT_EQ(step.retry, 0);
  const auto queue = Queue(step.id);
  EXPECT_TRUE(queue.ready);
  EXPECT_EQ(queue.deaths, 0);
  EXPECT_EQ(queue.attempt, 1);
}

TEST_F(RunnerTest, TakesBackWhatADeadProcessHeld) {
  OnTheRest();
  const Started started = StartRuns(Upload(3));
  const auto claimed = db_->Write([&](sql::Tx& tx) {
    return records::Steps::Claim(tx, {.worker_id = "dead",
                                      .now = clock().Now(),
                                      .lease = std::chrono::hours(1),
                                      .slots = {{WorkflowStepType::kParse, 2}},
                                      .limit = 2});
  });
  ASSERT_EQ(claimed->size(), 2u);
  StartRunner();
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));
  EXPECT_EQ(Group(started.run_group_id).status, RunStatus::kCompleted);
  const auto queue = Queue(claimed->front().step.id);
  EXPECT_EQ(queue.attempt, 2);
  EXPECT_EQ(queue.deaths, 1);
  // The dead process comes back: nothing it says counts.
  const auto late = db_->Write([&](sql::Tx& tx) {
    return records::Steps::Complete(tx, claimed->front().fence, {}, clock().Now());
  });
  EXPECT_EQ(late.error().code(), base::Code::kStale);
}

TEST_F(RunnerTest, StartsOneDocument) {
  OnTheRest();
  Upload(2);
  StartRunner();
  const Starter starter({.db = *db_,
                         .definitions = *definitions_,
                         .params = *params_,
                         .registry = registry_,
                         .clock = clock(),
                         .log = {},
                         .versions = {}});
  const std::string hash = base::DocumentHash("document 1");
  const auto run = starter.Start(
      StartDocument{.hash = hash, .workflow_id = "three", .param_id = {}, .priority = 4});
  ASSERT_TRUE(run) << run.error().ToString();
  EXPECT_EQ(run->workflow_run.doc_id, hash);
  EXPECT_EQ(run->workflow_run.priority, 4);
  EXPECT_EQ(run->workflow_run.run_params.text,
            R"({"param_id":"default","workflow_id":"three","source":"test"})");
  ASSERT_EQ(run->steps->size(), 3u);
  EXPECT_EQ(run->steps->at(0).retries, 3);
  EXPECT_TRUE(run->steps->at(2).is_last_step);
  runner_->Wake();
  EXPECT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));

  const auto code = [&](const StartDocument& wrong) { return starter.Start(wrong).error().code(); };
  EXPECT_EQ(code({.hash = base::DocumentHash("other"), .workflow_id = {}, .param_id = {}}),
            base::Code::kNotFound);
  EXPECT_EQ(code({.hash = hash, .workflow_id = "none", .param_id = {}}), base::Code::kNotFound);
  EXPECT_EQ(code({.hash = hash, .workflow_id = {}, .param_id = "none"}), base::Code::kNotFound);
}

TEST_F(RunnerTest, AWorkflowWhoseMethodIsMissingIsRefused) {
  const int64_t batch = Upload(1);
  const Starter starter({.db = *db_,
                         .definitions = *definitions_,
                         .params = *params_,
                         .registry = registry_,
                         .clock = clock(),
                         .log = {},
                         .versions = {}});
  const auto refused =
      starter.Start(StartBatch{.batch_id = batch, .workflow_id = {}, .param_id = {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), base::Code::kInvalidArgument);
  EXPECT_NE(refused.error().message().find("parse_document"), std::string::npos);
  EXPECT_EQ(
      starter.Start(StartBatch{.batch_id = 99, .workflow_id = {}, .param_id = {}}).error().code(),
      base::Code::kInvalidArgument);
}

TEST_F(RunnerTest, CancelEndsARunNow) {
  Gate begun;
  std::atomic<bool> called_back = false;
  On("parse_document", [&](const StepContext& context) -> base::Result<StepOutcome> {
    begun.Open();
    while (!context.stop.stop_requested()) std::this_thread::sleep_for(milliseconds(1));
    called_back = true;
    return base::Fail(base::Code::kCancelled, "called back");
  });
  OnTheRest();
  StartRunner();
  const Started started = StartRuns(Upload(1));
  ASSERT_TRUE(begun.Wait());
  const int64_t run_id = Runs(started.run_group_id)[0].workflow_run.id;
  EXPECT_TRUE((runner_->Cancel({{run_id}}, "not wanted") == 1));
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));
  EXPECT_EQ(Runs(started.run_group_id)[0].workflow_run.status, RunStatus::kFailed);
  EXPECT_FALSE((runner_->Cancel({{run_id}}, "again") != 0));
  runner_->Stop();
  EXPECT_TRUE(called_back);
}

TEST_F(RunnerTest, ARouteSkipsTheRest) {
  On("parse_document", [](const StepContext&) -> base::Result<StepOutcome> {
    StepOutcome outcome;
    outcome.route = RoutePlan{.skip = true, .priority = {}, .step_configs = {}, .why = "rule 1"};
    return outcome;
  });
  On("chunk_document", [](const StepContext&) -> base::Result<StepOutcome> {
    return base::Fail(base::Code::kDamaged, "must not run");
  });
  OnTheRest();
  StartRunner();
  const Started started = StartRuns(Upload(1));
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));
  EXPECT_EQ(Runs(started.run_group_id)[0].workflow_run.status, RunStatus::kCompleted);
}

TEST_F(RunnerTest, EventHandlersRunAndAreRecorded) {
  WriteWorkflow(std::string(kWorkflow) +
                "lifecycle_events:\n"
                "  item_end: [{name: good one, method: start_span, parameters: {a: 1}}]\n"
                "  step_start: [{name: bad one, method: notify_slack, retries: 2}]\n");
  std::atomic<int> bad_calls = 0;
  base::Guarded<std::vector<EventContext>> good_calls;
  registry_.Add("start_span", std::make_unique<ScriptedMethod>([&](const EventContext& context) {
                  good_calls.With([&](auto& calls) { calls.push_back(context); });
                  return "{}";
                }));
  registry_.Add("notify_slack", std::make_unique<ScriptedMethod>(
                                    [&](const EventContext&) -> base::Result<std::string> {
                                      ++bad_calls;
                                      return base::Fail(base::Code::kUnavailable, "no slack");
                                    }));
  OnTheRest();
  StartRunner();
  const Started started = StartRuns(Upload(1));
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));
  runner_->Stop();
  EXPECT_EQ(Group(started.run_group_id).status, RunStatus::kCompleted) << "handlers decide nothing";
  EXPECT_EQ(bad_calls, 3 * 2);
  good_calls.With([](auto& calls) {
    ASSERT_EQ(calls.size(), 1u);
    EXPECT_EQ(calls[0].parameters, R"({"a":1})");
  });
  const auto rows = db_->Read([&](sql::Tx& tx) {
    return records::Lifecycle::OfRun(tx, Runs(started.run_group_id)[0].workflow_run.id);
  });
  int good = 0;
  int bad = 0;
  for (const auto& row : *rows) {
    if (row.handler_name == "good one") good += row.status == RunStatus::kCompleted ? 1 : 100;
    if (row.handler_name == "bad one") bad += row.status == RunStatus::kFailed ? 1 : 100;
  }
  EXPECT_EQ(good, 1);
  EXPECT_EQ(bad, 3);
}

// Time moves only when the test says so.
class LeaseTest : public EngineTest {
 protected:
  const base::Clock& clock() const override { return manual_; }
  void Advance(base::Duration by) {
    manual_.Advance(by);
    runner_->Wake();
  }
  base::ManualClock manual_{base::Time(std::chrono::hours(480'000))};
};

TEST_F(LeaseTest, AStaleAttemptChangesNothing) {
  Gate begun;
  Gate resume;
  Gate ended;
  std::atomic<int> calls = 0;
  base::Code fence_code = base::Code::kInternal;
  On("parse_document", [&](const StepContext& context) -> base::Result<StepOutcome> {
    StepOutcome outcome;
    outcome.doc_meta_patch.text = "{\"attempt\":" + std::to_string(context.attempt) + "}";
    if (++calls > 1) return outcome;
    begun.Open();
    EXPECT_TRUE(resume.Wait());  // as if the process had been stopped
    const auto fence = context.fence();
    fence_code = fence ? base::Code::kInternal : fence.error().code();
    EXPECT_TRUE(context.stop.stop_requested());
    ended.Open();
    return outcome;
  });
  OnTheRest();
  StartRunner();
  const Started started = StartRuns(Upload(1));
  ASSERT_TRUE(begun.Wait());
  Advance(options_.policy.lease * 2);
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded)) << "a second attempt did the work";
  resume.Open();
  ASSERT_TRUE(ended.Wait());
  runner_->Stop();
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(fence_code, base::Code::kStale);
  const auto run = Runs(started.run_group_id)[0];
  EXPECT_EQ(Queue(run.steps->at(0).id).attempt, 2);
  EXPECT_EQ(run.workflow_run.status, RunStatus::kCompleted);
  const auto document =
      db_->Read([&](sql::Tx& tx) { return records::Documents::Get(tx, run.workflow_run.doc_id); });
  EXPECT_NE(document->doc_meta.text.find("\"attempt\":2"), std::string::npos)
      << document->doc_meta.text;
}

TEST_F(LeaseTest, AHeldLeaseIsRenewed) {
  Gate begun;
  Gate resume;
  std::atomic<int> calls = 0;
  On("parse_document", [&](const StepContext& context) -> base::Result<StepOutcome> {
    ++calls;
    begun.Open();
    EXPECT_TRUE(resume.Wait());
    EXPECT_FALSE(context.stop.stop_requested());
    return StepOutcome{};
  });
  OnTheRest();
  StartRunner();
  const Started started = StartRuns(Upload(1));
  ASSERT_TRUE(begun.Wait());
  const int64_t step = Runs(started.run_group_id)[0].steps->at(0).id;
  const auto first = Queue(step).lease_until;
  for (int i = 0; i < 6; ++i) {  // twice the lease in steps shorter than it
    Advance(options_.policy.lease / 3 + milliseconds(1));
    const base::Time wanted = manual_.Now() + options_.policy.lease;
    for (int spin = 0; spin < 500 && Queue(step).lease_until < wanted; ++spin) {
      std::this_thread::sleep_for(milliseconds(2));
    }
    EXPECT_EQ(Queue(step).lease_until, wanted);
  }
  EXPECT_GT(Queue(step).lease_until, first);
  resume.Open();
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));
  EXPECT_EQ(calls, 1);
}

// What the engine itself costs. The bound is generous: the machine is shared.
TEST_F(RunnerTest, CostsLittleProcessorTimePerDocument) {
#ifdef SI_SANITIZED
  GTEST_SKIP() << "sanitizers cost more than the engine";
#endif
  constexpr int kDocuments = 200;
  OnTheRest();
  const Started started = StartRuns(Upload(kDocuments));
  const auto cpu = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
    };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
  };
  const double before = cpu();
  const auto begin = std::chrono::steady_clock::now();
  StartRunner();
  ASSERT_TRUE(recorder_.WaitFor(Kind::kGroupEnded));
  const double per_document = (cpu() - before) / kDocuments;
  const double wall =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%.2f ms of processor time, %.2f ms of time per document\n", per_document,
              wall / kDocuments);
  EXPECT_LT(per_document, 5.0);
  EXPECT_EQ(Group(started.run_group_id).status, RunStatus::kCompleted);
}

}  // namespace
}  // namespace workflow
