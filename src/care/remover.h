// Remover: carries out removal orders (records/removals.h): the artifacts of deleted documents and
// their rows in vector databases.
//
// An order is tried until it is done, with growing pauses, also after a restart. Documents that go
// from the same database together go in one call.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "artifacts/store.h"
#include "base/clock.h"
#include "base/log.h"
#include "care/chore.h"
#include "records/removals.h"
#include "sql/database.h"
#include "vectors/store.h"

namespace care {

class Remover final : public Chore {
 public:
  struct Options {
    // Within this time a claimed order is done or failed. Longer than any call of the stores takes.
    base::Duration claim = std::chrono::minutes(15);
    base::Duration first_retry = std::chrono::seconds(1);  // doubled with each further failure
    base::Duration longest_retry = std::chrono::minutes(5);
    // Done orders are kept so long: no upload that relies on what it found takes longer.
    base::Duration keep_done = std::chrono::hours(24);
    int64_t at_once = 100;
  };
  // All must outlive the remover.
  struct Dependencies {
    sql::Database& db;
    artifacts::Store& artifacts;
    vectors::Store& vectors;
    const base::Clock& clock;
    base::Log log;
  };

  Remover(const Options& options, Dependencies dependencies)
      : options_(options), deps_(std::move(dependencies)) {}

  base::Result<> Recover() override;
  base::Time Tick() override;

 private:
  using Orders = std::vector<records::ClaimedRemoval>;

  // False when nothing is due.
  base::Result<bool> CarryOutSome();
  // What became of the orders, in their order.
  std::vector<base::Result<>> CarryOut(const Orders& orders);
  base::Result<> RemoveArtifacts(const records::ClaimedRemoval& removal);
  base::Result<> WriteDown(const Orders& orders, const std::vector<base::Result<>>& results);
  base::Time NextLook();
  void PruneIfDue();

  const Options options_;
  const Dependencies deps_;
  base::Time next_prune_;
};

}  // namespace care
