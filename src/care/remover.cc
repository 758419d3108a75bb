#include "care/remover.h"

#include <algorithm>

namespace care {
namespace {

using base::Result;
using model::RemovalKind;

constexpr base::Duration kPruneInterval = std::chrono::hours(1);
constexpr base::Duration kAfterTrouble = std::chrono::seconds(5);  // with our own database

// The n-th failure in a row.
base::Duration RetryAfter(const Remover::Options& options, int64_t tries) {
  const auto doublings = std::clamp<int64_t>(tries - 1, 0, 20);
  return std::min(options.first_retry * (int64_t{1} << doublings), options.longest_retry);
}

}  // namespace

Result<> Remover::Recover() {
  return deps_.db.Write([](sql::Tx& tx) { return records::Removals::ReleaseClaims(tx); });
}

base::Time Remover::Tick() {
  for (;;) {
    const auto some = CarryOutSome();
    if (!some) {
      deps_.log.Warning("cannot look for removals", {{"error", some.error().ToString()}});
      return deps_.clock.Now() + kAfterTrouble;
    }
    if (!*some) break;
  }
  PruneIfDue();
  return NextLook();
}

Result<bool> Remover::CarryOutSome() {
  const base::Time now = deps_.clock.Now();
  // Most looks find nothing; they must not cost a write.
  SI_ASSIGN(const auto due,
            deps_.db.Read([](sql::Tx& tx) { return records::Removals::NextDueAt(tx); }));
  if (!due || *due > now) return false;
  SI_ASSIGN(const Orders orders, deps_.db.Write([&](sql::Tx& tx) {
    return records::Removals::Claim(tx, now, now + options_.claim, options_.at_once);
  }));
  if (orders.empty()) return false;  // all of them void
  SI_TRY(WriteDown(orders, CarryOut(orders)));
  return true;
}

std::vector<Result<>> Remover::CarryOut(const Orders& orders) {
  std::map<std::string, std::vector<std::string>> by_database;
  for (const auto& [order, artifacts] : orders) {
    if (order.kind == RemovalKind::kVectors) {
      by_database[order.data_dir].push_back(order.document_id);
    }
  }
  std::map<std::string, Result<>> of_database;
  for (const auto& [data_dir, ids] : by_database) {
    const auto removed = deps_.vectors.Remove(data_dir, ids, {});
    // A database that is gone holds nothing.
    const bool gone = !removed && removed.error().code() == base::Code::kNotFound;
    of_database[data_dir] = removed || gone ? Result<>() : base::Fail(removed.error());
  }
  std::vector<Result<>> results;
  for (const records::ClaimedRemoval& removal : orders) {
    results.push_back(removal.order.kind == RemovalKind::kVectors
                          ? of_database[removal.order.data_dir]
                          : RemoveArtifacts(removal));
  }
  return results;
}

Result<> Remover::RemoveArtifacts(const records::ClaimedRemoval& removal) {
  for (const model::ArtifactRecord& artifact : removal.artifacts) {
    const auto type = artifacts::TypeNamed(artifact.artifact_type);
    if (!type) continue;  // of a newer program; not ours to guess where it lies
    const artifacts::Key key{
        .type = *type, .step_config_id = artifact.step_config_id, .hash = artifact.hash};
    // A taken-over database can hold hashes that no store of ours ever had.
    if (!artifacts::CheckKey(key)) continue;
    SI_TRY(deps_.artifacts.Remove(key));
  }
  return {};
}

Result<> Remover::WriteDown(const Orders& orders, const std::vector<Result<>>& results) {
  const base::Time now = deps_.clock.Now();
  SI_TRY(deps_.db.Write([&](sql::Tx& tx) -> Result<> {
    for (size_t i = 0; i < orders.size(); ++i) {
      const model::RemovalOrder& order = orders[i].order;
      if (results[i]) {
        const auto done = records::Removals::Done(tx, order.id, now);
        // An order that became void meanwhile needs no end.
        if (!done && done.error().code() != base::Code::kStale) return done;
      } else {
        SI_TRY(records::Removals::Retry(tx, order.id, results[i].error().ToString(), now,
                                        now + RetryAfter(options_, order.tries)));
      }
    }
    return {};
  }));
  for (size_t i = 0; i < orders.size(); ++i) {
    const model::RemovalOrder& order = orders[i].order;
    if (results[i]) continue;
    deps_.log.Warning("a removal failed and is tried again",
                      {{"document", order.doc_hash},
                       {"database", order.data_dir},
                       {"tries", order.tries},
                       {"error", results[i].error().ToString()}});
  }
  return {};
}

void Remover::PruneIfDue() {
  const base::Time now = deps_.clock.Now();
  if (now < next_prune_) return;
  next_prune_ = now + kPruneInterval;
  const auto pruned = deps_.db.Write(
      [&](sql::Tx& tx) { return records::Removals::Prune(tx, now - options_.keep_done); });
  if (!pruned) deps_.log.Warning("cannot prune removals", {{"error", pruned.error().ToString()}});
}

base::Time Remover::NextLook() {
  const auto due = deps_.db.Read([](sql::Tx& tx) { return records::Removals::NextDueAt(tx); });
  if (!due) return deps_.clock.Now() + kAfterTrouble;
  return std::min(due->value_or(next_prune_), next_prune_);
}

}  // namespace care
