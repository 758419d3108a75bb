#include "records/steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "records/events.h"
#include "records/fixture.h"

namespace records {
namespace {

using base::Code;
using model::RunStatus;
using model::WorkflowStepType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StepsTest : public Fixture {
 protected:
  // Without those of making the work.
  std::vector<std::string> EventKinds() {
    static const std::set<std::string> kMaking = {"batch_created", "document_ingested",
                                                  "group_created", "item_created"};
    std::vector<std::string> kinds;
    for (const auto& event : Read([](sql::Tx& tx) { return Events::After(tx, 0, 1000); })) {
      if (!kMaking.contains(event.kind)) kinds.push_back(event.kind);
    }
    return kinds;
  }
  LossPolicy Policy() { return {.now = Now()}; }
};

TEST_F(StepsTest, ARunFromBeginningToEnd) {
  const auto work = NewWork(1);
  const auto& run = work.runs[0].workflow_run;
  EXPECT_EQ(Run(run.id).status, RunStatus::kPending);
  for (int step = 1; step <= 3; ++step) {
    clock_.Advance(seconds(1));
    const auto claimed = Claim(10);
    ASSERT_EQ(claimed.size(), 1u) << "only the current step can be claimed";
    EXPECT_EQ(claimed[0].step.workflow_step_number, step);
    EXPECT_EQ(claimed[0].step.status, RunStatus::kRunning);
    EXPECT_EQ(claimed[0].step.worker_id, "w1");
    EXPECT_EQ(claimed[0].first_of_run, step == 1);
    EXPECT_EQ(claimed[0].first_of_group, step == 1);
    EXPECT_EQ(claimed[0].run.doc_id, run.doc_id);
    EXPECT_EQ(Run(run.id).status, RunStatus::kRunning);
    EXPECT_EQ(Group(work.group_id).status, RunStatus::kRunning);
    clock_.Advance(seconds(1));
    const auto end = Complete(claimed[0].fence);
    EXPECT_EQ(end.run_ended, step == 3);
    EXPECT_EQ(end.group_drained, step == 3);
    EXPECT_EQ(end.next_step_id.has_value(), step != 3);
  }
  const auto done = Run(run.id);
  EXPECT_EQ(done.status, RunStatus::kCompleted);
  EXPECT_EQ(done.duration(), 5.0);
  EXPECT_EQ(done.status_meta.text, "{}");
  EXPECT_TRUE(Claim(10).empty());
  EXPECT_THAT(EventKinds(),
              ElementsAre("group_start", "item_start", "step_start", "step_end", "step_start",
                          "step_end", "step_start", "step_end", "item_end"));
  EXPECT_TRUE(Write([&](sql::Tx& tx) { return RunGroups::Finish(tx, work.group_id, Now()); }));
  EXPECT_EQ(Group(work.group_id).status, RunStatus::kCompleted);
  EXPECT_EQ(Batch(work.batch_id).completed_date, Now());
}

TEST_F(StepsTest, CompletionAppliesItsChanges) {
  const auto work = NewWork(1);
  const auto claimed = Claim(1);
  const std::string hash = work.runs[0].workflow_run.doc_id;
  Complete(claimed[0].fence,
           {.message = "3 pages",
            .status_meta = {R"({"reused":true})"},
            .doc_meta_patch = {R"({"page_count":3})"},
            .artifacts = {{hash, "parsed_json", claimed[0].step.step_config_id, 99}},
            .diagnostics = {{"warning", "a picture was dropped", "page 2"}}});
  const auto step = Step(claimed[0].step.id);
  EXPECT_EQ(step.status, RunStatus::kCompleted);
  EXPECT_EQ(step.status_message, "3 pages");
  EXPECT_EQ(step.status_meta.text, R"({"reused":true})");
  const auto document = Read([&](sql::Tx& tx) { return Documents::Get(tx, hash); });
  EXPECT_THAT(document.doc_meta.text, HasSubstr(R"("page_count":3)"));
  EXPECT_THAT(document.doc_meta.text, HasSubstr(R"("md5":")"));
  const auto artifacts = Read([&](sql::Tx& tx) { return Runs::Artifacts(tx, hash); });
  ASSERT_EQ(artifacts.size(), 2u);
  EXPECT_EQ(artifacts[1].artifact_type, "parsed_json");
  const auto diagnostics =
      Read([&](sql::Tx& tx) { return Runs::Diagnostics(tx, work.runs[0].workflow_run.id); });
  EXPECT_THAT(diagnostics,
              ElementsAre(model::Diagnostic{"warning", "a picture was dropped", "page 2"}));
}

TEST_F(StepsTest, FinishingTheRunEarlySkipsTheRest) {
  const auto work = NewWork(1);
  const auto end = Complete(Claim(1)[0].fence, {.finish_run = true});
  EXPECT_TRUE(end.run_ended);
  EXPECT_EQ(Run(end.workflow_run_id).status, RunStatus::kCompleted);
  EXPECT_EQ(Step((*work.runs[0].steps)[2].id).status_message, "skipped");
  EXPECT_TRUE(Claim(1).empty());
}

TEST_F(StepsTest, AStaleAttemptChangesNothing) {
  NewWork(1);
  const auto old = Claim(1)[0].fence;
  clock_.Advance(seconds(31));
  ASSERT_EQ(Write([&](sql::Tx& tx) { return Steps::ExpireLeases(tx, Policy()); }).size(), 1u);
  const auto expect_refused = [&](const char* when) {
    const auto before = Step(old.step_id);
    const std::string events = std::to_string(EventKinds().size());
    const Completion completion{.message = "late", .doc_meta_patch = {R"({"late":1})"}};
    EXPECT_EQ(TryComplete(old, completion).error().code(), Code::kStale) << when;
    EXPECT_EQ(Fail(old, Now()).error().code(), Code::kStale) << when;
    EXPECT_EQ(Fail(old, std::nullopt).error().code(), Code::kStale) << when;
    EXPECT_EQ(
        db_->Write([&](sql::Tx& tx) { return Steps::Release(tx, old, Now()); }).error().code(),
        Code::kStale)
        << when;
    EXPECT_EQ(db_->Write([&](sql::Tx& tx) { return Steps::SetMessage(tx, old, "late", Now()); })
                  .error()
                  .code(),
              Code::kStale)
        << when;
    EXPECT_EQ(db_->Read([&](sql::Tx& tx) { return Steps::CheckFence(tx, old); }).error().code(),
              Code::kStale)
        << when;
    const auto lost = Write([&](sql::Tx& tx) {
      return Steps::Renew(tx, std::vector<model::Fence>{old}, Now() + hours(1));
    });
    EXPECT_THAT(lost, ElementsAre(old)) << when;
    EXPECT_EQ(Step(old.step_id), before) << when;
    EXPECT_EQ(std::to_string(EventKinds().size()), events) << when;
  };
  expect_refused("given back");
  const auto fresh = Claim(1);
  ASSERT_EQ(fresh.size(), 1u);
  EXPECT_EQ(fresh[0].fence.attempt, old.attempt + 1);
  EXPECT_EQ(fresh[0].deaths, 1);
  expect_refused("claimed again");
  Complete(fresh[0].fence);
  expect_refused("completed");
  EXPECT_EQ(
      Value("SELECT count(*) FROM document WHERE CAST(doc_meta AS VARCHAR) LIKE '%late%'").Int(),
      0);
}

// Ids are not used again, so a claim on a deleted step cannot hit another one.
TEST_F(StepsTest, AFenceOnADeletedStepStaysStale) {
  const auto work = NewWork(1);
  const auto old = Claim(1)[0].fence;
  Write([&](sql::Tx& tx) { return RunGroups::Delete(tx, work.group_id, Now()); });
  NewWork(1);
  const auto fresh = Claim(1)[0].fence;
  EXPECT_GT(fresh.step_id, old.step_id);
  EXPECT_EQ(TryComplete(old).error().code(), Code::kStale);
}

TEST_F(StepsTest, RenewedLeasesDoNotExpire) {
  NewWork(2);
  const auto claimed = Claim(2);
  clock_.Advance(seconds(20));
  Write([&](sql::Tx& tx) {
    return Steps::Renew(tx, std::vector{claimed[0].fence}, Now() + seconds(30));
  });
  clock_.Advance(seconds(15));
  const auto lost = Write([&](sql::Tx& tx) { return Steps::ExpireLeases(tx, Policy()); });
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].end.step_id, claimed[1].fence.step_id);
  EXPECT_EQ(lost[0].worker_id, "w1");
  Complete(claimed[0].fence);
}

TEST_F(StepsTest, FailuresWaitTheirBackOffAndCountAsRetries) {
  NewWork(1);
  const auto first = Claim(1)[0];
  ASSERT_TRUE(Fail(first.fence, Now() + seconds(10)));
  auto step = Step(first.step.id);
  EXPECT_EQ(step.status, RunStatus::kError);
  EXPECT_EQ(step.retry, 1);
  EXPECT_EQ(step.status_message, "bad");
  EXPECT_EQ(Run(first.run.id).status, RunStatus::kError);
  EXPECT_EQ(Run(first.run.id).status_message, "parse: bad");
  EXPECT_TRUE(Claim(1).empty());
  EXPECT_EQ(Read([&](sql::Tx& tx) { return Steps::NextEventAt(tx, Now()); }), Now() + seconds(10));
  clock_.Advance(seconds(10));
  const auto second = Claim(1);
  ASSERT_EQ(second.size(), 1u);
  EXPECT_FALSE(second[0].first_of_run);
  EXPECT_EQ(Run(first.run.id).status, RunStatus::kRunning);
  const auto end = Fail(second[0].fence, std::nullopt);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->run_ended);
  EXPECT_TRUE(end->group_drained);
  EXPECT_EQ(Step(first.step.id).status, RunStatus::kFailed);
  EXPECT_EQ(Step(first.step.id).retry, 2);
  EXPECT_EQ(Run(first.run.id).status, RunStatus::kFailed);
  EXPECT_EQ(Run(first.run.id).status_message, "parse: bad");
}

TEST_F(StepsTest, ReleasingCostsNothing) {
  NewWork(1);
  const auto claimed = Claim(1)[0];
  Write([&](sql::Tx& tx) { return Steps::Release(tx, claimed.fence, Now()); });
  EXPECT_EQ(Step(claimed.step.id).status, RunStatus::kPending);
  EXPECT_EQ(Step(claimed.step.id).retry, 0);
  EXPECT_EQ(Queue(claimed.step.id).deaths, 0);
  EXPECT_EQ(Claim(1)[0].fence.attempt, 2);
}

TEST_F(StepsTest, AStepThatKillsItsWorkersIsPoison) {
  NewWork(1);
  for (int death = 1; death <= 3; ++death) {
    const auto claimed = Claim(1);
    ASSERT_EQ(claimed.size(), 1u);
    clock_.Advance(seconds(31));
    auto policy = Policy();
    policy.delay = seconds(5);
    const auto lost = Write([&](sql::Tx& tx) { return Steps::ExpireLeases(tx, policy); });
    ASSERT_EQ(lost.size(), 1u);
    EXPECT_EQ(lost[0].poison, death == 3);
    EXPECT_EQ(lost[0].end.run_ended, death == 3);
    EXPECT_TRUE(Claim(1).empty()) << "not before the delay";
    clock_.Advance(seconds(5));
  }
  EXPECT_EQ(Value("SELECT status FROM workflowrun").Text(), "FAILED");
  EXPECT_THAT(Value("SELECT status_message FROM runstep WHERE status = 'FAILED'").Text(),
              HasSubstr("after 3 attempts"));
  EXPECT_EQ(Value("SELECT deaths FROM runstep WHERE status = 'FAILED'").Int(), 3);
  EXPECT_EQ(Value("SELECT retry FROM runstep WHERE status = 'FAILED'").Int(), 0)
      << "costs no retry";
}

TEST_F(StepsTest, ANewOwnerVoidsAllLeases) {
  NewWork(3);
  Claim(2);
  auto other = Request(1);
  other.worker_id = "w2";
  Claim(other);
  auto of_w2 = Write([&](sql::Tx& tx) { return Steps::VoidLeasesOf(tx, "w2", Policy()); });
  EXPECT_EQ(of_w2.size(), 1u);
  EXPECT_EQ(Write([&](sql::Tx& tx) { return Steps::VoidLeases(tx, Policy()); }).size(), 2u);
  EXPECT_EQ(Claim(10).size(), 3u);
}

TEST_F(StepsTest, HighPriorityGoesFirst) {
  NewWork(3, 0);
  const auto urgent = NewWork(2, 10);
  const auto claimed = Claim(3);
  ASSERT_EQ(claimed.size(), 3u);
  EXPECT_EQ(claimed[0].run.batch_id, urgent.batch_id);
  EXPECT_EQ(claimed[1].run.batch_id, urgent.batch_id);
  EXPECT_NE(claimed[2].run.batch_id, urgent.batch_id);
}

TEST_F(StepsTest, SlotsLimitEachType) {
  NewWork(5);
  auto request = Request(10);
  request.slots = {{WorkflowStepType::kParse, 2}, {WorkflowStepType::kChunk, 0}};
  EXPECT_EQ(Claim(request).size(), 2u);
  request.slots = {{WorkflowStepType::kChunk, 5}};
  EXPECT_TRUE(Claim(request).empty());
}

TEST_F(StepsTest, LaterStepsGoBeforeNewDocuments) {
  NewWork(2);
  Complete(Claim(1)[0].fence);
  const auto next = Claim(1);
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].step.step_type, WorkflowStepType::kChunk);
}

TEST_F(StepsTest, BatchesShareFairly) {
  const auto big = NewWork(20);
  const auto small = NewWork(4);
  const auto other = NewWork(4);
  std::map<int64_t, int> taken;
  for (const auto& claimed : Claim(9)) ++taken[claimed.run.batch_id];
  EXPECT_EQ(taken,
            (std::map<int64_t, int>{{big.batch_id, 3}, {small.batch_id, 3}, {other.batch_id, 3}}));
}

// One step at a time, each done before the next claim: nothing is running, so whose turn it is has
// to be remembered.
TEST_F(StepsTest, AWorkerOfOneTakesTurnsBetweenBatches) {
  NewWork(5);
  NewWork(5);
  std::map<int64_t, int> taken;
  for (int i = 0; i < 8; ++i) {
    const auto claimed = Claim(1);
    ++taken[claimed[0].run.batch_id];
    Complete(claimed[0].fence, {.finish_run = true});
  }
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken.begin()->second, 4);
}

// Steps in back-off at the top must not hide what is due below.
TEST_F(StepsTest, BackOffDoesNotBlockLowerPriorities) {
  const auto urgent = NewWork(2, 10);
  const auto normal = NewWork(1, 0);
  for (const auto& claimed : Claim(2)) ASSERT_TRUE(Fail(claimed.fence, Now() + hours(1)));
  const auto claimed = Claim(5);
  ASSERT_EQ(claimed.size(), 1u);
  EXPECT_EQ(claimed[0].run.batch_id, normal.batch_id);
}

TEST_F(StepsTest, EveryOpenStepShowsWhatHappensNext) {
  const auto work = NewWork(1);
  const auto& steps = *work.runs[0].steps;
  EXPECT_THAT(Step(steps[0].id).status_meta.text,
              HasSubstr(R"("next_event_at":"2025-01-15T10:00:00","why":"ready)"));
  EXPECT_THAT(Step(steps[1].id).status_meta.text, HasSubstr("waits for step 1 (parse): ready"));
  const auto claimed = Claim(1)[0];
  EXPECT_THAT(
      Step(steps[0].id).status_meta.text,
      HasSubstr(R"("next_event_at":"2025-01-15T10:00:30","why":"attempt 1 runs on worker)"));
  EXPECT_THAT(Run(claimed.run.id).status_meta.text, HasSubstr("waits for step 1 (parse): attempt"));
  ASSERT_TRUE(db_->Write([&](sql::Tx& tx) {
    return Steps::Fail(tx, claimed.fence,
                       {.message = "bad",
                        .status_meta = {R"({"code":"timeout"})"},
                        .retry_at = Now() + seconds(7)},
                       Now());
  }));
  EXPECT_THAT(Step(steps[0].id).status_meta.text,
              HasSubstr(R"("next_event_at":"2025-01-15T10:00:07")"));
  EXPECT_THAT(Step(steps[0].id).status_meta.text, HasSubstr(R"(,"code":"timeout"})"));
}

TEST_F(StepsTest, RetryingAGroupResetsWhatFailed) {
  const auto work = NewWork(3);
  auto claimed = Claim(3);
  Complete(claimed[0].fence);
  ASSERT_TRUE(Fail(claimed[1].fence, std::nullopt));
  ASSERT_TRUE(Fail(claimed[2].fence, std::nullopt));
  while (!(claimed = Claim(1)).empty()) Complete(claimed[0].fence);
  ASSERT_TRUE(Write([&](sql::Tx& tx) { return RunGroups::Finish(tx, work.group_id, Now()); }));
  EXPECT_EQ(Group(work.group_id).status, RunStatus::kFailed);
  EXPECT_EQ(Group(work.group_id).status_message, "2 of 3 documents failed");
  EXPECT_TRUE(Batch(work.batch_id).completed_date);

  const auto retried =
      Write([&](sql::Tx& tx) { return RunGroups::Retry(tx, work.group_id, Now()); });
  EXPECT_EQ(retried.reset_runs, 2);
  EXPECT_EQ(retried.reset_steps, 2);
  EXPECT_EQ(Group(work.group_id).status, RunStatus::kRunning);
  EXPECT_FALSE(Batch(work.batch_id).completed_date);
  claimed = Claim(10);
  ASSERT_EQ(claimed.size(), 2u);
  EXPECT_EQ(claimed[0].step.retry, 0);
  EXPECT_EQ(claimed[0].fence.attempt, 2) << "the fencing token never goes back";
}

TEST_F(StepsTest, CancellingEndsTheRunAndFencesItsWorker) {
  const auto work = NewWork(1);
  const auto claimed = Claim(1)[0];
  EXPECT_TRUE(Write([&](sql::Tx& tx) { return Runs::Cancel(tx, claimed.run.id, "no", Now()); }));
  EXPECT_FALSE(Write([&](sql::Tx& tx) { return Runs::Cancel(tx, claimed.run.id, "no", Now()); }));
  EXPECT_EQ(TryComplete(claimed.fence).error().code(), Code::kStale);
  EXPECT_EQ(Run(claimed.run.id).status, RunStatus::kFailed);
  EXPECT_TRUE(Claim(1).empty());
  EXPECT_TRUE(Write([&](sql::Tx& tx) { return RunGroups::Finish(tx, work.group_id, Now()); }));
}

TEST_F(StepsTest, NextEventIsTheEarliestOfBackOffAndLease) {
  EXPECT_FALSE(Read([&](sql::Tx& tx) { return Steps::NextEventAt(tx, Now()); }));
  NewWork(2);
  const auto claimed = Claim(2);
  EXPECT_EQ(Read([&](sql::Tx& tx) { return Steps::NextEventAt(tx, Now()); }), Now() + seconds(30));
  ASSERT_TRUE(Fail(claimed[0].fence, Now() + seconds(3)));
  EXPECT_EQ(Read([&](sql::Tx& tx) { return Steps::NextEventAt(tx, Now()); }), Now() + seconds(3));
}

// Forwards, and notes every table that a statement would read from end to end.
class PlanCheck final : public sql::Tx {
 public:
  explicit PlanCheck(sql::Tx& inner) : inner_(inner) {}

  base::Result<sql::Rows> Query(const sql::Statement& statement, sql::Params params) override {
    SI_TRY(Check(statement, params));
    return inner_.Query(statement, params);
  }
  base::Result<int64_t> Execute(const sql::Statement& statement, sql::Params params) override {
    SI_TRY(Check(statement, params));
    return inner_.Execute(statement, params);
  }
  base::Result<> Script(std::string_view text) override { return inner_.Script(text); }
  sql::Dialect dialect() const override { return inner_.dialect(); }

  std::set<std::string> scans;

 private:
  base::Result<> Check(const sql::Statement& statement, sql::Params params) {
    const std::string text = "EXPLAIN QUERY PLAN " + std::string(statement.sqlite);
    SI_ASSIGN(const auto rows, inner_.Query({statement.name, text}, params));
    // Scans of what a statement made itself: a, b and x are subqueries.
    static const std::set<std::string_view> kOwn = {"SCAN a", "SCAN b", "SCAN x"};
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string_view step = rows[i][3].Text();
      if (step.starts_with("SCAN ") && !step.contains("INDEX") && !step.contains("CONSTANT ROW") &&
          !step.contains("VIRTUAL TABLE") && !step.contains("subquery") && !kOwn.contains(step)) {
        scans.insert(std::string(statement.name) + ": " + std::string(step));
      }
    }
    return {};
  }

  sql::Tx& inner_;
};

// What runs per document or per second never reads a whole table.
TEST_F(StepsTest, HotQueriesUseIndices) {
  if (db_->dialect() != sql::Dialect::kSqlite) GTEST_SKIP() << "SQLite's planner is asked";
  const auto work = NewWork(2);
  const auto document = Bytes("new bytes", "new", work.batch_id);
  Write([&](sql::Tx& real) -> base::Result<> {
    PlanCheck tx(real);
    SI_TRY(Documents::Ingest(tx, document, Now()));
    SI_ASSIGN(const auto claimed, Steps::Claim(tx, Request(2)));
    const std::vector<model::Fence> fences = {claimed[0].fence, claimed[1].fence};
    SI_TRY(Steps::Renew(tx, fences, Now() + hours(1)));
    SI_TRY(Steps::SetMessage(tx, fences[0], "page 1", Now()));
    SI_TRY(Steps::Complete(tx, fences[0], {.doc_meta_patch = {R"({"a":1})"}}, Now()));
    SI_TRY(Steps::Fail(tx, fences[1], {.message = "bad", .status_meta = {}, .retry_at = Now()},
                       Now()));
    SI_ASSIGN(const auto again, Steps::Claim(tx, Request(1)));
    SI_TRY(Steps::Complete(tx, again[0].fence, {.finish_run = true}, Now()));
    SI_TRY(Steps::ExpireLeases(tx, Policy()));
    SI_TRY(Steps::VoidLeases(tx, Policy()));
    SI_TRY(Steps::NextEventAt(tx, Now()));
    SI_TRY(Steps::OfRun(tx, 1));
    SI_TRY(Steps::OfBatch(tx, 1));
    SI_TRY(Runs::Details(tx, 1));
    SI_TRY(Runs::List(
        tx, {.batch_id = 1, .include_steps = true, .include_doc_info = true, .rows_per_page = 10}));
    SI_TRY(Runs::List(tx, {.status = RunStatus::kFailed}));
    SI_TRY(Runs::DocumentsToRun(tx, 1, 1));
    SI_TRY(RunGroups::Drained(tx));
    SI_TRY(RunGroups::Finish(tx, work.group_id, Now()));
    SI_TRY(RunGroups::Progress(tx, work.group_id));
    SI_TRY(RunGroups::Stats(tx, work.group_id));
    SI_TRY(RunGroups::Retry(tx, work.group_id, Now()));
    SI_TRY(Batches::Numbers(tx, 1));
    SI_TRY(Batches::CompleteIfDone(tx, 1, Now()));
    SI_TRY(Events::After(tx, 0, 10, 1));
    SI_TRY(Documents::ByBatch(tx, 1));
    SI_TRY(Documents::DeleteUri(tx, "new", "fs", Now()));
    EXPECT_THAT(tx.scans, ::testing::IsEmpty());
    return {};
  });
}

}  // namespace
}  // namespace records
