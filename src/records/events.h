// The events of the whole service, in the order of commit. Table event.
//
// Ids grow by one and are never used again, so a reader that keeps the last id it saw misses
// nothing and sees nothing twice. Old events are pruned from the beginning; the newest is always
// kept, so that `oldest` tells a reader who was away too long.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/event.h"
#include "sql/database.h"

namespace records {

// Ids of the events that are kept; 0 and 0 while nothing has ever happened.
struct EventRange {
  int64_t oldest = 0;
  int64_t newest = 0;
};

// All functions run in the caller's transaction.
class Events {
 public:
  // The id is given.
  static base::Result<> Append(sql::Tx& tx, const model::Event& event);
  // Those after `after_id` (0: from the beginning), at most `limit`; of one batch or all.
  static base::Result<std::vector<model::Event>> After(sql::Tx& tx, int64_t after_id, int64_t limit,
                                                       std::optional<int64_t> batch_id = {});
  static base::Result<EventRange> Range(sql::Tx& tx);
  // Deletes those before that time, at most `limit` of the oldest in one go; the number of deleted.
  static base::Result<int64_t> Prune(sql::Tx& tx, base::Time before, int64_t limit);
};

}  // namespace records
