#include "records/stored.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/fixture.h"
#include "records/removals.h"

namespace records {
namespace {

using base::Code;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StoredTest : public Fixture {
 protected:
  void SetUp() override {
    Fixture::SetUp();
    batch_id_ = NewBatch();
    group_id_ = NewGroup(batch_id_);
  }

  // A claimed step of a run of the document.
  model::Fence ClaimFor(const std::string& bytes) {
    NewRunOf(base::DocumentHash(bytes), batch_id_, group_id_);
    return Claim(1)[0].fence;
  }
  base::Result<model::StoreIntent> Begin(const model::Fence& fence, const std::string& bytes,
                                         const std::string& id) {
    return db_->Write([&](sql::Tx& tx) {
      return Stored::Begin(tx, fence, {"db", base::DocumentHash(bytes), id}, Now());
    });
  }
  base::Result<> Finish(const model::Fence& fence, int64_t intent_id) {
    return db_->Write(
        [&](sql::Tx& tx) { return Stored::Finish(tx, fence, intent_id, 9, 1, Now()); });
  }
  void Store(const std::string& bytes, const std::string& id) {
    const auto fence = ClaimFor(bytes);
    const auto intent = Begin(fence, bytes, id);
    ASSERT_TRUE(intent) << intent.error().message();
    ASSERT_TRUE(Finish(fence, intent->id));
    Complete(fence, {.finish_run = true});
  }
  std::vector<std::string> InDatabase() {
    std::vector<std::string> ids;
    for (const auto& stored : Read([](sql::Tx& tx) { return Stored::InDatabase(tx, "db"); })) {
      ids.push_back(stored.document_id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  std::vector<model::RemovalOrder> Orders() {
    return Read([](sql::Tx& tx) { return Removals::Open(tx); });
  }
  DeletedDocuments Delete(const std::string& uri) {
    return Write([&](sql::Tx& tx) { return Documents::DeleteUri(tx, uri, "fs", Now()); });
  }
  std::vector<ClaimedRemoval> ClaimRemovals() {
    return Write([&](sql::Tx& tx) { return Removals::Claim(tx, Now(), Now() + minutes(10), 10); });
  }

  int64_t batch_id_ = 0;
  int64_t group_id_ = 0;
};

TEST_F(StoredTest, TheLedgerFollowsTheWrite) {
  Ingest("x", "a", batch_id_);
  const auto fence = ClaimFor("x");
  const auto intent = Begin(fence, "x", "id-x");
  ASSERT_TRUE(intent);
  EXPECT_THAT(intent->replaced_ids, IsEmpty());
  EXPECT_THAT(InDatabase(), IsEmpty());
  const auto open = Read([](sql::Tx& tx) { return Stored::Intents(tx, "db"); });
  EXPECT_THAT(open, ElementsAre(*intent));
  ASSERT_TRUE(Finish(fence, intent->id));
  EXPECT_THAT(InDatabase(), ElementsAre("id-x"));
  EXPECT_THAT(Read([](sql::Tx& tx) { return Stored::Intents(tx, std::nullopt); }), IsEmpty());
  const auto of = Read([](sql::Tx& tx) { return Stored::OfDocument(tx, base::DocumentHash("x")); });
  ASSERT_EQ(of.size(), 1u);
  EXPECT_EQ(of[0].chunk_count, 9);
  EXPECT_EQ(of[0].attempt, fence.attempt);
  EXPECT_THAT(Read([](sql::Tx& tx) { return Stored::Databases(tx); }), ElementsAre("db"));
}

TEST_F(StoredTest, AStaleAttemptCannotTouchTheLedger) {
  Ingest("x", "a", batch_id_);
  const auto old = ClaimFor("x");
  const auto old_intent = Begin(old, "x", "id-x");
  Write([&](sql::Tx& tx) { return Steps::VoidLeases(tx, {.now = Now()}); });
  EXPECT_EQ(Finish(old, old_intent->id).error().code(), Code::kStale);
  EXPECT_EQ(Begin(old, "x", "id-x").error().code(), Code::kStale);
  const auto fresh = Claim(1)[0].fence;
  const auto intent = Begin(fresh, "x", "id-x");
  EXPECT_EQ(Finish(old, old_intent->id).error().code(), Code::kStale);
  EXPECT_TRUE(Finish(fresh, intent->id));
}

TEST_F(StoredTest, NewBytesReplaceOldOnesNoUriRefersTo) {
  Ingest("old", "a", batch_id_);
  Ingest("shared", "b", batch_id_);
  Ingest("shared", "c", batch_id_);
  Store("old", "id-old");
  Store("shared", "id-shared");
  Ingest("new", "a", batch_id_);
  Ingest("new", "b", batch_id_);  // c still has the shared bytes
  EXPECT_THAT(InDatabase(), ElementsAre("id-old", "id-shared")) << "old stays until new is there";
  const auto fence = ClaimFor("new");
  const auto intent = Begin(fence, "new", "id-new");
  EXPECT_THAT(intent->replaced_ids, ElementsAre("id-old"));
  ASSERT_TRUE(Finish(fence, intent->id));
  EXPECT_THAT(InDatabase(), ElementsAre("id-new", "id-shared"));
}

// Parsed with another configuration the same bytes have another id.
TEST_F(StoredTest, AnotherIdOfTheSameBytesIsReplaced) {
  Ingest("x", "a", batch_id_);
  Store("x", "id-1");
  Store("x", "id-2");
  EXPECT_THAT(InDatabase(), ElementsAre("id-2"));
}

TEST_F(StoredTest, AnAbandonedIntentIsTakenOverWithWhatItReplaced) {
  Ingest("x", "a", batch_id_);
  const auto first = ClaimFor("x");
  ASSERT_TRUE(Begin(first, "x", "id-1"));
  const auto second = ClaimFor("x");
  EXPECT_EQ(Begin(second, "x", "id-2").error().code(), Code::kUnavailable)
      << "the first is at work";
  ASSERT_TRUE(Fail(first, std::nullopt));
  const auto intent = Begin(second, "x", "id-2");
  ASSERT_TRUE(intent);
  EXPECT_THAT(intent->replaced_ids, ElementsAre("id-1")) << "its rows may be there";
}

TEST_F(StoredTest, OrphansStayWhileTheirSuccessorCannotBeFound) {
  Ingest("old", "a", batch_id_);
  Store("old", "id-old");
  Ingest("new", "a", batch_id_);
  const auto sweep = [&] {
    return Write([&](sql::Tx& tx) { return Documents::DeleteOrphans(tx, Now()); }).documents;
  };
  EXPECT_EQ(sweep(), 0);
  Store("new", "id-new");
  EXPECT_EQ(sweep(), 1);
  const auto uri = Read([&](sql::Tx& tx) { return Documents::FindUri(tx, "a", "fs"); }).value();
  EXPECT_EQ(Read([&](sql::Tx& tx) { return Documents::History(tx, uri.id); }).size(), 1u)
      << "what tells of the orphan goes with it";
}

TEST_F(StoredTest, DeletingOrdersTheRemovalFromEveryDatabase) {
  Ingest("x", "a", batch_id_);
  Store("x", "id-x");
  const auto deleted = Delete("a");
  EXPECT_EQ(deleted.lancedb_documents, 1);
  ASSERT_EQ(Orders().size(), 2u);
  const auto claimed = ClaimRemovals();
  ASSERT_EQ(claimed.size(), 2u);
  EXPECT_THAT(ClaimRemovals(), IsEmpty()) << "they are ours";
  for (const auto& removal : claimed) {
    if (removal.order.kind == model::RemovalKind::kVectors) {
      EXPECT_EQ(removal.order.document_id, "id-x");
    }
    Write([&](sql::Tx& tx) { return Removals::Done(tx, removal.order.id, Now()); });
  }
  EXPECT_THAT(InDatabase(), IsEmpty());
  EXPECT_THAT(Orders(), IsEmpty());
}

TEST_F(StoredTest, AFailedRemovalIsTriedAgain) {
  Ingest("x", "a", batch_id_);
  Delete("a");
  const auto claimed = ClaimRemovals();
  ASSERT_EQ(claimed.size(), 1u);
  Write([&](sql::Tx& tx) {
    return Removals::Retry(tx, claimed[0].order.id, "disk on fire", Now(), Now() + seconds(5));
  });
  EXPECT_THAT(ClaimRemovals(), IsEmpty());
  clock_.Advance(seconds(5));
  const auto again = ClaimRemovals();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].order.tries, 2);
  EXPECT_EQ(again[0].order.last_error, "disk on fire");
}

// Its bytes may be gone although the removal failed in the end.
TEST_F(StoredTest, AnUploadThatBeganBeforeAFailedRemovalIsSentAgain) {
  Ingest("x", "a", batch_id_);
  Delete("a");
  const auto upload = Bytes("x", "a", batch_id_);  // began now
  clock_.Advance(seconds(1));
  const auto claimed = ClaimRemovals();
  Write([&](sql::Tx& tx) {
    return Removals::Retry(tx, claimed[0].order.id, "half done", Now(), Now() + seconds(5));
  });
  const auto ingest = [&](const NewDocument& document) {
    return db_->Write([&](sql::Tx& tx) { return Documents::Ingest(tx, document, Now()); });
  };
  EXPECT_EQ(ingest(upload).error().code(), Code::kUnavailable);
  clock_.Advance(seconds(1));
  EXPECT_TRUE(ingest(Bytes("x", "a", batch_id_)));
  EXPECT_THAT(Orders(), IsEmpty());
}

TEST_F(StoredTest, ClaimsOfADeadProcessAreReleased) {
  EXPECT_EQ(Read([](sql::Tx& tx) { return Removals::NextDueAt(tx); }), std::nullopt);
  Ingest("x", "a", batch_id_);
  Delete("a");
  EXPECT_EQ(Read([](sql::Tx& tx) { return Removals::NextDueAt(tx); }), Now());
  ASSERT_EQ(ClaimRemovals().size(), 1u);
  EXPECT_EQ(Read([](sql::Tx& tx) { return Removals::NextDueAt(tx); }), Now() + minutes(10));
  Write([](sql::Tx& tx) { return Removals::ReleaseClaims(tx); });
  EXPECT_EQ(ClaimRemovals().size(), 1u);
}

TEST_F(StoredTest, DeletingTellsHowOpenRunsEnded) {
  Ingest("x", "a", batch_id_);
  const auto fence = ClaimFor("x");
  const auto deleted = Delete("a");
  EXPECT_EQ(deleted.workflow_runs, 1);
  EXPECT_EQ(Value("SELECT count(*) FROM workflowrun").Int(), 0);
  EXPECT_EQ(
      Value("SELECT count(*) FROM event WHERE kind = 'item_failed' AND CAST(data AS VARCHAR) LIKE "
            "'%the document was deleted%'")
          .Int(),
      1);
  EXPECT_EQ(TryComplete(fence).error().code(), Code::kStale);
}

TEST_F(StoredTest, RemovalWaitsForAWriteThatIsUnderWay) {
  Ingest("x", "a", batch_id_);
  ASSERT_TRUE(Begin(ClaimFor("x"), "x", "id-x"));
  Delete("a");
  EXPECT_THAT(Read([](sql::Tx& tx) { return Stored::Intents(tx, "db"); }), IsEmpty());
  EXPECT_EQ(ClaimRemovals().size(), 1u) << "artifacts";
  clock_.Advance(seconds(30));  // its lease ends, the writer has stopped
  const auto claimed = ClaimRemovals();
  ASSERT_EQ(claimed.size(), 1u);
  EXPECT_EQ(claimed[0].order.document_id, "id-x");
}

TEST_F(StoredTest, ADocumentThatCameBackIsNotRemovedFromItsDatabase) {
  Ingest("x", "a", batch_id_);
  Store("x", "id-x");
  Delete("a");
  Ingest("x", "b", batch_id_);
  EXPECT_THAT(ClaimRemovals(), IsEmpty());
  EXPECT_THAT(InDatabase(), ElementsAre("id-x"));
}

TEST_F(StoredTest, DeletingAUriAlsoTakesItsReplacedBytes) {
  Ingest("old", "a", batch_id_);
  Store("old", "id-old");
  Ingest("new", "a", batch_id_);  // never stored
  EXPECT_EQ(Delete("a").lancedb_documents, 1);
  for (const auto& removal : ClaimRemovals()) {
    Write([&](sql::Tx& tx) { return Removals::Done(tx, removal.order.id, Now()); });
  }
  EXPECT_THAT(InDatabase(), IsEmpty());
}

}  // namespace
}  // namespace records
