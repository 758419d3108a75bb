// Ending runs that nobody wants any more.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace workflow {

struct Cancelled {
  int64_t runs = 0;               // that were open and are FAILED now
  std::vector<int64_t> step_ids;  // of these runs; whoever works on one should stop
};

// In one transaction. Attempts that work on the runs are stale when it returns: nothing of theirs
// counts any more. Runs that are terminal stay as they are. kNotFound for an unknown run.
base::Result<Cancelled> CancelRuns(sql::Database& db, std::span<const int64_t> run_ids,
                                   const std::string& reason, base::Time now);

}  // namespace workflow
