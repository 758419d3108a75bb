// How a run ends, for the queue and for cancelling. Private to the folder.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "model/run.h"
#include "sql/database.h"

namespace records {

// Closes the run (COMPLETED or FAILED) and appends its event; `status_meta` stays as it is unless
// given.
base::Result<> EndRun(sql::Tx& tx, const model::WorkflowRun& run, model::RunStatus status,
                      const std::optional<std::string>& message, base::Time now,
                      const std::optional<base::JsonText>& status_meta = {});
// No open run is left in the group.
base::Result<bool> IsDrained(sql::Tx& tx, int64_t run_group_id);

}  // namespace records
