#include "care/event_pruner.h"

#include <chrono>

#include "records/events.h"

namespace care {
namespace {

constexpr base::Duration kInterval = std::chrono::minutes(1);
// In one transaction: a few milliseconds of the writer's time.
constexpr int64_t kPiece = 2000;

}  // namespace

base::Time EventPruner::Tick() {
  const base::Time now = clock_.Now();
  if (now < next_) return next_;
  const auto pruned =
      db_.Write([&](sql::Tx& tx) { return records::Events::Prune(tx, now - retention_, kPiece); });
  if (!pruned) log_.Warning("cannot prune events", {{"error", pruned.error().ToString()}});
  next_ = pruned && *pruned == kPiece ? now : now + kInterval;
  return next_;
}

}  // namespace care
