// Against the server that SI_TEST_POSTGRES names (scripts/with_postgres.sh starts one).
#include "sql/postgres.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <cstdlib>
#include <thread>

#include "sql/test_schema.h"

namespace sql {
namespace {

using base::Code;
using base::Result;

constexpr Statement kInsert{"test.insert", "INSERT INTO t (id, text) VALUES ($1, $2)"};
constexpr Statement kCount{"test.count", "SELECT count(*) FROM t"};

TEST(PostgresUrlTest, KnowsItsUrls) {
  for (const char* url : {"postgresql://u@h/db", "postgres://h/db", "postgresql+psycopg://h/db"}) {
    EXPECT_TRUE(IsPostgresUrl(url)) << url;
  }
  for (const char* url : {"sqlite:///x.db", "mysql://h/db", "postgresql", ""}) {
    EXPECT_FALSE(IsPostgresUrl(url)) << url;
  }
}

TEST(PostgresUrlTest, SaysThatNoServerAnswers) {
  const auto opened = OpenPostgres("postgresql://u@127.0.0.1:1/db");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), Code::kUnavailable);
}

class PostgresTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!TestSchema::Available()) GTEST_SKIP() << "SI_TEST_POSTGRES is not set";
    schema_ = std::make_unique<TestSchema>();
    db_ = OpenPostgres(schema_->url()).value();
    ASSERT_TRUE(db_->Write(
        [](Tx& tx) { return tx.Script("CREATE TABLE t (id BIGINT PRIMARY KEY, text VARCHAR)"); }));
  }

  int64_t Count() {
    return db_->Read([](Tx& tx) { return tx.Scalar<int64_t>(kCount); }).value().value();
  }
  Result<> Insert(int64_t id) {
    return db_->Write([&](Tx& tx) -> Result<> {
      SI_TRY(tx.Execute(kInsert, {id, "x"}));
      return {};
    });
  }

  std::unique_ptr<TestSchema> schema_;
  std::unique_ptr<Database> db_;
};

TEST_F(PostgresTest, ValuesRoundTrip) {
  const std::string nul("a\0b", 3);
  const auto time = base::ParseTime("2025-01-15T10:00:00.25").value();
  const auto rows = db_->Write([&](Tx& tx) -> Result<Rows> {
    SI_TRY(
        tx.Script("CREATE TABLE v (i BIGINT, d FLOAT8, s VARCHAR, b BYTEA, f BOOLEAN, "
                  "t TIMESTAMPTZ, n VARCHAR)"));
    SI_TRY(tx.Execute({"v", "INSERT INTO v VALUES ($1, $2, $3, $4, $5, $6, $7)"},
                      {-7, 0.1, "ä'", Blob{nul}, true, time, std::nullopt}));
    return tx.Query({"v", "SELECT * FROM v"});
  });
  ASSERT_TRUE(rows) << rows.error().message();
  const Row row = (*rows)[0];
  EXPECT_EQ(row[0].Int(), -7);
  EXPECT_EQ(row[1].Double(), 0.1);
  EXPECT_EQ(row[2].Text(), "ä'");
  EXPECT_EQ(row[3].Text(), nul);
  EXPECT_EQ(row[4].Int(), 1);
  EXPECT_EQ(As<base::Time>(row[5]).value(), time);
  EXPECT_TRUE(row[6].IsNull());
}

TEST_F(PostgresTest, RefusesATextThatItCannotStore) {
  const auto result =
      db_->Write([&](Tx& tx) { return tx.Execute(kInsert, {1, std::string(1, '\0')}); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code(), Code::kInvalidArgument);
}

TEST_F(PostgresTest, AFailedFunctionLeavesNothingAndTheNextOneWorks) {
  ASSERT_TRUE(Insert(1));
  const auto failed = db_->Write([&](Tx& tx) -> Result<> {
    SI_TRY(tx.Execute(kInsert, {2, "x"}));
    SI_TRY(tx.Execute(kInsert, {1, "twice"}));
    return {};
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Code::kConflict);
  EXPECT_EQ(Count(), 1);
  EXPECT_TRUE(Insert(2));
}

TEST_F(PostgresTest, AFunctionThatHidesAFailureIsNoSuccess) {
  const auto hidden = db_->Write([&](Tx& tx) -> Result<> {
    (void)tx.Execute({"bad", "INSERT INTO nowhere VALUES (1)"});
    return {};
  });
  EXPECT_FALSE(hidden);
}

TEST_F(PostgresTest, ManyAtOnceOneBad) {
  std::atomic<int> bad = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int n = 0; n < 25; ++n) {
          if (!Insert(n == 24 ? -1 : i * 100 + n)) ++bad;
        }
      });
    }
  }
  EXPECT_EQ(bad, 7) << "-1 goes in once";
  EXPECT_EQ(Count(), 8 * 24 + 1);
}

// Two programs on one database: what both read before both write is never lost.
TEST_F(PostgresTest, TransactionsOfTwoProgramsAreSerial) {
  const auto other = OpenPostgres(schema_->url()).value();
  ASSERT_TRUE(Insert(0));
  const auto count_up = [](Database& db) {
    for (int i = 0; i < 50; ++i) {
      const auto done = db.Write([](Tx& tx) -> Result<> {
        SI_ASSIGN(const auto n, tx.Scalar<int64_t>({"n", "SELECT max(id) FROM t"}));
        SI_TRY(tx.Execute(kInsert, {*n + 1, "x"}));
        return {};
      });
      ASSERT_TRUE(done) << done.error().message();
    }
  };
  {
    const std::jthread a([&] { count_up(*db_); });
    const std::jthread b([&] { count_up(*other); });
  }
  EXPECT_EQ(Count(), 101);
}

TEST_F(PostgresTest, ReadersCannotWriteAndSeeASnapshot) {
  EXPECT_FALSE(db_->Read([](Tx& tx) { return tx.Execute(kInsert, {1, "x"}); }));
  const auto counts = db_->Read([&](Tx& tx) -> Result<std::pair<int64_t, int64_t>> {
    SI_ASSIGN(const auto before, tx.Scalar<int64_t>(kCount));
    EXPECT_TRUE(Insert(1));
    SI_ASSIGN(const auto after, tx.Scalar<int64_t>(kCount));
    return std::pair(*before, *after);
  });
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->first, counts->second);
}

TEST_F(PostgresTest, OneSoleUserAtATime) {
  auto first = OpenPostgres(schema_->url(), {.sole_user = true});
  ASSERT_TRUE(first);
  const auto second = OpenPostgres(schema_->url(), {.sole_user = true});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::kConflict);
  first->reset();
  EXPECT_TRUE(OpenPostgres(schema_->url(), {.sole_user = true}));
}

TEST_F(PostgresTest, GoesOnAfterItsConnectionsWereCut) {
  ASSERT_TRUE(Insert(1));
  ASSERT_EQ(Count(), 1);
  schema_->CutConnections();
  (void)Insert(2);  // may fail: nobody knows yet
  (void)db_->Read([](Tx& tx) { return tx.Scalar<int64_t>(kCount); });
  ASSERT_TRUE(Insert(3));
  EXPECT_GE(Count(), 2);
}

}  // namespace
}  // namespace sql
