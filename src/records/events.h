// The events of the whole service, in the order of commit. Table event.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/event.h"
#include "sql/database.h"

namespace records {

// All functions run in the caller's transaction.
class Events {
 public:
  // The id is given.
  static base::Result<> Append(sql::Tx& tx, const model::Event& event);
  // Those after `after_id` (0: from the beginning), at most `limit`; of one batch or all.
  static base::Result<std::vector<model::Event>> After(sql::Tx& tx, int64_t after_id, int64_t limit,
                                                       std::optional<int64_t> batch_id = {});
  static base::Result<int64_t> NewestId(sql::Tx& tx);
  static base::Result<> Prune(sql::Tx& tx, base::Time before);
};

}  // namespace records
