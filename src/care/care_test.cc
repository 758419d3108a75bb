#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>

#include "artifacts/memory_store.h"
#include "base/files.h"
#include "base/hash.h"
#include "care/caretaker.h"
#include "care/event_pruner.h"
#include "care/key_pruner.h"
#include "care/remover.h"
#include "records/batches.h"
#include "records/documents.h"
#include "records/events.h"
#include "records/idempotency_keys.h"
#include "records/schema.h"
#include "sql/sqlite.h"
#include "vectors/fake_store.h"

namespace care {
namespace {

using artifacts::Type;
using base::Code;
using base::Fail;
using base::Result;
using std::chrono::hours;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A memory store whose removals fail while told to.
class FailingArtifacts final : public artifacts::Store {
 public:
  Result<> Put(const artifacts::Key& key, std::string_view bytes,
               const artifacts::Fence& fence) override {
    return inner_->Put(key, bytes, fence);
  }
  Result<std::string> Get(const artifacts::Key& key, size_t limit) const override {
    return inner_->Get(key, limit);
  }
  Result<std::optional<uint64_t>> Size(const artifacts::Key& key) const override {
    return inner_->Size(key);
  }
  Result<> Remove(const artifacts::Key& key) override {
    if (failures > 0) {
      --failures;
      return Fail(Code::kIo, "disk on fire");
    }
    if (during_removal) during_removal();
    return inner_->Remove(key);
  }
  Result<artifacts::LocalFile> Open(const artifacts::Key& key) const override {
    return inner_->Open(key);
  }
  Result<std::unique_ptr<artifacts::Upload>> NewUpload() override { return inner_->NewUpload(); }

  int failures = 0;
  std::function<void()> during_removal;

 private:
  std::unique_ptr<artifacts::Store> inner_ = artifacts::NewMemoryStore();
};

class CareTest : public ::testing::Test {
 protected:
  void SetUp() override {
    db_ = sql::OpenSqlite(dir_.path() / "documents.db").value();
    ASSERT_TRUE(records::Prepare(*db_, clock_.Now()));
    batch_ = db_->Write([&](sql::Tx& tx) {
                  return records::Batches::Create(tx, "fs", "batch", clock_.Now());
                })
                 .value()
                 .id;
  }

  // Bytes, row and URI, as an upload makes them.
  Result<records::Ingested> Ingest(const std::string& uri) {
    const base::Time started = clock_.Now();
    auto upload = artifacts_.NewUpload().value();
    EXPECT_TRUE(upload->Write(kBytes));
    const auto done = upload->Commit().value();
    return db_->Write([&](sql::Tx& tx) {
      return records::Documents::Ingest(tx,
                                        {.source = "fs",
                                         .uri = uri,
                                         .hash = done.hash,
                                         .md5 = done.md5,
                                         .mime_type = "text/plain",
                                         .file_size = static_cast<int64_t>(done.size),
                                         .doc_meta = {},
                                         .batch_id = batch_,
                                         .upload_started = started},
                                        clock_.Now());
    });
  }

  // The document can be found in `database`, and the ledger says so.
  void PutInto(const std::string& database) {
    vectors::DocumentRow row;
    row.id = "d1";
    row.embedding = {"openai", "m", 2};
    row.chunks = {{"c0", "text", "text", "{}"}};
    row.vectors = {1, 0};
    ASSERT_TRUE(vectors_.Upsert(database, row, {}));
    const sql::Statement ledger{"test",
                                "INSERT INTO storeddocument VALUES ($1, $2, 'd1', 1, 1, 1, 1, $3)"};
    ASSERT_TRUE(db_->Write(
        [&](sql::Tx& tx) { return tx.Execute(ledger, {database, kHash, clock_.Now()}); }));
  }

  records::DeletedDocuments Delete(const std::string& uri) {
    return db_
        ->Write(
            [&](sql::Tx& tx) { return records::Documents::DeleteUri(tx, uri, "fs", clock_.Now()); })
        .value();
  }

  std::vector<model::RemovalOrder> Open() {
    return db_->Read([](sql::Tx& tx) { return records::Removals::Open(tx); }).value();
  }
  bool BytesAreThere() { return artifacts_.Size({Type::kDocument, 0, kHash}).value().has_value(); }

  Remover MakeRemover() {
    return Remover({}, {.db = *db_,
                        .artifacts = artifacts_,
                        .vectors = vectors_,
                        .clock = clock_,
                        .log = base::Log::To([&](std::string_view line) { log_ += line; },
                                             base::LogLevel::kInfo, base::Log::Format::kText)});
  }

  const std::string kBytes = "some text";
  const std::string kHash = base::DocumentHash(kBytes);
  base::TempDir dir_;
  base::ManualClock clock_{base::ParseTime("2025-01-15T10:00:00").value()};
  std::unique_ptr<sql::Database> db_;
  FailingArtifacts artifacts_;
  vectors::FakeStore vectors_;
  std::string log_;
  int64_t batch_ = 0;
};

TEST_F(CareTest, WhatIsDeletedGoesFromEverywhere) {
  ASSERT_TRUE(Ingest("a"));
  ASSERT_TRUE(artifacts_.Put({Type::kChunks, 3, kHash}, "[]", {}));
  ASSERT_TRUE(db_->Write([&](sql::Tx& tx) {
    return tx.Execute({"test", "INSERT INTO artifactrecord VALUES ($1, 'chunks', 3, 2)"}, {kHash});
  }));
  PutInto("one");
  PutInto("two");
  EXPECT_EQ(Delete("a").lancedb_documents, 2);
  EXPECT_TRUE(BytesAreThere()) << "in the transaction only rows go";
  EXPECT_EQ(vectors_.Rows("one").size(), 1u);
  MakeRemover().Tick();
  EXPECT_FALSE(BytesAreThere());
  EXPECT_EQ(artifacts_.Size({Type::kChunks, 3, kHash}).value(), std::nullopt);
  EXPECT_THAT(vectors_.Rows("one"), IsEmpty());
  EXPECT_THAT(vectors_.Rows("two"), IsEmpty());
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(CareTest, AStoreThatFailsIsTriedAgainWithGrowingPauses) {
  ASSERT_TRUE(Ingest("a"));
  PutInto("one");
  Delete("a");
  artifacts_.failures = 3;
  int refused = 2;
  vectors_.Before([&](std::string_view operation, std::string_view) -> Result<> {
    if (operation != "remove" || refused == 0) return {};
    --refused;
    return Fail(Code::kUnavailable, "the engine is being restarted");
  });
  Remover remover = MakeRemover();
  for (const int pause : {1, 2, 4}) {
    const base::Time next = remover.Tick();
    EXPECT_EQ(next - clock_.Now(), seconds(pause));
    ASSERT_FALSE(Open().empty());
    EXPECT_TRUE(BytesAreThere());
    remover.Tick();  // too early: nothing is tried
    clock_.Advance(seconds(pause));
  }
  EXPECT_THAT(log_, HasSubstr("disk on fire"));
  EXPECT_THAT(log_, HasSubstr("the engine is being restarted"));
  EXPECT_THAT(vectors_.Rows("one"), IsEmpty()) << "each order for itself";
  remover.Tick();
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_FALSE(BytesAreThere());
}

TEST_F(CareTest, ADatabaseThatIsGoneHoldsNothing) {
  ASSERT_TRUE(Ingest("a"));
  PutInto("one");
  vectors_.Before([](std::string_view, std::string_view) -> Result<> {
    return Fail(Code::kNotFound, "no database 'one'");
  });
  Delete("a");
  MakeRemover().Tick();
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(CareTest, ADocumentThatCameBackBeforehandStays) {
  ASSERT_TRUE(Ingest("a"));
  PutInto("one");
  Delete("a");
  ASSERT_TRUE(Ingest("b"));
  MakeRemover().Tick();
  EXPECT_TRUE(BytesAreThere());
  EXPECT_EQ(vectors_.Rows("one").size(), 1u);
  EXPECT_THAT(Open(), IsEmpty());
}

// Acknowledging bytes that are about to vanish would lose an upload.
TEST_F(CareTest, ADocumentThatComesBackMeanwhileIsRefusedForTheMoment) {
  ASSERT_TRUE(Ingest("a"));
  Delete("a");
  clock_.Advance(seconds(1));
  Result<records::Ingested> meanwhile;
  artifacts_.during_removal = [&] { meanwhile = Ingest("b"); };
  MakeRemover().Tick();
  ASSERT_FALSE(meanwhile);
  EXPECT_EQ(meanwhile.error().code(), Code::kUnavailable);
  clock_.Advance(seconds(1));
  artifacts_.during_removal = nullptr;
  ASSERT_TRUE(Ingest("b")) << "after it the same bytes are welcome";
  EXPECT_TRUE(BytesAreThere());
  MakeRemover().Tick();
  EXPECT_TRUE(BytesAreThere());
}

TEST_F(CareTest, WhatADeadProcessHadBegunGoesOnAtOnce) {
  ASSERT_TRUE(Ingest("a"));
  Delete("a");
  ASSERT_TRUE(db_->Write([&](sql::Tx& tx) {
    return records::Removals::Claim(tx, clock_.Now(), clock_.Now() + hours(1), 10);
  }));
  Remover remover = MakeRemover();
  remover.Tick();
  EXPECT_EQ(Open().size(), 1u) << "somebody else is at it";
  ASSERT_TRUE(remover.Recover());
  remover.Tick();
  EXPECT_THAT(Open(), IsEmpty());
}

TEST_F(CareTest, DoneOrdersAreForgottenAfterADay) {
  const auto kept = [&] {
    return db_
        ->Read([](sql::Tx& tx) {
          return tx.Scalar<int64_t>({"test", "SELECT count(*) FROM removalorder"});
        })
        .value()
        .value();
  };
  ASSERT_TRUE(Ingest("a"));
  Delete("a");
  Remover remover = MakeRemover();
  remover.Tick();
  clock_.Advance(hours(23));
  remover.Tick();
  EXPECT_EQ(kept(), 1);
  clock_.Advance(hours(2));
  remover.Tick();
  EXPECT_EQ(kept(), 0);
}

TEST_F(CareTest, ExpiredIdempotencyKeysGo) {
  const auto reserve = [&](const char* key) {
    ASSERT_TRUE(db_->Write([&](sql::Tx& tx) {
      return records::IdempotencyKeys::Reserve(tx, {"", key, "f"}, clock_.Now(),
                                               clock_.Now() + hours(1));
    }));
  };
  const auto kept = [&] {
    return db_
        ->Read([](sql::Tx& tx) {
          return tx.Scalar<int64_t>({"test", "SELECT count(*) FROM idempotencykey"});
        })
        .value()
        .value();
  };
  reserve("dead");
  KeyPruner pruner(*db_, clock_, {});
  ASSERT_TRUE(pruner.Recover());
  EXPECT_EQ(kept(), 0) << "its process is gone";
  reserve("k");
  pruner.Tick();
  EXPECT_EQ(kept(), 1);
  clock_.Advance(hours(1));
  pruner.Tick();
  EXPECT_EQ(kept(), 0);
}

TEST_F(CareTest, OldEventsGoInPiecesButTheNewestStays) {
  ASSERT_TRUE(db_->Write([&](sql::Tx& tx) -> Result<> {
    for (int i = 0; i < 5000; ++i) {
      SI_TRY(records::Events::Append(tx, {.event_date = clock_.Now(), .kind = "old"}));
    }
    return {};
  }));
  const auto kept = [&] {
    const auto range = db_->Read([](sql::Tx& tx) { return records::Events::Range(tx); }).value();
    return range.newest - range.oldest + 1;
  };
  EventPruner pruner(*db_, clock_, {}, hours(24));
  EXPECT_GT(pruner.Tick(), clock_.Now()) << "nothing to do now";
  EXPECT_EQ(kept(), 5001);
  clock_.Advance(hours(25));
  for (int ticks = 0; pruner.Tick() <= clock_.Now(); ++ticks) {
    ASSERT_LT(ticks, 100);
    EXPECT_GT(kept(), 1);
  }
  EXPECT_EQ(kept(), 1);
}

// Counts its ticks, and never wants to be asked again.
class Counter final : public Chore {
 public:
  explicit Counter(std::vector<std::string>& told) : told_(told) {}
  Result<> Recover() override {
    told_.push_back("recover");
    return {};
  }
  base::Time Tick() override {
    {
      const std::lock_guard lock(mutex_);
      ++ticks_;
    }
    changed_.notify_all();
    return base::Time::max();
  }
  bool WaitFor(int ticks) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(20), [&] { return ticks_ >= ticks; });
  }

 private:
  std::vector<std::string>& told_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int ticks_ = 0;
};

TEST_F(CareTest, TheCaretakerRecoversFirstAndCanBeWoken) {
  std::vector<std::string> told;
  auto chore = std::make_unique<Counter>(told);
  Counter* const counter = chore.get();
  std::vector<std::unique_ptr<Chore>> chores;
  chores.push_back(std::move(chore));
  const auto caretaker = Caretaker::Start(std::move(chores), clock_).value();
  EXPECT_THAT(told, Contains("recover"));
  ASSERT_TRUE(counter->WaitFor(1));
  caretaker->Wake();
  EXPECT_TRUE(counter->WaitFor(2));
}

}  // namespace
}  // namespace care
