#include "records/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>

#include "records/fixture.h"

namespace records {
namespace {

using model::Event;

class EventsTest : public Fixture {
 protected:
  std::vector<Event> After(int64_t id, int64_t limit = 10'000,
                           std::optional<int64_t> batch_id = {}) {
    return Read([&](sql::Tx& tx) { return Events::After(tx, id, limit, batch_id); });
  }
  EventRange Range() {
    return Read([](sql::Tx& tx) { return Events::Range(tx); });
  }
  int64_t Prune(base::Time before, int64_t limit = 1000) {
    return Write([&](sql::Tx& tx) { return Events::Prune(tx, before, limit); });
  }
};

TEST_F(EventsTest, ComeInOrderOfOneBatchOrAll) {
  const auto work = NewWork(2);
  NewWork(1);
  const auto all = After(0);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].id, static_cast<int64_t>(i) + 1);
  EXPECT_EQ(After(all[2].id, 2), (std::vector{all[3], all[4]}));
  const auto of_batch = After(0, 1000, work.batch_id);
  EXPECT_EQ(of_batch.size(), 6u) << "batch, group, two documents, two runs";
  for (const Event& event : of_batch) EXPECT_EQ(event.batch_id, work.batch_id);
}

TEST_F(EventsTest, PruningTakesTheOldestAndLeavesTheNewest) {
  EXPECT_EQ(Range().newest, 0);
  NewWork(3);
  const auto all = After(0);
  const base::Time old = Now();
  clock_.Advance(hours(1));
  EXPECT_EQ(Prune(old), 0) << "nothing is older";
  EXPECT_EQ(Prune(Now(), 4), 4) << "in pieces";
  EXPECT_EQ(Range().oldest, all[4].id);
  EXPECT_EQ(Prune(Now()), static_cast<int64_t>(all.size()) - 5);
  EXPECT_EQ(Range().oldest, all.back().id);
  EXPECT_EQ(Range().newest, all.back().id) << "whoever was away can tell";
  NewBatch();
  EXPECT_EQ(Range().newest, all.back().id + 1) << "ids are never used again";
}

// Plays the events back: what they say about every state must be what the tables hold.
class Replay {
 public:
  void Add(const Event& event) {
    const auto data = boost::json::parse(event.data.text).as_object();
    const auto* status = data.if_contains("status");
    const std::string state = status == nullptr ? "" : std::string(status->as_string());
    if (event.step_id) {
      steps[*event.step_id] = {event.workflow_run_id.value(), state};
      if (event.kind == "step_retry" || event.kind == "step_start") {
        runs[event.workflow_run_id.value()] = state;
      }
    } else if (event.workflow_run_id) {
      runs[*event.workflow_run_id] = state;
      homes_[*event.workflow_run_id] = {event.run_group_id.value(), event.doc_hash.value()};
      if (event.kind == "item_retry") ResetSteps(*event.workflow_run_id);
    } else if (event.kind == "group_deleted") {
      groups.erase(event.run_group_id.value());
      std::erase_if(runs,
                    [&](const auto& run) { return homes_[run.first].first == event.run_group_id; });
    } else if (event.kind == "document_deleted") {
      std::erase_if(runs,
                    [&](const auto& run) { return homes_[run.first].second == event.doc_hash; });
    } else if (event.run_group_id && !state.empty()) {
      groups[*event.run_group_id] = state;
    } else if (event.kind.starts_with("batch_")) {
      batches[event.batch_id.value()] = event.kind == "batch_completed";
    } else if (event.kind == "document_ingested") {
      uris[std::string(data.at("uri").as_string())] = *event.doc_hash;
    } else if (event.kind == "uri_deleted") {
      uris.erase(std::string(data.at("uri").as_string()));
    }
  }

  std::map<int64_t, std::pair<int64_t, std::string>> steps;  // of those that were ever touched
  std::map<int64_t, std::string> runs, groups;
  std::map<int64_t, bool> batches;  // completed
  std::map<std::string, std::string> uris;

 private:
  std::map<int64_t, std::pair<int64_t, std::string>> homes_;  // group and document of each run

  void ResetSteps(int64_t run) {
    for (auto& [id, step] : steps) {
      if (step.first == run && step.second != "COMPLETED") step.second = "PENDING";
    }
  }
};

class ReplayTest : public EventsTest {
 protected:
  // Compares after what `when` did.
  void Check(const std::string& when) {
    SCOPED_TRACE(when);
    for (const Event& event : After(seen_)) {
      replay_.Add(event);
      seen_ = event.id;
    }
    EXPECT_EQ(replay_.runs, States("SELECT id, status FROM workflowrun"));
    EXPECT_EQ(replay_.groups, States("SELECT id, status FROM rungroup"));
    for (const auto& [id, state] : States("SELECT id, status FROM runstep")) {
      const auto told = replay_.steps.find(id);
      EXPECT_EQ(told == replay_.steps.end() ? "PENDING" : told->second.second, state) << id;
    }
    for (const auto& [id, completed] :
         States("SELECT id, completed_date IS NOT NULL FROM documentbatch")) {
      EXPECT_EQ(replay_.batches.at(id), completed == "1") << id;
    }
    std::map<std::string, std::string> uris;
    const auto rows = Read(
        [](sql::Tx& tx) { return tx.Query({"test", "SELECT uri, doc_hash FROM documenturi"}); });
    for (size_t i = 0; i < rows.size(); ++i)
      uris[std::string(rows[i][0].Text())] = rows[i][1].Text();
    EXPECT_EQ(replay_.uris, uris);
  }

 private:
  std::map<int64_t, std::string> States(std::string_view query) {
    const auto rows = Read([&](sql::Tx& tx) { return tx.Query({"test", query}); });
    std::map<int64_t, std::string> states;
    for (size_t i = 0; i < rows.size(); ++i) {
      states[rows[i][0].Int()] = rows[i][1].Text().empty() ? std::to_string(rows[i][1].Int())
                                                           : std::string(rows[i][1].Text());
    }
    return states;
  }

  Replay replay_;
  int64_t seen_ = 0;
};

TEST_F(ReplayTest, EveryChangeOfStateIsTold) {
  const auto work = NewWork(5);
  Check("created");
  auto claimed = Claim(5);
  ASSERT_EQ(claimed.size(), 5u);
  Check("claimed");
  Complete(claimed[0].fence);
  Check("a step completed");
  ASSERT_TRUE(Fail(claimed[1].fence, Now() + seconds(1)));
  Check("will be retried");
  ASSERT_TRUE(Fail(claimed[2].fence, std::nullopt));
  Check("failed");
  Write([&](sql::Tx& tx) { return Steps::SetMessage(tx, claimed[3].fence, "page 2 of 9", Now()); });
  EXPECT_EQ(After(0).back().kind, "step_progress");
  Write([&](sql::Tx& tx) { return Steps::Release(tx, claimed[3].fence, Now()); });
  Check("given back");
  Write([&](sql::Tx& tx) { return Steps::VoidLeases(tx, {.now = Now()}); });
  Check("lost");
  Write([&](sql::Tx& tx) { return Steps::VoidLeases(tx, {.now = Now()}); });
  claimed = Claim(1);
  Complete(claimed[0].fence, {.finish_run = true});
  Check("the rest was skipped");
  claimed = Claim(1);
  Write([&](sql::Tx& tx) {
    return Steps::VoidLeases(tx, {.now = Now(), .max_deaths = 1, .reason = "again"});
  });
  Check("poison");
  for (const auto& run : work.runs) {
    Write([&](sql::Tx& tx) { return Runs::Cancel(tx, run.workflow_run.id, "enough", Now()); });
  }
  Check("cancelled");
  Write([&](sql::Tx& tx) { return RunGroups::SetMessage(tx, work.group_id, "indexing", Now()); });
  EXPECT_EQ(After(0).back().kind, "group_message");
  Write([&](sql::Tx& tx) { return RunGroups::Finish(tx, work.group_id, Now()); });
  Check("group and batch ended");
  Write([&](sql::Tx& tx) { return RunGroups::Retry(tx, work.group_id, Now()); });
  Check("tried again");
}

TEST_F(ReplayTest, DocumentsGroupsAndBatches) {
  const auto work = NewWork(2);
  for (const auto& claimed : Claim(2)) Complete(claimed.fence, {.finish_run = true});
  Write([&](sql::Tx& tx) { return RunGroups::Finish(tx, work.group_id, Now()); });
  Check("completed");
  const auto more = Ingest("more", "more", work.batch_id);
  Check("an upload opens the batch");
  NewRunOf(more.uri.doc_hash, work.batch_id, work.group_id);
  Check("a run opens the group");
  Ingest("other bytes", "more", work.batch_id);
  Check("a URI with other bytes");
  Write([&](sql::Tx& tx) { return Documents::DeleteUri(tx, "more", "fs", Now()); });
  Check("a URI deleted");
  EXPECT_EQ(After(0).back().kind, "document_deleted");
  EXPECT_EQ(After(0).back().batch_id, work.batch_id);
  Write([&](sql::Tx& tx) { return Documents::DeleteOrphans(tx, Now()); });
  Check("orphans deleted");
  Write([&](sql::Tx& tx) { return RunGroups::Delete(tx, work.group_id, Now()); });
  Check("a group deleted");
}

TEST_F(EventsTest, NothingIsToldOfWhatWasRolledBack) {
  NewBatch();
  const auto before = Range();
  EXPECT_FALSE(db_->Write([&](sql::Tx& tx) -> base::Result<> {
    SI_TRY(Batches::Create(tx, "fs", "never", Now()));
    return base::Fail(base::Code::kInternal, "no");
  }));
  EXPECT_EQ(Range().newest, before.newest);
  NewBatch();
  EXPECT_GT(Range().newest, before.newest);
  if (db_->dialect() == sql::Dialect::kPostgres) return;  // its sequences do not go back
  EXPECT_EQ(Range().newest, before.newest + 1) << "and no number is left out";
}

}  // namespace
}  // namespace records
