// Lists and metrics stay fast with a million runs: what the hot queries do is looked at, not timed.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "records/events.h"
#include "records/fixture.h"
#include "records/queue_numbers.h"

namespace records {
namespace {

// A statement as it was asked, and what was asked for with it.
struct Asked {
  std::string name;
  std::string text;
  std::vector<sql::Value> params;
};

// Hands everything on and remembers the statements.
class Recorder final : public sql::Tx {
 public:
  explicit Recorder(sql::Tx& tx) : tx_(tx) {}
  base::Result<sql::Rows> Query(const sql::Statement& statement, sql::Params params) override {
    asked.push_back({std::string(statement.name),
                     std::string(statement.sqlite),
                     {params.values().begin(), params.values().end()}});
    return tx_.Query(statement, params);
  }
  base::Result<int64_t> Execute(const sql::Statement& statement, sql::Params params) override {
    return tx_.Execute(statement, params);
  }
  base::Result<> Script(std::string_view text) override { return tx_.Script(text); }
  sql::Dialect dialect() const override { return tx_.dialect(); }

  std::vector<Asked> asked;

 private:
  sql::Tx& tx_;
};

// A whole table is read, or rows are sorted, or an index is made for the occasion.
bool IsSlow(std::string_view step) {
  if (step.contains("TEMP B-TREE") || step.contains("AUTOMATIC")) return true;
  return step.starts_with("SCAN") && !step.contains("USING COVERING INDEX") &&
         !step.contains("USING INDEX") && !step.contains("VIRTUAL TABLE") &&
         !step.contains("CONSTANT ROW") && !step.contains("json_each");
}

class PlansTest : public Fixture {
 protected:
  void SetUp() override {
    Fixture::SetUp();
    if (IsSkipped()) return;
    if (db_->dialect() != sql::Dialect::kSqlite) GTEST_SKIP() << "looks at SQLite's plans";
    NewWork(3);
  }

  void Check(const std::string& what, const std::function<base::Result<>(sql::Tx&)>& ask) {
    const auto checked = db_->Read([&](sql::Tx& tx) -> base::Result<> {
      Recorder recorder(tx);
      SI_TRY(ask(recorder));
      EXPECT_FALSE(recorder.asked.empty()) << what;
      for (const Asked& asked : recorder.asked) SI_TRY(CheckPlan(tx, what, asked));
      return {};
    });
    EXPECT_TRUE(checked) << what << ": " << checked.error().ToString();
  }

  static base::Result<> CheckPlan(sql::Tx& tx, const std::string& what, const Asked& asked) {
    const std::string explain = "EXPLAIN QUERY PLAN " + asked.text;
    SI_ASSIGN(const sql::Rows plan, tx.Query({"explain", explain}, asked.params));
    for (size_t i = 0; i < plan.size(); ++i) {
      EXPECT_FALSE(IsSlow(plan[i][3].Text()))
          << what << ", " << asked.name << ": " << plan[i][3].Text() << "\n"
          << asked.text;
    }
    return {};
  }

  void CheckList(const std::string& what, const RunFilter& filter) {
    Check(what, [&](sql::Tx& tx) -> base::Result<> {
      SI_TRY(Runs::List(tx, filter));
      return {};
    });
  }
};

TEST_F(PlansTest, ListsOfRuns) {
  using Order = RunFilter::Order;
  const std::optional<int64_t> kId = 1;
  const struct {
    const char* what;
    RunFilter filter;
  } kCases[] = {
      {"first page", {.rows_per_page = 2}},
      {"last page", {.page = 2, .rows_per_page = 2}},
      {"of a batch", {.batch_id = kId, .rows_per_page = 2}},
      {"of a batch, last page", {.batch_id = kId, .page = 2, .rows_per_page = 2}},
      {"of a status", {.status = model::RunStatus::kPending, .rows_per_page = 2}},
      {"of a batch and status",
       {.batch_id = kId, .status = model::RunStatus::kPending, .page = 2, .rows_per_page = 2}},
      {"of a group", {.run_group_id = kId, .rows_per_page = 2}},
      {"newest of a group",
       {.run_group_id = kId, .order = Order::kNewestFirst, .rows_per_page = 1}},
      {"all of a batch", {.batch_id = kId}},
      {"with steps and documents",
       {.batch_id = kId, .include_steps = true, .include_doc_info = true, .rows_per_page = 2}},
  };
  for (const auto& c : kCases) CheckList(c.what, c.filter);
}

TEST_F(PlansTest, OtherLists) {
  const auto check = [&](const std::string& what, auto ask) {
    Check(what, [&](sql::Tx& tx) -> base::Result<> {
      SI_TRY(ask(tx));
      return {};
    });
  };
  check("steps by status",
        [](sql::Tx& tx) { return Steps::ByStatus(tx, model::RunStatus::kRunning); });
  check("documents of a source", [](sql::Tx& tx) { return Documents::BySource(tx, "fs"); });
  check("documents of a batch", [](sql::Tx& tx) { return Documents::ByBatch(tx, 1); });
  check("groups of a batch", [](sql::Tx& tx) { return RunGroups::List(tx, 1); });
  check("a run", [](sql::Tx& tx) { return Runs::Details(tx, 1); });
  check("progress of a group", [](sql::Tx& tx) { return RunGroups::Progress(tx, 1); });
  check("events", [](sql::Tx& tx) { return Events::After(tx, 1, 10); });
  check("events of a batch", [](sql::Tx& tx) { return Events::After(tx, 1, 10, 1); });
  check("range of events", [](sql::Tx& tx) { return Events::Range(tx); });
}

TEST_F(PlansTest, Metrics) {
  Check("metrics", [&](sql::Tx& tx) -> base::Result<> {
    SI_TRY(QueueNumbers::Leases(tx, Now()));
    SI_TRY(QueueNumbers::OpenRemovals(tx));
    SI_TRY(QueueNumbers::StepEventsAfter(tx, 0, 10));
    return {};
  });
}

// Of a few running steps; what waits is counted from its index.
TEST_F(PlansTest, TheQueueIsCountedFromPartialIndices) {
  Claim(1);
  const auto counts = Read([](sql::Tx& tx) { return QueueNumbers::Queue(tx); });
  ASSERT_EQ(counts.size(), 2u);
  EXPECT_EQ(counts[0].status, model::RunStatus::kPending);
  EXPECT_EQ(counts[0].count, 2);
  EXPECT_EQ(counts[1].status, model::RunStatus::kRunning);
  EXPECT_EQ(counts[1].oldest, Now());
  const auto leases = Read([&](sql::Tx& tx) { return QueueNumbers::Leases(tx, Now()); });
  EXPECT_EQ(leases.held, 1);
  const auto late = Read([&](sql::Tx& tx) { return QueueNumbers::Leases(tx, Now() + minutes(5)); });
  EXPECT_EQ(late.expired, 1);
}

}  // namespace
}  // namespace records
