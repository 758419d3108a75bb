#include "records/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/files.h"
#include "records/fixture.h"
#include "records/lifecycle.h"

namespace records {
namespace {

using base::Result;
using model::RunStatus;

std::string ReferenceSql() {
  return base::ReadFile(SI_SOURCE_DIR "/tests/data/records/reference_database.sql").value();
}

// "table.column type notnull pk" of every column.
Result<std::set<std::string>> Shape(sql::Tx& tx) {
  SI_ASSIGN(const sql::Rows rows,
            tx.Query({"test",
                      "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || "
                      "' ' || c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c "
                      "WHERE m.type = 'table'"}));
  std::set<std::string> shape;
  for (size_t i = 0; i < rows.size(); ++i) shape.emplace(rows[i][0].Text());
  return shape;
}

class SchemaTest : public Fixture {
 protected:
  void SetUp() override {
    db_ = sql::OpenSqlite(dir_.path() / "taken.db").value();
    Write([](sql::Tx& tx) { return tx.Script(ReferenceSql()); });
  }
  void TakeOver() { ASSERT_TRUE(Prepare(*db_, Now())); }
};

TEST_F(SchemaTest, ATakenOverDatabaseIsShapedLikeAFreshOne) {
  TakeOver();
  const base::TempDir fresh_dir;
  const auto fresh = sql::OpenSqlite(fresh_dir.path() / "fresh.db").value();
  ASSERT_TRUE(Prepare(*fresh, Now()));
  EXPECT_EQ(db_->Read(Shape).value(), fresh->Read(Shape).value());
}

// Whatever the reference implementation writes by column name still fits: ours have defaults.
TEST_F(SchemaTest, EveryReferenceColumnIsKept) {
  const auto before = db_->Read(Shape).value();
  TakeOver();
  const auto after = db_->Read(Shape).value();
  for (const std::string& column : before) EXPECT_TRUE(after.contains(column)) << column;
}

TEST_F(SchemaTest, IsIdempotent) {
  TakeOver();
  const auto once = db_->Read(Shape).value();
  const auto claimed = Claim(10);
  TakeOver();
  EXPECT_EQ(db_->Read(Shape).value(), once);
  EXPECT_EQ(Step(claimed[0].step.id).status, RunStatus::kRunning) << "taken over only once";
}

TEST_F(SchemaTest, OldRowsReadAsOurs) {
  TakeOver();
  const auto batch = Batch(1);
  EXPECT_EQ(base::FormatTime(batch.start_date), "2024-12-01T09:00:00.123456");
  EXPECT_EQ(batch.batch_params.text, "{}");
  const auto documents = Read([](sql::Tx& tx) { return Documents::ByBatch(tx, 1); });
  EXPECT_EQ(documents.size(), 5u);
  EXPECT_EQ(Read([](sql::Tx& tx) { return Documents::Get(tx, "sha256-bb"); }).doc_meta.text, "{}");
  EXPECT_EQ(Read([](sql::Tx& tx) { return Runs::List(tx, {.include_steps = true}); }).total, 5);
  EXPECT_EQ(Read([](sql::Tx& tx) { return Lifecycle::OfRun(tx, 1); }).size(), 1u);
  EXPECT_EQ(Write([&](sql::Tx& tx) {
              return StepConfigs::GetOrCreate(tx, model::WorkflowStepType::kParse, "{}",
                                              R"({"parse": {"do_ocr": true}})", Now());
            }),
            7)
      << "an equal configuration finds its artifacts again";
}

TEST_F(SchemaTest, JsonThatOnlyPythonReadsIsKeptAsText) {
  TakeOver();
  EXPECT_EQ(Read([](sql::Tx& tx) { return Documents::Get(tx, "sha256-cc"); }).doc_meta.text,
            R"({"unreadable":"{\"score\": NaN}"})");
  EXPECT_EQ(Read([](sql::Tx& tx) { return Documents::SourceStatus(tx, "filesystem", {}); }).size(),
            5u);
}

TEST_F(SchemaTest, OpenWorkGoesOnAndNothingIsStuck) {
  TakeOver();
  auto claimed = Claim(10);
  ASSERT_EQ(claimed.size(), 2u);
  EXPECT_EQ(claimed[0].step.id, 3) << "priority 5 first";
  EXPECT_EQ(claimed[1].step.id, 2) << "the chunk step that an old worker was running";
  EXPECT_EQ(claimed[1].step.retry, 1);
  EXPECT_EQ(Run(3).status, RunStatus::kCompleted);
  EXPECT_EQ(Run(4).status, RunStatus::kFailed);
  EXPECT_TRUE(Run(4).completed_date);
  EXPECT_EQ(Group(2).status, RunStatus::kCompleted);
  while (!claimed.empty()) {
    for (const auto& step : claimed) Complete(step.fence);
    claimed = Claim(10);
  }
  EXPECT_TRUE(Write([&](sql::Tx& tx) { return RunGroups::Finish(tx, 1, Now()); }));
  EXPECT_EQ(Group(1).status, RunStatus::kFailed) << "run 4 failed";
  EXPECT_TRUE(Batch(1).completed_date);
}

TEST_F(SchemaTest, NewIdsFollowOldOnes) {
  TakeOver();
  const auto ingested = Ingest("new", "/new.txt", 1);
  EXPECT_EQ(ingested.uri.id, 6);
  EXPECT_EQ(NewRunOf(ingested.uri.doc_hash, 1, 1).workflow_run.id, 6);
}

}  // namespace
}  // namespace records
