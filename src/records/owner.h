// Who writes: a number that grows each time a process becomes the owner of the database.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "sql/database.h"

namespace records {

// All functions run in the caller's transaction.
class Owner {
 public:
  // Larger than any before it. Writers of vector databases carry it, so that one that was stopped
  // and goes on after another took over is refused.
  static base::Result<int64_t> NextEpoch(sql::Tx& tx);
};

}  // namespace records
