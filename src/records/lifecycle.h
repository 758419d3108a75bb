// Lifecycle history: rows of events and of the handlers that ran for them. Table lifecyclehistory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/result.h"
#include "model/lifecycle.h"
#include "sql/database.h"

namespace records {

// `workflow_run_id` is required by the schema: group events carry the run that caused them.
struct NewLifecycle {
  model::LifecycleEvent event = model::LifecycleEvent::kItemStart;
  std::optional<std::string> handler_name;
  int64_t run_group_id = 0;
  int64_t workflow_run_id = 0;
  std::optional<int64_t> step_id;
};

// All functions run in the caller's transaction.
class Lifecycle {
 public:
  // RUNNING since now; the id.
  static base::Result<int64_t> Start(sql::Tx& tx, const NewLifecycle& event, base::Time now);
  // COMPLETED or FAILED.
  static base::Result<> End(sql::Tx& tx, int64_t id, model::RunStatus status,
                            const std::optional<std::string>& message, base::Time now);
  // An event without a handler: COMPLETED at once.
  static base::Result<> Record(sql::Tx& tx, const NewLifecycle& event, base::Time now);
  // Ordered by start_date.
  static base::Result<std::vector<model::LifecycleHistory>> OfRun(sql::Tx& tx, int64_t run_id);
  // Rows that are still RUNNING: their handlers did not survive a restart.
  static base::Result<std::vector<model::LifecycleHistory>> Open(sql::Tx& tx);
};

}  // namespace records
