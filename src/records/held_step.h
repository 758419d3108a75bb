// A step that an attempt holds, and what every end of it has in common. Private to the folder.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "model/run.h"
#include "records/steps.h"
#include "sql/database.h"

namespace records {

struct HeldStep {
  int64_t id = 0;
  int64_t workflow_run_id = 0;
  int64_t workflow_step_number = 0;
  std::string workflow_step_name;
  model::WorkflowStepType step_type = model::WorkflowStepType::kIngest;
  int64_t run_group_id = 0;
  int64_t batch_id = 0;
  int64_t attempt = 0;
  int64_t deaths = 0;
  std::optional<std::string> worker_id;
};
BOOST_DESCRIBE_STRUCT(HeldStep, (),
                      (id, workflow_run_id, workflow_step_number, workflow_step_name, step_type,
                       run_group_id, batch_id, attempt, deaths, worker_id))

// kStale unless the fence's attempt holds the step.
base::Result<HeldStep> Hold(sql::Tx& tx, const model::Fence& fence);

base::Result<model::WorkflowRun> RunOf(sql::Tx& tx, const HeldStep& step);

StepEnd EndOf(const HeldStep& step);

// Whether a failure counts among the failed attempts of the step (`retry`).
enum class Counts : bool { kNo, kYes };

// The step is FAILED, and its run with it. `step.deaths` is written down.
base::Result<StepEnd> FailForGood(sql::Tx& tx, const HeldStep& step, Counts counts,
                                  const std::string& message, const base::JsonText& status_meta,
                                  base::Time now);

}  // namespace records
