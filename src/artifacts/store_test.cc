// One conformance suite for every Store, then what only files promise.
#include "artifacts/store.h"

#include <gtest/gtest.h>

#include <functional>
#include <thread>
#include <vector>

#include "artifacts/db_store.h"
#include "artifacts/fs_store.h"
#include "artifacts/memory_store.h"
#include "base/files.h"
#include "base/hash.h"
#include "sql/postgres.h"
#include "sql/sqlite.h"
#include "sql/test_schema.h"

namespace artifacts {
namespace {

using base::Code;

const std::string kHash = base::DocumentHash("some document");

struct Made {
  std::unique_ptr<base::TempDir> dir;
  std::unique_ptr<sql::TestSchema> schema;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<Store> store;
};

Made MakeFs() {
  Made made{.dir = std::make_unique<base::TempDir>()};
  made.store = OpenFsStore({.root = made.dir->path() / "file_store"}).value();
  return made;
}
Made MakeMemory() { return {.store = NewMemoryStore()}; }
// In SQLite, or in PostgreSQL where the tests run beside a server.
Made MakeDb() {
  Made made{.dir = std::make_unique<base::TempDir>()};
  const bool postgres = sql::TestSchema::Available();
  if (postgres) {
    made.schema = std::make_unique<sql::TestSchema>();
    made.database = sql::OpenPostgres(made.schema->url()).value();
  } else {
    made.database = sql::OpenSqlite(made.dir->path() / "documents.db").value();
  }
  (void)made.database
      ->Write([&](sql::Tx& tx) {
        return tx.Script(std::string("CREATE TABLE documentbytes (hash VARCHAR NOT NULL, "
                                     "artifact_type VARCHAR NOT NULL, storage_root VARCHAR NOT "
                                     "NULL, file_size INTEGER, file_bytes ") +
                         (postgres ? "BYTEA" : "BLOB") +
                         " NOT NULL, PRIMARY KEY (hash, artifact_type, storage_root))");
      })
      .value();
  made.store =
      OpenDbStore(*made.database, {.spool = made.dir->path() / "spool", .max_bytes = 10'000})
          .value();
  return made;
}

class StoreTest : public ::testing::TestWithParam<Made (*)()> {
 protected:
  Made made_ = GetParam()();
  Store& store_ = *made_.store;
};

TEST_P(StoreTest, WhatIsPutCanBeRead) {
  const Key key{Type::kChunks, 3, kHash};
  EXPECT_EQ(store_.Size(key).value(), std::nullopt);
  ASSERT_TRUE(store_.Put(key, "[1]"));
  EXPECT_EQ(store_.Get(key).value(), "[1]");
  EXPECT_EQ(store_.Size(key).value(), 3u);
  EXPECT_EQ(store_.Get(key, 2).error().code(), Code::kTooLarge);
  EXPECT_EQ(base::ReadFile(store_.Open(key)->path()).value(), "[1]");
  EXPECT_EQ(store_.Get({Type::kChunks, 4, kHash}).error().code(), Code::kNotFound)
      << "another configuration";
}

TEST_P(StoreTest, TheFirstWriterWins) {
  const Key key{Type::kParsedMarkdown, 1, kHash};
  ASSERT_TRUE(store_.Put(key, "one"));
  ASSERT_TRUE(store_.Put(key, "two"));
  EXPECT_EQ(store_.Get(key).value(), "one");
}

TEST_P(StoreTest, AStaleAttemptWritesNothing) {
  const Key key{Type::kParsedJson, 1, kHash};
  const auto fence = [] {
    return base::Result<>(base::Fail(Code::kStale, "attempt 2 owns the step"));
  };
  EXPECT_EQ(store_.Put(key, "{}", fence).error().code(), Code::kStale);
  EXPECT_EQ(store_.Size(key).value(), std::nullopt);
}

TEST_P(StoreTest, RemoveIsRepeatable) {
  const Key key{Type::kEmbeddings, 1, kHash};
  ASSERT_TRUE(store_.Put(key, "x"));
  EXPECT_TRUE(store_.Remove(key));
  EXPECT_TRUE(store_.Remove(key));
  EXPECT_EQ(store_.Size(key).value(), std::nullopt);
}

TEST_P(StoreTest, AnUploadIsHashedWhileItIsWritten) {
  auto upload = store_.NewUpload().value();
  ASSERT_TRUE(upload->Write("some "));
  ASSERT_TRUE(upload->Write("document"));
  EXPECT_EQ(upload->Hash(), kHash);
  EXPECT_EQ(store_.Size({.hash = kHash}).value(), std::nullopt) << "nothing is kept by asking";
  const auto done = upload->Commit().value();
  EXPECT_EQ(done.hash, kHash);
  EXPECT_EQ(done.md5, base::Md5Hex("some document"));
  EXPECT_EQ(done.size, 13u);
  EXPECT_EQ(done.head, "some document");
  EXPECT_EQ(store_.Get({.hash = kHash}).value(), "some document");
}

TEST_P(StoreTest, ADroppedUploadLeavesNothing) {
  {
    auto upload = store_.NewUpload().value();
    ASSERT_TRUE(upload->Write("some document"));
  }
  EXPECT_EQ(store_.Size({.hash = kHash}).value(), std::nullopt);
}

TEST_P(StoreTest, ManyWritersOfOneKeyAgree) {
  const Key key{Type::kChunks, 1, kHash};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back(
        [&, i] { EXPECT_TRUE(store_.Put(key, std::string(1000, static_cast<char>('a' + i)))); });
  threads.clear();
  const std::string bytes = store_.Get(key).value();
  EXPECT_EQ(bytes, std::string(1000, bytes[0]));
}

constexpr const char* kStoreNames[] = {"Fs", "Memory", "Db"};
INSTANTIATE_TEST_SUITE_P(Stores, StoreTest, ::testing::Values(&MakeFs, &MakeMemory, &MakeDb),
                         [](const auto& info) { return kStoreNames[info.index]; });

// Bytes that are no text, and more of them than a row may have.
TEST(DbStore, TakesBytesUpToItsLimit) {
  const Made made = MakeDb();
  std::string bytes(10'000, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  const Key key{Type::kEmbeddings, 1, kHash};
  ASSERT_TRUE(made.store->Put(key, bytes));
  EXPECT_EQ(made.store->Get(key).value(), bytes);
  const auto larger = made.store->Put({Type::kEmbeddings, 2, kHash}, bytes + "x");
  EXPECT_EQ(larger.error().code(), Code::kTooLarge);
  auto upload = made.store->NewUpload().value();
  ASSERT_TRUE(upload->Write(bytes + "x"));
  EXPECT_EQ(upload->Commit().error().code(), Code::kTooLarge);
}

TEST(DbStore, ACopyForReadingGoesWhenItIsDropped) {
  const Made made = MakeDb();
  const Key key{Type::kChunks, 1, kHash};
  ASSERT_TRUE(made.store->Put(key, "x"));
  std::filesystem::path path;
  {
    const auto file = made.store->Open(key).value();
    path = file.path();
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Key, OnlyOurHashesBecomePaths) {
  for (const char* hash :
       {"", "sha256-", "../../etc/passwd",
        "sha256-../../../../../../../../../../../../../../../../../../../../../../abcd"}) {
    EXPECT_EQ(CheckKey({.hash = hash}).error().code(), Code::kInvalidArgument) << hash;
  }
  EXPECT_TRUE(CheckKey({.hash = kHash}));
}

TEST(FsStore, LayoutIsTheOneOfExistingInstallations) {
  const Made made = MakeFs();
  ASSERT_TRUE(made.store->Put({Type::kParsedMarkdown, 7, kHash}, "# x"));
  auto upload = made.store->NewUpload().value();
  ASSERT_TRUE(upload->Write("some document"));
  ASSERT_TRUE(upload->Commit());
  const auto root = made.dir->path() / "file_store";
  const std::string tail = kHash.substr(kHash.size() - 2);
  EXPECT_TRUE(std::filesystem::exists(root / "markdown" / "7" / tail / kHash));
  EXPECT_TRUE(std::filesystem::exists(root / "raw" / tail / kHash));
}

TEST(FsStore, OpeningClearsWhatACrashLeft) {
  const base::TempDir dir;
  ASSERT_TRUE(base::WriteFileDurably(dir.path() / ".incoming" / "17", "half a document"));
  ASSERT_TRUE(OpenFsStore({.root = dir.path()}));
  EXPECT_TRUE(std::filesystem::is_empty(dir.path() / ".incoming"));
}

}  // namespace
}  // namespace artifacts
