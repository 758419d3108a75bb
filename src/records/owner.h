// Who writes: a number that grows each time a process becomes the owner of the database.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace records {

// All functions run in the caller's transaction.
class Owner {
 public:
  // Larger than any before it. Writers of vector databases carry it, so that one that was stopped
  // and goes on after another took over is refused. Not below the minutes since 1970, so that a new
  // database of ours can take over vector databases that an older one wrote.
  static base::Result<int64_t> NextEpoch(sql::Tx& tx, base::Time now);
  // Writes one row, to see that it can be done.
  static base::Result<> ProveWritable(sql::Tx& tx, base::Time now);
};

}  // namespace records
