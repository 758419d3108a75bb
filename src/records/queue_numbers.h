// Numbers about the queue for metrics: each from a partial index, so that they cost little however
// many steps are done.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/status.h"
#include "sql/database.h"

namespace records {

// Steps that wait for a worker (PENDING, ERROR) or have one (RUNNING). Those whose turn has not
// come, because an earlier step of their run is open, are not in the queue.
struct QueueCount {
  model::WorkflowStepType step_type = model::WorkflowStepType::kIngest;
  model::RunStatus status = model::RunStatus::kPending;
  int64_t count = 0;
  base::Time oldest;  // claimable since, or claimed at
};
BOOST_DESCRIBE_STRUCT(QueueCount, (), (step_type, status, count, oldest))

struct LeaseCount {
  int64_t held = 0;
  int64_t expired = 0;  // nobody has taken the step back yet
};

// An event of a step, with what the step's row says.
struct StepEvent {
  int64_t id = 0;
  std::string kind;
  std::optional<model::WorkflowStepType> step_type;  // nothing: no event of a step that exists
  std::optional<base::Time> start_date;
  std::optional<base::Time> completed_date;
};
BOOST_DESCRIBE_STRUCT(StepEvent, (), (id, kind, step_type, start_date, completed_date))

// All functions run in the caller's transaction.
class QueueNumbers {
 public:
  static base::Result<std::vector<QueueCount>> Queue(sql::Tx& tx);
  static base::Result<LeaseCount> Leases(sql::Tx& tx, base::Time now);
  static base::Result<int64_t> OpenRemovals(sql::Tx& tx);
  static base::Result<std::vector<StepEvent>> StepEventsAfter(sql::Tx& tx, int64_t id,
                                                              int64_t limit);
};

}  // namespace records
