// Numbers about runs and steps, as the status and stats endpoints answer them.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/status.h"

namespace model {

// Documents of a batch and what became of them.
struct BatchNumbers {
  int64_t document_count = 0;
  std::map<std::string, int64_t> workflow_count;  // runs by status name
  int64_t parsed = 0;                             // documents whose newest run is COMPLETED
  int64_t remaining = 0;                          // document_count - parsed
};
BOOST_DESCRIBE_STRUCT(BatchNumbers, (), (document_count, workflow_count, parsed, remaining))

// Steps of one kind in one state, of a batch or a run group.
struct StepCount {
  WorkflowStepType step_type = WorkflowStepType::kIngest;
  RunStatus status = RunStatus::kPending;
  int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(StepCount, (), (step_type, status, count))

// Durations in seconds, of completed runs only; nothing while there are none.
struct GroupStats {
  int64_t run_group_id = 0;
  int64_t total_runs = 0;
  std::map<std::string, int64_t> status_counts;  // every status, 0 included
  std::optional<double> average_duration;
  std::optional<double> min_duration;
  std::optional<double> max_duration;
  RunStatus group_status = RunStatus::kPending;
};
BOOST_DESCRIBE_STRUCT(GroupStats, (),
                      (run_group_id, total_runs, status_counts, average_duration, min_duration,
                       max_duration, group_status))

// Completed steps of one name in a run group. Seconds.
struct StepDurations {
  WorkflowStepType step_type = WorkflowStepType::kIngest;
  int64_t count = 0;
  double longest = 0;
  double shortest = 0;
  double average = 0;
  int64_t pages = 0;  // sum of doc_meta.page_count
  double pages_per_min = 0;
  double total_duration = 0;
  double wall_clock_time = 0;  // from the first start to the last end
};
BOOST_DESCRIBE_STRUCT(StepDurations, (),
                      (step_type, count, longest, shortest, average, pages, pages_per_min,
                       total_duration, wall_clock_time))

// One row of stats/step-stats.
struct StepStats {
  std::string name;  // of the batch
  std::string param_definition_id;
  std::string workflow_step_name;
  RunStatus status = RunStatus::kPending;
  int64_t count = 0;
  int64_t pages = 0;
};
BOOST_DESCRIBE_STRUCT(StepStats, (),
                      (name, param_definition_id, workflow_step_name, status, count, pages))

}  // namespace model
