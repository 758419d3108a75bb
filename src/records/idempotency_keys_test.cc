#include "records/idempotency_keys.h"

#include <gtest/gtest.h>

#include "records/fixture.h"

namespace records {
namespace {

using State = Reservation::State;

class IdempotencyKeysTest : public Fixture {
 protected:
  Reservation Reserve(const std::string& key, const std::string& fingerprint = "f",
                      const std::string& user = "ann") {
    return Write([&](sql::Tx& tx) {
      return IdempotencyKeys::Reserve(tx, {user, key, fingerprint}, Now(), Now() + hours(24));
    });
  }
  void Keep(const std::string& key, const KeptAnswer& answer) {
    Write([&](sql::Tx& tx) { return IdempotencyKeys::Keep(tx, {"ann", key, "f"}, answer); });
  }
};

TEST_F(IdempotencyKeysTest, AKeyStandsForOneRequestOfOneUser) {
  EXPECT_EQ(Reserve("k").state, State::kNew);
  EXPECT_EQ(Reserve("k").state, State::kRunning);
  EXPECT_EQ(Reserve("k", "another").state, State::kOther);
  EXPECT_EQ(Reserve("k", "f", "bob").state, State::kNew) << "his own key";
  const KeptAnswer answer{201, "application/json", "{\"batch_id\":1}"};
  Keep("k", answer);
  const Reservation again = Reserve("k");
  EXPECT_EQ(again.state, State::kKept);
  EXPECT_EQ(again.answer, answer);
  EXPECT_EQ(Reserve("k", "another").state, State::kOther);
}

TEST_F(IdempotencyKeysTest, ARequestThatCameToNothingFreesItsKey) {
  Reserve("k");
  Write([](sql::Tx& tx) { return IdempotencyKeys::Release(tx, {"ann", "k", "f"}); });
  EXPECT_EQ(Reserve("k", "another").state, State::kNew);
  Reserve("kept");
  Keep("kept", {200, "", ""});
  Write([](sql::Tx& tx) { return IdempotencyKeys::ReleaseRunning(tx); });
  EXPECT_EQ(Reserve("k").state, State::kNew);
  EXPECT_EQ(Reserve("kept").state, State::kKept);
}

TEST_F(IdempotencyKeysTest, KeysExpire) {
  Reserve("k");
  Keep("k", {200, "", ""});
  clock_.Advance(hours(24) - seconds(1));
  EXPECT_EQ(Reserve("k").state, State::kKept);
  clock_.Advance(seconds(1));
  EXPECT_EQ(Reserve("k", "another").state, State::kNew);
  clock_.Advance(hours(24));
  Write([&](sql::Tx& tx) { return IdempotencyKeys::Prune(tx, Now()); });
  EXPECT_EQ(Value("SELECT count(*) FROM idempotencykey").Int(), 0);
}

}  // namespace
}  // namespace records
