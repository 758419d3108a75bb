#include "sql/sqlite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <thread>

#include "base/files.h"
#include "sql/migrations.h"

namespace sql {
namespace {

using base::Code;
using base::Result;
using ::testing::HasSubstr;

constexpr Statement kInsert{"test.insert", "INSERT INTO t (id, text) VALUES ($1, $2)"};
constexpr Statement kCount{"test.count", "SELECT count(*) FROM t"};

class SqliteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = OpenSqlite(path_);
    ASSERT_TRUE(opened) << opened.error().message();
    db_ = std::move(*opened);
    ASSERT_TRUE(db_->Write(
        [](Tx& tx) { return tx.Script("CREATE TABLE t (id INTEGER PRIMARY KEY, text VARCHAR)"); }));
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
  // Keeps the writer busy until `work` has queued what it wants in one group.
  void InOneGroup(size_t jobs, const std::function<void(size_t)>& job) {
    std::latch entered(1);
    std::latch release(1);
    std::jthread blocker([&] {
      (void)db_->Write([&](Tx&) -> Result<> {
        entered.count_down();
        release.wait();
        return {};
      });
    });
    entered.wait();
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < jobs; ++i) threads.emplace_back([&, i] { job(i); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    release.count_down();
  }

  base::TempDir dir_;
  std::filesystem::path path_ = dir_.path() / "db" / "documents.db";
  std::unique_ptr<Database> db_;
};

TEST_F(SqliteTest, ValuesRoundTrip) {
  const std::string nul("a\0b", 3);
  ASSERT_TRUE(db_->Write([&](Tx& tx) -> Result<> {
    SI_TRY(tx.Execute(kInsert, {1, nul}));
    SI_TRY(tx.Execute(kInsert, {2, std::nullopt}));
    SI_TRY(tx.Execute(kInsert, {3, Blob{nul}}));
    SI_TRY(tx.Execute(kInsert, {4, 0.5}));
    return {};
  }));
  constexpr Statement kAll{"test.all", "SELECT text FROM t ORDER BY id"};
  const auto rows = db_->Read([&](Tx& tx) { return tx.Query(kAll); }).value();
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0][0].Text(), nul);
  EXPECT_TRUE(rows[1][0].IsNull());
  EXPECT_EQ(rows[2][0].Text(), nul);
}

TEST_F(SqliteTest, ParametersGoByNumber) {
  constexpr Statement kSwapped{"test.swapped", "SELECT $2, $1, $2"};
  const auto rows = db_->Read([&](Tx& tx) { return tx.Query(kSwapped, {"a", "b"}); }).value();
  EXPECT_EQ(rows[0][0].Text(), "b");
  EXPECT_EQ(rows[0][1].Text(), "a");
  EXPECT_EQ(rows[0][2].Text(), "b");
  const auto missing = db_->Read([&](Tx& tx) { return tx.Query(kSwapped, {"a"}); });
  EXPECT_EQ(missing.error().code(), Code::kInternal);
}

TEST_F(SqliteTest, EachWriterIsAnsweredAfterItsCommit) {
  std::atomic<int> seen = 0;
  InOneGroup(40, [&](size_t i) {
    const auto id = static_cast<int64_t>(i);
    ASSERT_TRUE(Insert(id));
    constexpr Statement kOne{"test.one", "SELECT id FROM t WHERE id = $1"};
    seen += db_->Read([&](Tx& tx) { return tx.Scalar<int64_t>(kOne, {id}); }).value() == id;
  });
  EXPECT_EQ(seen, 40);
  EXPECT_EQ(Count(), 40);
}

TEST_F(SqliteTest, AFailingFunctionLeavesNothingAndHurtsNobody) {
  ASSERT_TRUE(Insert(0));
  std::atomic<int> conflicts = 0;
  InOneGroup(20, [&](size_t i) {
    const auto result = db_->Write([&](Tx& tx) -> Result<> {
      SI_TRY(tx.Execute(kInsert, {static_cast<int64_t>(100 + i), "before"}));
      if (i == 7) throw std::runtime_error("thrown");
      SI_TRY(tx.Execute(kInsert, {i % 2 == 0 ? 0 : static_cast<int64_t>(200 + i), "after"}));
      return {};
    });
    if (!result) conflicts += result.error().code() == Code::kConflict;
  });
  EXPECT_EQ(conflicts, 10);       // even ones violate the primary key
  EXPECT_EQ(Count(), 1 + 9 * 2);  // odd ones but 7 wrote both rows
}

// A transaction that is lost as a whole (as SQLite does when the disk is full) is repeated one by
// one.
TEST_F(SqliteTest, ALostGroupIsRunAgain) {
  InOneGroup(10, [&](size_t i) {
    int runs = 0;
    const auto result = db_->Write([&](Tx& tx) -> Result<int> {
      ++runs;
      SI_TRY(tx.Execute(kInsert, {static_cast<int64_t>(i), "x"}));
      if (i == 5) {
        SI_TRY(tx.Script("ROLLBACK"));
        return base::Fail(Code::kIo, "disk full");
      }
      return runs;
    });
    EXPECT_EQ(result.has_value(), i != 5);
  });
  EXPECT_EQ(Count(), 9);
}

TEST_F(SqliteTest, ReadersSeeASnapshotAndCannotWrite) {
  ASSERT_TRUE(db_->Read([&](Tx& tx) -> Result<> {
    EXPECT_EQ(tx.Scalar<int64_t>(kCount).value(), 0);
    EXPECT_TRUE(Insert(1));
    EXPECT_EQ(tx.Scalar<int64_t>(kCount).value(), 0);
    EXPECT_FALSE(tx.Execute(kInsert, {2, "x"}));
    return {};
  }));
  EXPECT_EQ(Count(), 1);
}

TEST_F(SqliteTest, MoreReadersThanConnections) {
  ASSERT_TRUE(Insert(1));
  std::vector<std::jthread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) EXPECT_EQ(Count(), 1);
    });
  }
}

TEST_F(SqliteTest, WriteInsideWriteIsRefused) {
  const auto result = db_->Write([&](Tx&) { return Insert(1); });
  EXPECT_EQ(result.error().code(), Code::kInternal);
}

TEST_F(SqliteTest, ErrorsNameTheStatement) {
  constexpr Statement kBad{"test.bad", "SELECT absent FROM t"};
  EXPECT_THAT(db_->Read([&](Tx& tx) { return tx.Query(kBad); }).error().message(),
              HasSubstr("test.bad: cannot prepare: no such column"));
}

TEST_F(SqliteTest, SurvivesReopening) {
  ASSERT_TRUE(Insert(1));
  db_.reset();
  db_ = OpenSqlite(path_).value();
  EXPECT_EQ(Count(), 1);
}

TEST_F(SqliteTest, NoDatabaseFileIsDamaged) {
  const auto path = dir_.path() / "x.db";
  std::ofstream(path) << std::string(5000, 'x');
  EXPECT_EQ(OpenSqlite(path).error().code(), Code::kDamaged);
}

// The lock belongs to an open file, so a second owner is refused also within one process.
TEST_F(SqliteTest, ASecondOwnerIsRefused) {
  const auto second = OpenSqlite(path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::kConflict);
  EXPECT_THAT(second.error().message(),
              HasSubstr("is in use by process " + std::to_string(::getpid())));
  EXPECT_EQ(OwnerLock::Find(path_).value()->pid, ::getpid());
  db_.reset();
  EXPECT_FALSE(OwnerLock::Find(path_).value());
  EXPECT_TRUE(OpenSqlite(path_));
}

TEST(OwnerLock, TellsTheAddress) {
  const base::TempDir dir;
  const auto path = dir.path() / "a.db";
  EXPECT_FALSE(OwnerLock::Find(path).value());
  auto lock = OwnerLock::Acquire(path).value();
  ASSERT_TRUE(lock.SetAddress("http://127.0.0.1:8000"));
  EXPECT_EQ(OwnerLock::Find(path).value()->address, "http://127.0.0.1:8000");
  EXPECT_THAT(OwnerLock::Acquire(path).error().message(), HasSubstr("at http://127.0.0.1:8000"));
}

TEST(OwnerLock, IsFreeAfterItsOwnerWasKilled) {
  const base::TempDir dir;
  const auto path = dir.path() / "a.db";
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = OwnerLock::Acquire(path, "http://dead:1");
    (void)!::write(ready[1], lock ? "y" : "n", 1);
    ::pause();
    ::_exit(0);
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  EXPECT_EQ(OwnerLock::Find(path).value()->pid, child);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(OwnerLock::Find(path).value());
  EXPECT_TRUE(OwnerLock::Acquire(path));
}

TEST(SqlitePathFromUrl, Forms) {
  const struct {
    const char *url, *path;
  } kGood[] = {
      {"sqlite:///./db/documents.db", "./db/documents.db"},
      {"sqlite:////var/lib/x.db", "/var/lib/x.db"},
      {"sqlite+aiosqlite:///x.db", "x.db"},
      {"sqlite+pysqlite:///x.db?timeout=5", "x.db"},
  };
  for (const auto& c : kGood) EXPECT_EQ(SqlitePathFromUrl(c.url).value(), c.path) << c.url;
  const struct {
    const char* url;
    Code code;
  } kBad[] = {
      {"postgresql://u:p@h/d", Code::kUnsupported},
      {"postgresql+psycopg://h/d", Code::kUnsupported},
      {"sqlite://", Code::kUnsupported},
      {"sqlite:///:memory:", Code::kUnsupported},
      {"mysql://h/d", Code::kInvalidArgument},
      {"documents.db", Code::kInvalidArgument},
      {"sqlite://host/x", Code::kInvalidArgument},
      {"", Code::kInvalidArgument},
  };
  for (const auto& c : kBad) EXPECT_EQ(SqlitePathFromUrl(c.url).error().code(), c.code) << c.url;
}

TEST_F(SqliteTest, CommitsEndAWait) {
  const uint64_t before = db_->commits().count();
  EXPECT_FALSE(db_->Write([](Tx& tx) { return tx.Script("nonsense"); }));
  EXPECT_EQ(db_->commits().WaitPast(before, std::chrono::milliseconds(1), {}), before)
      << "nothing was committed";
  std::jthread writer(
      [&] { EXPECT_TRUE(db_->Write([](Tx& tx) { return tx.Script("CREATE TABLE fresh (a)"); })); });
  EXPECT_GT(db_->commits().WaitPast(before, std::chrono::hours(1), {}), before);
  EXPECT_TRUE(db_->Read([](Tx& tx) { return tx.Query({"t", "SELECT * FROM fresh"}); }))
      << "what is counted can be read";
}

TEST_F(SqliteTest, MigrationsApplyOnceAndTogether) {
  int runs = 0;
  std::vector<Migration> migrations = {{1, "one",
                                        [&](Tx& tx) {
                                          ++runs;
                                          return tx.Script("CREATE TABLE one (a)");
                                        }},
                                       {2, "two", [&](Tx& tx) {
                                          ++runs;
                                          return tx.Script("ALTER TABLE one ADD COLUMN b");
                                        }}};
  ASSERT_TRUE(Migrate(*db_, migrations, base::Time{}));
  ASSERT_TRUE(Migrate(*db_, migrations, base::Time{}));
  EXPECT_EQ(runs, 2);
  migrations.push_back({3, "three", [](Tx& tx) { return tx.Script("CREATE TABLE three (a)"); }});
  migrations.push_back({4, "four", [](Tx& tx) { return tx.Script("nonsense"); }});
  EXPECT_THAT(Migrate(*db_, migrations, base::Time{}).error().message(),
              HasSubstr("migration 4 (four)"));
  EXPECT_FALSE(db_->Read([](Tx& tx) { return tx.Query({"t", "SELECT * FROM three"}); }));
  migrations.pop_back();
  EXPECT_TRUE(Migrate(*db_, migrations, base::Time{}));
  EXPECT_EQ(Migrate(*db_, std::span(migrations).first(2), base::Time{}).error().code(),
            Code::kConflict);
}

}  // namespace
}  // namespace sql
