// LanceStore with the real engine.
#include "vectors/lance_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <thread>

#include "base/files.h"
#include "vectors/test_rows.h"

namespace vectors {
namespace {

namespace fs = std::filesystem;
using base::Code;
using ::testing::ElementsAre;

class LanceStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(fs::path(SI_DEPS_DIR) / "lancedb/node_modules/@lancedb/lancedb")) {
      GTEST_SKIP() << "no LanceDB package in " << SI_DEPS_DIR << ": run scripts/setup.sh";
    }
  }

  LanceOptions Options(int64_t epoch = 1) {
    LanceOptions options;
    options.node = fs::path(SI_DEPS_DIR) / "node/bin/node";
    options.engine = fs::path(SI_SOURCE_DIR) / "lancedb/engine";
    options.modules = fs::path(SI_DEPS_DIR) / "lancedb";
    options.root = root_.path();
    options.epoch = epoch;
    options.log = base::Log::ToStderr(base::LogLevel::kError, base::Log::Format::kText);
    return options;
  }

  std::unique_ptr<LanceStore> Open(int64_t epoch = 1) {
    auto store = LanceStore::Open(Options(epoch));
    EXPECT_TRUE(store.has_value()) << store.error().ToString();
    return std::move(*store);
  }

  static RowCounts Write(LanceStore& store, const std::string& name,
                         const std::vector<std::string>& texts) {
    const auto written = store.Upsert("db", TestRow(name, texts), {});
    EXPECT_TRUE(written.has_value()) << written.error().ToString();
    return written.value_or(RowCounts{});
  }

  static SearchQuery Near(size_t axis, size_t limit) {
    SearchQuery query;
    query.mode = SearchMode::kVector;
    query.vector = Axis(axis);
    query.limit = limit;
    return query;
  }

  static SearchQuery Text(const std::string& text) {
    SearchQuery query;
    query.mode = SearchMode::kText;
    query.text = text;
    return query;
  }

  base::TempDir root_;
};

TEST_F(LanceStoreTest, GivesBackWhatWasWritten) {
  auto store = Open();
  EXPECT_EQ(Write(*store, "fruit", {"apples are red", "pears are green"}), (RowCounts{1, 1, 2, 2}));
  EXPECT_EQ(Write(*store, "birds", {"crows are black", "a \"quoted\" café"}),
            (RowCounts{1, 1, 2, 2}));

  const auto hits = store->Search("db", Text("pears"));
  ASSERT_TRUE(hits.has_value()) << hits.error().ToString();
  ASSERT_EQ(hits->size(), 1U);
  const Hit& hit = hits->front();
  EXPECT_EQ(hit.content, "pears are green");
  EXPECT_EQ(hit.order, 1);
  EXPECT_EQ(hit.uri, "file:///fruit");
  EXPECT_EQ(hit.title, "fruit");
  EXPECT_EQ(hit.hash, "sha256-fruit");
  EXPECT_THAT(hit.page_numbers, ElementsAre(2));
  EXPECT_THAT(hit.headings, ElementsAre("Heading"));
  EXPECT_THAT(hit.refs, ElementsAre("#/texts/1"));

  SearchQuery hybrid = Near(1, 2);
  hybrid.mode = SearchMode::kHybrid;
  hybrid.text = "cafe";  // the index folds letters to ASCII
  const auto both = store->Search("db", hybrid);
  ASSERT_TRUE(both.has_value()) << both.error().ToString();
  EXPECT_EQ(both->front().content, "a \"quoted\" café");
  EXPECT_NEAR(both->front().score, 2.0 / 61, 0.001);
  EXPECT_TRUE(both->front().text_score.has_value());
  EXPECT_NEAR(both->front().vector_score.value_or(0), 1, 1e-6);

  SearchQuery filtered = Near(1, 10);
  filtered.filter = "uri LIKE '%fruit'";
  EXPECT_EQ(store->Search("db", filtered)->size(), 2U);
  filtered.filter = "uri = 'nothing'";
  EXPECT_TRUE(store->Search("db", filtered)->empty());
  EXPECT_TRUE(store->Search("db", Text("  "))->empty());
}

TEST_F(LanceStoreTest, ListsAndDescribes) {
  auto store = Open();
  EXPECT_EQ(store->Describe("db").error().code(), Code::kNotFound);
  Write(*store, "one", {"a"});
  Write(*store, "two", {"a", "b", "c"});

  const auto databases = store->Databases().value();
  ASSERT_EQ(databases.size(), 1U);
  EXPECT_EQ(databases[0].name, "db");
  EXPECT_GT(databases[0].size_bytes, 1000U);

  const auto facts = store->Describe("db");
  ASSERT_TRUE(facts.has_value()) << facts.error().ToString();
  EXPECT_EQ(facts->documents.count, 2U);
  EXPECT_EQ(facts->chunks.count, 4U);
  EXPECT_EQ(facts->stored_version, "0.101.1");
  EXPECT_EQ(facts->model, "test-model");
  EXPECT_EQ(facts->dimension, kTestDimension);
  EXPECT_EQ(facts->tables.size(), 5U);
  EXPECT_FALSE(facts->vector_index.exists);

  const auto page = store->Documents("db", {.limit = 1, .offset = 1, .filter = ""});
  ASSERT_TRUE(page.has_value()) << page.error().ToString();
  EXPECT_EQ(page->total, 2U);
  ASSERT_EQ(page->documents.size(), 1U);
  const auto two =
      store->Documents("db", {.filter = "metadata LIKE '%\"doc_id\": \"sha256-two\"%'"});
  ASSERT_EQ(two->documents.size(), 1U);
  EXPECT_EQ(two->documents[0].uri, "file:///two");
  EXPECT_EQ(two->documents[0].chunk_count, 3U);
}

TEST_F(LanceStoreTest, ReplacesADocumentWithMoreOrFewerChunks) {
  auto store = Open();
  DocumentRow row = TestRow("doc", {"a", "b", "c"});
  ASSERT_TRUE(store->Upsert("db", row, {}).has_value());
  for (const std::vector<std::string>& texts :
       {std::vector<std::string>{"d"}, {"e", "f", "g", "h"}, {}, {"i"}}) {
    DocumentRow next = TestRow("doc", texts);
    next.created_at = next.updated_at = "2027-01-01T00:00:00";
    const auto written = store->Upsert("db", next, {});
    ASSERT_TRUE(written.has_value()) << written.error().ToString();
    const RowCounts expected{1, 1, texts.size(), texts.size()};
    EXPECT_EQ(*written, expected);
    EXPECT_EQ(store->Verify("db", row.id).value(), expected);
    EXPECT_EQ(store->Search("db", Near(0, 10))->size(), texts.size());
  }
  const auto page = store->Documents("db", {});
  ASSERT_EQ(page->documents.size(), 1U);
  EXPECT_EQ(page->documents[0].created_at, row.created_at);
  EXPECT_EQ(page->documents[0].updated_at, "2027-01-01T00:00:00");
}

TEST_F(LanceStoreTest, RemovesDocuments) {
  auto store = Open();
  Write(*store, "stays", {"a"});
  Write(*store, "goes", {"b", "c"});
  const std::string id = TestRow("goes", {}).id;
  EXPECT_EQ(store->Remove("db", {id, TestRow("never", {}).id}, {}).value(), 1U);
  EXPECT_EQ(store->Remove("db", {id}, {}).value(), 0U);
  EXPECT_EQ(store->Verify("db", id).value(), RowCounts{});
  EXPECT_EQ(store->Search("db", Near(0, 10))->size(), 1U);
  EXPECT_EQ(store->Remove("no such database", {id}, {}).value(), 0U);
  EXPECT_EQ(store->Verify("no such database", id).value(), RowCounts{});
  EXPECT_FALSE(fs::exists(root_.path() / "no such database"));
}

TEST_F(LanceStoreTest, WritesWhatWaitsInOneCommit) {
  auto store = Open();
  Write(*store, "first", {"a"});
  const uint64_t before = store->Describe("db")->chunks.versions;
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 32; ++i) {
    threads.emplace_back([&, i] {
      if (!store->Upsert("db", TestRow("d" + std::to_string(i), {"a", "b"}), {})) ++failed;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  const auto facts = store->Describe("db");
  EXPECT_EQ(facts->documents.count, 33U);
  EXPECT_EQ(facts->chunks.count, 65U);
  EXPECT_LE(facts->chunks.versions - before, 16U);
}

TEST_F(LanceStoreTest, ASearchSeesTheOldDocumentOrTheNewOne) {
  auto store = Open();
  const std::vector<std::string> old_texts(5, "old");
  const std::vector<std::string> new_texts(3, "new");
  Write(*store, "doc", old_texts);
  std::atomic<bool> done = false;
  std::atomic<int> searches = 0;
  std::thread reader([&] {
    while (!done) {
      const auto hits = store->Search("db", Near(0, 20));
      ASSERT_TRUE(hits.has_value()) << hits.error().ToString();
      std::set<std::string> seen;
      for (const Hit& hit : *hits) seen.insert(hit.content);
      ASSERT_EQ(seen.size(), 1U) << "both or none, with " << hits->size() << " hits";
      ASSERT_EQ(hits->size(), *seen.begin() == "old" ? old_texts.size() : new_texts.size());
      ++searches;
    }
  });
  for (int i = 0; i < 15; ++i) Write(*store, "doc", i % 2 == 0 ? new_texts : old_texts);
  done = true;
  reader.join();
  EXPECT_GT(searches, 5);
}

TEST_F(LanceStoreTest, SurvivesKillsOfTheEngine) {
  auto store = Open();
  Write(*store, "first", {"a"});
  std::atomic<bool> done = false;
  std::atomic<int> kills = 0;
  std::thread killer([&] {
    for (int i = 0; i < 6 && !done; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(60 + 37 * i));
      const int pid = store->EnginePid();
      if (pid > 0 && kill(pid, SIGKILL) == 0) ++kills;
    }
    done = true;
  });
  int written = 0;
  int names = 0;
  while (!done) {
    // Every name is written twice, so that replacing is interrupted, too.
    const DocumentRow row = TestRow("d" + std::to_string(names++ / 2), {"a", "b", "c"});
    base::Result<RowCounts> result = store->Upsert("db", row, {});
    while (!result && result.error().retryable()) result = store->Upsert("db", row, {});
    ASSERT_TRUE(result.has_value()) << result.error().ToString();
    ++written;
  }
  killer.join();
  EXPECT_GT(kills, 2);
  const auto page = store->Documents("db", {.limit = 10000});
  ASSERT_TRUE(page.has_value()) << page.error().ToString();
  EXPECT_EQ(page->total, 1U + static_cast<uint64_t>((written + 1) / 2));
  for (const StoredDocument& document : page->documents) {
    const size_t chunks = document.title == "first" ? 1 : 3;
    EXPECT_EQ(store->Verify("db", document.id).value(), (RowCounts{1, 1, chunks, chunks}));
  }
}

TEST_F(LanceStoreTest, KillsAnEngineThatHangs) {
  Write(*Open(), "doc", {"a"});
  LanceOptions options = Options();
  options.timeout = std::chrono::seconds(5);
  auto store = LanceStore::Open(std::move(options)).value();
  ASSERT_TRUE(store->Describe("db").has_value());
  const int pid = store->EnginePid();
  ASSERT_GT(pid, 0);  // kill(0) would stop this test
  ASSERT_EQ(kill(pid, SIGSTOP), 0);
  EXPECT_EQ(store->Search("db", Near(0, 1)).error().code(), Code::kUnavailable);
  EXPECT_EQ(store->EnginePid(), 0);
  EXPECT_TRUE(store->Search("db", Near(0, 1)).has_value());
  EXPECT_NE(store->EnginePid(), pid);
}

TEST_F(LanceStoreTest, TellsThatTheEngineCannotStart) {
  const char* programs[] = {
      "process.exit(3);",
      "import fs from 'node:fs'; fs.writeSync(3, 'this is no frame at all, is it?'); setTimeout(() "
      "=> {}, 60000);",
  };
  for (const char* program : programs) {
    const base::TempDir engine;
    std::ofstream(engine.path() / "main.mjs") << program;
    LanceOptions options = Options();
    options.engine = engine.path();
    auto store = LanceStore::Open(std::move(options)).value();
    const auto hits = store->Search("db", Near(0, 1));
    ASSERT_FALSE(hits.has_value()) << program;
    EXPECT_EQ(hits.error().code(), Code::kUnavailable) << program;
  }
  LanceOptions options = Options();
  options.modules = "/nowhere";
  EXPECT_EQ(LanceStore::Open(std::move(options)).error().code(), Code::kInvalidArgument);
}

TEST_F(LanceStoreTest, RefusesOlderWriters) {
  auto newer = Open(5);
  Write(*newer, "doc", {"a"});
  auto older = Open(4);
  EXPECT_EQ(older->Upsert("db", TestRow("x", {"a"}), {}).error().code(), Code::kStale);
  EXPECT_EQ(older->Remove("db", {TestRow("doc", {}).id}, {}).error().code(), Code::kStale);
  EXPECT_EQ(older->Maintain("db", {}).error().code(), Code::kStale);
  EXPECT_TRUE(older->Search("db", Near(0, 1)).has_value());
  EXPECT_TRUE(older->Upsert("db", TestRow("x", {"a"}), {.epoch = 6}).has_value());
  EXPECT_EQ(newer->Upsert("db", TestRow("y", {"a"}), {}).error().code(), Code::kStale);
}

TEST_F(LanceStoreTest, RefusesOlderIntentsForADocument) {
  auto store = Open();
  EXPECT_TRUE(store->Upsert("db", TestRow("doc", {"new"}), {.intent = 8}).has_value());
  EXPECT_EQ(store->Upsert("db", TestRow("doc", {"old"}), {.intent = 7}).error().code(),
            Code::kStale);
  EXPECT_TRUE(store->Upsert("db", TestRow("doc", {"new"}), {.intent = 8}).has_value());
  EXPECT_TRUE(store->Upsert("db", TestRow("other", {"x"}), {.intent = 7}).has_value());
}

TEST_F(LanceStoreTest, KeepsVectorsOfTwoModelsApart) {
  auto store = Open();
  Write(*store, "doc", {"a"});
  DocumentRow other = TestRow("other", {"a"});
  other.embedding.name = "another-model";
  const auto written = store->Upsert("db", other, {});
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().code(), Code::kConflict);
  EXPECT_THAT(written.error().message(), ::testing::HasSubstr("another-model"));
  SearchQuery query = Near(0, 1);
  query.model = "another-model";
  EXPECT_EQ(store->Search("db", query).error().code(), Code::kConflict);
  query.model = "test-model";
  EXPECT_TRUE(store->Search("db", query).has_value());
  query.vector.push_back(0);
  EXPECT_EQ(store->Search("db", query).error().code(), Code::kInvalidArgument);
}

TEST_F(LanceStoreTest, RefusesBadFiltersAndNames) {
  auto store = Open();
  Write(*store, "doc", {"a"});
  const char* filters[] = {
      "nope = 1",         "uri =",    "1; DROP TABLE x",     "(",   "uri = 'a' OR", "'", "uri > 5",
      "id IN (SELECT 1)", "uri -- x", "repeat(uri, 9) = ''", "uri", "1/0 = 1"};
  for (const char* filter : filters) {
    const auto page = store->Documents("db", {.filter = filter});
    ASSERT_FALSE(page.has_value()) << filter;
    EXPECT_EQ(page.error().code(), Code::kInvalidArgument) << filter;
    SearchQuery query = Near(0, 1);
    query.filter = filter;
    const auto hits = store->Search("db", query);
    ASSERT_FALSE(hits.has_value()) << filter;
    EXPECT_EQ(hits.error().code(), Code::kInvalidArgument) << filter;
  }
  EXPECT_EQ(store->Documents("../x", {}).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(store->Documents("x", {.limit = 1'000'000}).error().code(), Code::kNotFound);
  EXPECT_EQ(store->Documents("db", {.limit = 1'000'000}).error().code(), Code::kInvalidArgument);
}

TEST_F(LanceStoreTest, OptimizesAndVacuums) {
  auto store = Open();
  for (int i = 0; i < 8; ++i) Write(*store, "d" + std::to_string(i), {"apple", "pear"});
  EXPECT_GT(store->Describe("db")->text_index.unindexed_rows, 0U);
  ASSERT_TRUE(store->Maintain("db", {}).has_value());
  const auto optimized = store->Describe("db");
  EXPECT_EQ(optimized->text_index.unindexed_rows, 0U);
  EXPECT_EQ(optimized->text_index.indexed_rows, 16U);
  Maintenance vacuum{Maintenance::Kind::kVacuum, std::chrono::seconds(0)};
  ASSERT_TRUE(store->Maintain("db", vacuum).has_value());
  EXPECT_LT(store->Describe("db")->chunks.versions, optimized->chunks.versions);
  EXPECT_EQ(store->Search("db", Text("pear"))->size(), 8U);
  EXPECT_EQ(store->Maintain("none", vacuum).error().code(), Code::kNotFound);
}

TEST_F(LanceStoreTest, NoticesADatabaseThatWasDeleted) {
  auto store = Open();
  Write(*store, "doc", {"a"});
  fs::remove_all(root_.path() / "db");
  EXPECT_EQ(store->Search("db", Near(0, 1)).error().code(), Code::kNotFound);
  Write(*store, "again", {"b"});
  EXPECT_EQ(store->Search("db", Near(0, 5))->size(), 1U);
}

// The files of a folder, the one written last at the end.
std::vector<fs::path> ByAge(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files, {}, [](const fs::path& file) { return fs::last_write_time(file); });
  return files;
}

TEST_F(LanceStoreTest, OpensAfterAPowerCutThatLeftFilesEmpty) {
  {
    auto store = Open();
    Write(*store, "first", {"a", "b"});
    Write(*store, "second", {"c", "d"});
  }
  const fs::path db = root_.path() / "db";
  fs::resize_file(ByAge(db / "chunks.lance/_versions").back(), 0);
  fs::resize_file(ByAge(db / "document_items.lance/data").back(), 100);
  std::ofstream(db / "writer.epoch") << "1 of-another-boot\n";

  auto store = Open();
  const auto hits = store->Search("db", Near(0, 10));
  ASSERT_TRUE(hits.has_value()) << hits.error().ToString();
  EXPECT_EQ(hits->size(), 2U);
  EXPECT_EQ(Write(*store, "second", {"c", "d"}), (RowCounts{1, 1, 2, 2}));
  EXPECT_EQ(Write(*store, "first", {"a", "b"}), (RowCounts{1, 1, 2, 2}));
  EXPECT_EQ(store->Search("db", Near(0, 10))->size(), 4U);
  EXPECT_TRUE(store->Maintain("db", {}).has_value());
}

TEST_F(LanceStoreTest, TheEngineEndsWithUs) {
  int pipe_fds[2];
  ASSERT_EQ(pipe(pipe_fds), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto store = Open();
    Write(*store, "doc", {"a"});
    const int pid = store->EnginePid();
    if (write(pipe_fds[1], &pid, sizeof pid) != sizeof pid) _exit(1);
    pause();
  }
  int pid = 0;
  ASSERT_EQ(read(pipe_fds[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ASSERT_GT(pid, 0);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  const auto gone = [&] {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string number, name, status;
    return !(stat >> number >> name >> status) || status == "Z";
  };
  while (!gone() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(gone());
  close(pipe_fds[0]);
  close(pipe_fds[1]);
}

}  // namespace
}  // namespace vectors
