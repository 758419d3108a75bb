#include "care/key_pruner.h"

#include <chrono>

#include "records/idempotency_keys.h"

namespace care {
namespace {

constexpr base::Duration kInterval = std::chrono::minutes(10);

}  // namespace

base::Result<> KeyPruner::Recover() {
  return db_.Write([](sql::Tx& tx) { return records::IdempotencyKeys::ReleaseRunning(tx); });
}

base::Time KeyPruner::Tick() {
  const base::Time now = clock_.Now();
  if (now < next_) return next_;
  next_ = now + kInterval;
  const auto pruned =
      db_.Write([&](sql::Tx& tx) { return records::IdempotencyKeys::Prune(tx, now); });
  if (!pruned) {
    log_.Warning("cannot prune idempotency keys", {{"error", pruned.error().ToString()}});
  }
  return next_;
}

}  // namespace care
