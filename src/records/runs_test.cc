#include "records/runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/checkins.h"
#include "records/fixture.h"
#include "records/lifecycle.h"
#include "records/sync_states.h"

namespace records {
namespace {

using base::Code;
using model::RunStatus;
using ::testing::ElementsAre;

class RunsTest : public Fixture {
 protected:
  model::Page<model::RunDetails> List(const RunFilter& filter) {
    return Read([&](sql::Tx& tx) { return Runs::List(tx, filter); });
  }
};

TEST_F(RunsTest, PagesAndFilters) {
  const auto work = NewWork(7);
  NewWork(2);
  ASSERT_TRUE(Fail(Claim(1)[0].fence, std::nullopt));
  EXPECT_EQ(List({}).total, 9);
  EXPECT_EQ(List({.batch_id = work.batch_id}).items.size(), 7u);
  EXPECT_EQ(List({.status = RunStatus::kFailed}).items.size(), 1u);
  EXPECT_EQ(List({.batch_id = work.batch_id, .status = RunStatus::kPending}).total, 6);
  EXPECT_EQ(List({.doc_id = work.runs[3].workflow_run.doc_id}).items[0].workflow_run.id,
            work.runs[3].workflow_run.id);
  const auto page = List({.batch_id = work.batch_id,
                          .order = RunFilter::Order::kNewestFirst,
                          .page = 3,
                          .rows_per_page = 3});
  EXPECT_EQ(page.total, 7);
  EXPECT_EQ(page.total_pages, 3);
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].workflow_run.id, work.runs[0].workflow_run.id);
  EXPECT_TRUE(List({.page = 100, .rows_per_page = 5}).items.empty());
  EXPECT_EQ(db_->Read([](sql::Tx& tx) { return Runs::List(tx, {.page = 0}); }).error().code(),
            Code::kInvalidArgument);
}

TEST_F(RunsTest, DetailsHaveStepsAndDocument) {
  const auto work = NewWork(2);
  const auto listed = List({.include_steps = true, .include_doc_info = true});
  for (const auto& run : listed.items) {
    ASSERT_TRUE(run.steps);
    EXPECT_EQ(run.steps->size(), 3u);
    EXPECT_TRUE(run.steps->at(2).is_last_step);
    EXPECT_EQ(run.document_info->source, "fs");
    EXPECT_EQ(run.document_info->mime_type, "text/plain");
  }
  const auto details = Read([&](sql::Tx& tx) { return Runs::Details(tx, 2); });
  EXPECT_EQ(details.document_info->uri, std::to_string(work.batch_id) + "/1");
  EXPECT_FALSE(List({}).items[0].steps);
  EXPECT_EQ(db_->Read([](sql::Tx& tx) { return Runs::Get(tx, 99); }).error().code(),
            Code::kNotFound);
}

TEST_F(RunsTest, DocumentsToRunSkipsThoseOfTheGroup) {
  const int64_t batch = NewBatch();
  for (const char* name : {"a", "b", "c"}) Ingest(name, name, batch);
  Ingest("a", "a again", batch);
  const int64_t group = NewGroup(batch);
  NewRunOf(base::DocumentHash("b"), batch, group);
  EXPECT_EQ(Read([&](sql::Tx& tx) { return Runs::DocumentsToRun(tx, batch, {}); }).size(), 3u);
  EXPECT_THAT(Read([&](sql::Tx& tx) { return Runs::DocumentsToRun(tx, batch, group); }),
              ElementsAre(base::DocumentHash("a"), base::DocumentHash("c")));
  EXPECT_EQ(Read([&](sql::Tx& tx) { return RunGroups::Newest(tx, batch, "batch", "default"); })->id,
            group);
  EXPECT_TRUE(Read([&](sql::Tx& tx) { return RunGroups::UsesParams(tx, "default"); }));
  EXPECT_FALSE(Read([&](sql::Tx& tx) { return RunGroups::UsesParams(tx, "other"); }));
}

TEST_F(RunsTest, AnotherRunOpensAClosedGroup) {
  const auto work = NewWork(1);
  Complete(Claim(1)[0].fence, {.finish_run = true});
  EXPECT_EQ(Read([](sql::Tx& tx) { return RunGroups::Drained(tx); }).size(), 1u);
  Write([&](sql::Tx& tx) { return RunGroups::Finish(tx, work.group_id, Now()); });
  EXPECT_TRUE(Read([](sql::Tx& tx) { return RunGroups::Drained(tx); }).empty());
  const auto added = Ingest("more", "more", work.batch_id);
  NewRunOf(added.uri.doc_hash, work.batch_id, work.group_id);
  EXPECT_EQ(Group(work.group_id).status, RunStatus::kRunning);
  EXPECT_FALSE(Write([&](sql::Tx& tx) { return RunGroups::Finish(tx, work.group_id, Now()); }));
}

TEST_F(RunsTest, RoutesChangeWhatIsToCome) {
  const auto work = NewWork(1);
  const auto& run = work.runs[0];
  Write([&](sql::Tx& tx) -> base::Result<> {
    SI_ASSIGN(const int64_t other,
              StepConfigs::GetOrCreate(tx, model::WorkflowStepType::kStore, "{}", "other", Now()));
    SI_TRY(Runs::SetStepConfig(tx, run.workflow_run.id, model::WorkflowStepType::kStore, other));
    return Runs::SetPriority(tx, run.workflow_run.id, 9);
  });
  EXPECT_NE(Step(run.steps->at(2).id).step_config_id, run.steps->at(2).step_config_id);
  EXPECT_EQ(Step(run.steps->at(0).id).step_config_id, run.steps->at(0).step_config_id);
  EXPECT_EQ(Claim(1)[0].step.priority, 9);
}

TEST_F(RunsTest, NumbersOfABatch) {
  const auto work = NewWork(4);
  Complete(Claim(1)[0].fence, {.finish_run = true});
  ASSERT_TRUE(Fail(Claim(1)[0].fence, std::nullopt));
  Claim(1);
  const auto numbers = Read([&](sql::Tx& tx) { return Batches::Numbers(tx, work.batch_id); });
  EXPECT_EQ(numbers.document_count, 4);
  EXPECT_EQ(numbers.parsed, 1);
  EXPECT_EQ(numbers.remaining, 3);
  EXPECT_EQ(numbers.workflow_count,
            (std::map<std::string, int64_t>{
                {"COMPLETED", 1}, {"FAILED", 1}, {"PENDING", 1}, {"RUNNING", 1}}));
  EXPECT_FALSE(Write([&](sql::Tx& tx) { return Batches::CompleteIfDone(tx, 1, Now()); }));
}

TEST_F(RunsTest, StatsOfAGroup) {
  const auto work = NewWork(2);
  for (int i = 0; i < 6; ++i) {
    const auto claimed = Claim(1)[0];
    clock_.Advance(seconds(2));
    Complete(claimed.fence, {.doc_meta_patch = {R"({"page_count":10})"}});
  }
  const auto stats = Read([&](sql::Tx& tx) { return RunGroups::Stats(tx, work.group_id); });
  EXPECT_EQ(stats.total_runs, 2);
  EXPECT_EQ(stats.status_counts.at("COMPLETED"), 2);
  EXPECT_EQ(stats.status_counts.at("ERROR"), 0);
  EXPECT_NEAR(stats.average_duration.value(), 6, 0.01);
  const auto durations = Read([&](sql::Tx& tx) { return RunGroups::Durations(tx, work.group_id); });
  ASSERT_EQ(durations.size(), 3u);
  EXPECT_EQ(durations[0].step_type, model::WorkflowStepType::kParse);
  EXPECT_EQ(durations[0].count, 2);
  EXPECT_EQ(durations[0].pages, 20);
  EXPECT_NEAR(durations[0].average, 2, 0.01);
  EXPECT_NEAR(durations[0].pages_per_min, 300, 0.5);
  const auto steps = Read([&](sql::Tx& tx) { return RunGroups::StepStats(tx, work.group_id); });
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].name, "batch");
  EXPECT_EQ(steps[0].workflow_step_name, "parse");
  EXPECT_EQ(steps[0].count, 2);
  const auto progress = Read([&](sql::Tx& tx) { return RunGroups::Progress(tx, work.group_id); });
  EXPECT_EQ(progress.size(), 3u);
  EXPECT_EQ(Read([&](sql::Tx& tx) { return Batches::Progress(tx, work.batch_id); }).size(), 3u);
}

TEST_F(RunsTest, DeletingAGroupCounts) {
  const auto work = NewWork(2);
  Write([&](sql::Tx& tx) {
    return Lifecycle::Record(tx,
                             {.event = model::LifecycleEvent::kItemStart,
                              .run_group_id = work.group_id,
                              .workflow_run_id = work.runs[0].workflow_run.id},
                             Now());
  });
  const auto deleted =
      Write([&](sql::Tx& tx) { return RunGroups::Delete(tx, work.group_id, Now()); });
  EXPECT_EQ(deleted.runsteps, 6);
  EXPECT_EQ(deleted.lifecyclehistory, 1);
  EXPECT_EQ(deleted.workflowruns, 2);
  EXPECT_EQ(deleted.Total(), 10);
  EXPECT_EQ(db_->Write([&](sql::Tx& tx) { return RunGroups::Delete(tx, work.group_id, Now()); })
                .error()
                .code(),
            Code::kNotFound);
}

TEST_F(RunsTest, LifecycleRows) {
  const auto work = NewWork(1);
  const NewLifecycle event{.event = model::LifecycleEvent::kStepStart,
                           .handler_name = "span",
                           .run_group_id = work.group_id,
                           .workflow_run_id = 1,
                           .step_id = 1};
  const int64_t id = Write([&](sql::Tx& tx) { return Lifecycle::Start(tx, event, Now()); });
  EXPECT_EQ(Read([](sql::Tx& tx) { return Lifecycle::Open(tx); }).size(), 1u);
  clock_.Advance(seconds(1));
  Write([&](sql::Tx& tx) { return Lifecycle::End(tx, id, RunStatus::kFailed, "no", Now()); });
  const auto rows = Read([](sql::Tx& tx) { return Lifecycle::OfRun(tx, 1); });
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].status, RunStatus::kFailed);
  EXPECT_EQ(rows[0].handler_name, "span");
  EXPECT_EQ(rows[0].completed_date, Now());
  EXPECT_TRUE(Read([](sql::Tx& tx) { return Lifecycle::Open(tx); }).empty());
}

TEST_F(RunsTest, CheckInsExpire) {
  Write([&](sql::Tx& tx) { return CheckIns::CheckIn(tx, "w1", Now()); });
  clock_.Advance(minutes(5));
  Write([&](sql::Tx& tx) { return CheckIns::CheckIn(tx, "w2", Now()); });
  Write([&](sql::Tx& tx) { return CheckIns::CheckIn(tx, "w2", Now()); });
  EXPECT_EQ(Read([](sql::Tx& tx) { return CheckIns::List(tx); }).size(), 2u);
  EXPECT_THAT(Write([&](sql::Tx& tx) { return CheckIns::TakeExpired(tx, Now() - minutes(1)); }),
              ElementsAre("w1"));
  Write([](sql::Tx& tx) { return CheckIns::Remove(tx, "w2"); });
  EXPECT_TRUE(Read([](sql::Tx& tx) { return CheckIns::List(tx); }).empty());
}

TEST_F(RunsTest, ConfigurationsAreShared) {
  const auto get = [&](const std::string& text) {
    return Write([&](sql::Tx& tx) {
      return StepConfigs::GetOrCreate(tx, model::WorkflowStepType::kParse, "{}", text, Now());
    });
  };
  EXPECT_EQ(get("one"), get("one"));
  EXPECT_NE(get("one"), get("two"));
  const int64_t id = get("one");
  EXPECT_EQ(Read([&](sql::Tx& tx) { return StepConfigs::Get(tx, id); }).cuml_config_json, "one");
  const auto set = [&](const std::string& yaml) {
    return Write(
        [&](sql::Tx& tx) { return ConfigSets::GetOrCreate(tx, "default", yaml, {id}, Now()); });
  };
  EXPECT_EQ(set("a: 1"), set("a: 1"));
  EXPECT_NE(set("a: 1"), set("a: 2"));
}

TEST_F(RunsTest, SyncStates) {
  const SyncState state{.source_id = "gitea:a/b",
                        .last_commit_sha = "abc",
                        .last_sync_date = Now(),
                        .branch = "main",
                        .sync_metadata = {R"({"n":1})"}};
  Write([&](sql::Tx& tx) { return SyncStates::Put(tx, state); });
  Write([&](sql::Tx& tx) { return SyncStates::Put(tx, state); });
  const auto found = Read([](sql::Tx& tx) { return SyncStates::Find(tx, "gitea:a/b"); });
  EXPECT_EQ(found->last_commit_sha, "abc");
  EXPECT_EQ(found->sync_metadata.text, R"({"n":1})");
  EXPECT_TRUE(Write([](sql::Tx& tx) { return SyncStates::Remove(tx, "gitea:a/b"); }));
  EXPECT_FALSE(Write([](sql::Tx& tx) { return SyncStates::Remove(tx, "gitea:a/b"); }));
}

}  // namespace
}  // namespace records
