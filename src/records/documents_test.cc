#include "records/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "records/fixture.h"
#include "records/removals.h"
#include "records/stored.h"

namespace records {
namespace {

using base::Code;
using Outcome = Ingested::Outcome;
using ::testing::HasSubstr;

class DocumentsTest : public Fixture {
 protected:
  DeletedDocuments Delete(const std::string& uri) {
    return Write([&](sql::Tx& tx) { return Documents::DeleteUri(tx, uri, "fs", Now()); });
  }
  size_t HistoryOf(int64_t uri_id) {
    return Read([&](sql::Tx& tx) { return Documents::History(tx, uri_id); }).size();
  }
};

TEST_F(DocumentsTest, OutcomesOfIngest) {
  const int64_t first = NewBatch();
  const int64_t second = NewBatch();
  const struct {
    const char* what;
    std::string bytes, uri;
    int64_t batch_id;
    Outcome outcome;
    int64_t version, lives_in;
    size_t history;
  } kSteps[] = {
      {"new uri", "one", "a", first, Outcome::kCreated, 1, first, 1},
      {"same again", "one", "a", first, Outcome::kUnchanged, 1, first, 1},
      {"same in another batch", "one", "a", second, Outcome::kElsewhere, 1, first, 1},
      {"same bytes, other uri", "one", "b", second, Outcome::kCreated, 1, second, 1},
      {"other bytes move the uri", "two", "a", second, Outcome::kUpdated, 2, second, 2},
      {"and back", "one", "a", first, Outcome::kUpdated, 3, first, 3},
  };
  for (const auto& step : kSteps) {
    const auto got = Ingest(step.bytes, step.uri, step.batch_id);
    EXPECT_EQ(got.outcome, step.outcome) << step.what;
    EXPECT_EQ(got.uri.version, step.version) << step.what;
    EXPECT_EQ(got.uri.batch_id, step.lives_in) << step.what;
    EXPECT_EQ(got.uri.doc_hash, base::DocumentHash(step.bytes)) << step.what;
    EXPECT_EQ(HistoryOf(got.uri.id), step.history) << step.what;
    const auto known = Read([&](sql::Tx& tx) { return Documents::FindUri(tx, step.uri, "fs"); });
    EXPECT_EQ(known, got.uri) << step.what;
  }
}

TEST_F(DocumentsTest, MetadataCarriesHashAndBatch) {
  const int64_t batch = NewBatch();
  auto document = Bytes("x", "a", batch);
  document.doc_meta = {R"({"author":"J","md5":"forged"})"};
  Write([&](sql::Tx& tx) { return Documents::Ingest(tx, document, Now()); });
  const auto stored = Read([&](sql::Tx& tx) { return Documents::Get(tx, document.hash); });
  EXPECT_EQ(stored.doc_meta.text, R"({"author":"J","md5":")" + document.md5 + R"(","batch_id":")" +
                                      std::to_string(batch) + "\"}");
}

TEST_F(DocumentsTest, UnknownBatchIsNotFound) {
  const auto document = Bytes("x", "a", 99);
  const auto result =
      db_->Write([&](sql::Tx& tx) { return Documents::Ingest(tx, document, Now()); });
  EXPECT_EQ(result.error().code(), Code::kNotFound);
  EXPECT_EQ(Value("SELECT count(*) FROM document").Int(), 0);
}

TEST_F(DocumentsTest, AnUploadOpensACompletedBatch) {
  const auto work = NewWork(1);
  Complete(Claim(1)[0].fence, {.finish_run = true});
  Write([&](sql::Tx& tx) { return RunGroups::Finish(tx, work.group_id, Now()); });
  ASSERT_TRUE(Batch(work.batch_id).completed_date);
  Ingest("more", "more", work.batch_id);
  EXPECT_FALSE(Batch(work.batch_id).completed_date);
}

// Both sides of a race succeed and give one document.
TEST_F(DocumentsTest, TheSameBytesAtOnceGiveOneDocument) {
  const int64_t batch = NewBatch();
  constexpr int kThreads = 8;
  std::latch start(kThreads);
  std::atomic<int> created = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        const auto document = Bytes("same", i % 2 == 0 ? "even" : "odd", batch);
        start.arrive_and_wait();
        const auto result =
            db_->Write([&](sql::Tx& tx) { return Documents::Ingest(tx, document, Now()); });
        ASSERT_TRUE(result) << result.error().message();
        created += result->outcome == Outcome::kCreated;
      });
    }
  }
  EXPECT_EQ(created, 2);
  EXPECT_EQ(Value("SELECT count(*) FROM document").Int(), 1);
  EXPECT_EQ(Value("SELECT count(*) FROM documenturi").Int(), 2);
  EXPECT_EQ(Value("SELECT count(*) FROM documenturihistory").Int(), 2);
}

TEST_F(DocumentsTest, SourceStatus) {
  const int64_t batch = NewBatch();
  for (const char* name : {"same", "bare", "md5", "changed", "gone"}) Ingest(name, name, batch);
  const std::map<std::string, std::string> asked = {
      {"same", base::DocumentHash("same")},
      {"bare", base::Sha256Hex("bare")},
      {"md5", "md5:" + base::Md5Hex("md5")},
      {"changed", "sha256-00"},
      {"unknown", "sha256-11"},
  };
  const auto answers = Read([&](sql::Tx& tx) { return Documents::SourceStatus(tx, "fs", asked); });
  const std::map<std::string, model::SourceStatus> expected = {
      {"same", model::SourceStatus::kMatched}, {"bare", model::SourceStatus::kMatched},
      {"md5", model::SourceStatus::kMatched},  {"changed", model::SourceStatus::kMismatch},
      {"unknown", model::SourceStatus::kNew},  {"gone", model::SourceStatus::kDeleted},
  };
  ASSERT_EQ(answers.size(), expected.size());
  for (const auto& [uri, status] : expected) EXPECT_EQ(answers.at(uri).status, status) << uri;
  EXPECT_EQ(answers.at("changed").asked_hash, "sha256-00");
  EXPECT_EQ(answers.at("changed").stored_hash, base::DocumentHash("changed"));
  EXPECT_EQ(answers.at("gone").stored_hash, base::DocumentHash("gone"));
}

TEST_F(DocumentsTest, DeletingTheLastUriTakesEverythingAlong) {
  const auto work = NewWork(2);
  const auto claimed = Claim(1)[0];
  const std::string uri = std::to_string(work.batch_id) + "/0";
  const auto deleted = Delete(uri);
  EXPECT_EQ(deleted.document_uris, 1);
  EXPECT_EQ(deleted.uri_history, 1);
  EXPECT_EQ(deleted.documents, 1);
  EXPECT_EQ(deleted.workflow_runs, 1);
  EXPECT_EQ(deleted.run_steps, 3);
  EXPECT_EQ(deleted.Total(), 7);
  EXPECT_EQ(TryComplete(claimed.fence).error().code(), Code::kStale);
  EXPECT_EQ(Read([](sql::Tx& tx) { return Removals::Open(tx); }).size(), 1u) << "its artifacts";
  const auto again =
      db_->Write([&](sql::Tx& tx) { return Documents::DeleteUri(tx, uri, "fs", Now()); });
  EXPECT_EQ(again.error().code(), Code::kNotFound);
}

TEST_F(DocumentsTest, DeletingOneOfTwoUrisKeepsTheDocument) {
  const int64_t batch = NewBatch();
  Ingest("x", "a", batch);
  Ingest("x", "b", batch);
  const auto deleted = Delete("a");
  EXPECT_EQ(deleted.documents, 0);
  EXPECT_EQ(deleted.Total(), 2);
  EXPECT_TRUE(Read([](sql::Tx& tx) { return Removals::Open(tx); }).empty());
  EXPECT_EQ(Delete("b").documents, 1);
}

TEST_F(DocumentsTest, OrphansAreWhatNoUriRefersTo) {
  const int64_t batch = NewBatch();
  Ingest("old", "a", batch);
  Ingest("new", "a", batch);
  const auto deleted = Write([&](sql::Tx& tx) { return Documents::DeleteOrphans(tx, Now()); });
  EXPECT_EQ(deleted.documents, 1);
  EXPECT_EQ(Value("SELECT hash FROM document").Text(), base::DocumentHash("new"));
}

// A document that comes back while its removal waits is not removed; one that comes back while it
// is being removed, or whose upload began before that, is sent again.
TEST_F(DocumentsTest, ComingBackFromRemoval) {
  const int64_t batch = NewBatch();
  Ingest("x", "a", batch);
  Delete("a");
  Ingest("x", "a", batch);
  EXPECT_TRUE(Read([](sql::Tx& tx) { return Removals::Open(tx); }).empty());

  Delete("a");
  const auto early = Bytes("x", "a", batch);  // its upload starts here
  clock_.Advance(seconds(1));
  const auto claimed =
      Write([&](sql::Tx& tx) { return Removals::Claim(tx, Now(), Now() + minutes(10), 10); });
  ASSERT_EQ(claimed.size(), 1u);
  ASSERT_EQ(claimed[0].artifacts.size(), 1u);
  EXPECT_EQ(claimed[0].artifacts[0].artifact_type, "document");
  const auto ingest = [&](const NewDocument& document) {
    return db_->Write([&](sql::Tx& tx) { return Documents::Ingest(tx, document, Now()); });
  };
  EXPECT_EQ(ingest(Bytes("x", "a", batch)).error().code(), Code::kUnavailable);
  Write([&](sql::Tx& tx) { return Removals::Done(tx, claimed[0].order.id, Now()); });
  EXPECT_EQ(ingest(early).error().code(), Code::kUnavailable);
  clock_.Advance(seconds(1));
  EXPECT_TRUE(ingest(Bytes("x", "a", batch)));
}

TEST_F(DocumentsTest, MetadataMerges) {
  Ingest("x", "a", NewBatch());
  const std::string hash = base::DocumentHash("x");
  Write([&](sql::Tx& tx) { return Documents::MergeMeta(tx, hash, {R"({"a":1,"b":[2]})"}); });
  Write([&](sql::Tx& tx) { return Documents::MergeMeta(tx, hash, {R"({"a":null,"c":"d"})"}); });
  const auto meta = Read([&](sql::Tx& tx) { return Documents::Get(tx, hash); }).doc_meta.text;
  EXPECT_THAT(meta, HasSubstr(R"("b":[2],"c":"d"})"));
  EXPECT_THAT(meta, ::testing::Not(HasSubstr("\"a\"")));
  EXPECT_EQ(db_->Write([&](sql::Tx& tx) { return Documents::MergeMeta(tx, "sha256-no", {}); })
                .error()
                .code(),
            Code::kNotFound);
}

}  // namespace
}  // namespace records
