// Values that stand for real ones in the documentation. They are of the answers' own types, so that
// an example cannot differ from what is printed.
#pragma once

#include <chrono>
#include <string>

#include "model/batch.h"
#include "model/document.h"
#include "model/lifecycle.h"
#include "model/run.h"

namespace api::examples {

inline const std::string kHash =
    "sha256-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

// 2025-01-15T10:00:00 and a number of seconds.
inline base::Time At(int seconds) {
  return std::chrono::sys_days(std::chrono::year(2025) / 1 / 15) + std::chrono::hours(10) +
         std::chrono::seconds(seconds);
}

inline model::DocumentBatch Batch() {
  return {.id = 1, .name = "Q4 Reports", .source = "filesystem", .start_date = At(0)};
}

inline model::DocumentUri Uri() {
  return {.id = 42,
          .doc_hash = kHash,
          .uri = "/documents/report.pdf",
          .source = "filesystem",
          .version = 1,
          .batch_id = 1};
}

inline model::WorkflowRun Run() {
  return {.id = 42,
          .workflow_definition_id = "batch",
          .run_group_id = 5,
          .batch_id = 1,
          .doc_id = kHash,
          .created_date = At(0),
          .start_date = At(60),
          .completed_date = At(150),
          .status = model::RunStatus::kCompleted,
          .status_date = At(150),
          .run_params = {R"({"param_id":"default","workflow_id":"batch","source":"filesystem"})"}};
}

inline model::RunStep Step() {
  return {.id = 500,
          .workflow_run_id = 42,
          .workflow_step_number = 2,
          .workflow_step_name = "parse",
          .step_config_id = 10,
          .step_type = model::WorkflowStepType::kParse,
          .created_date = At(60),
          .start_date = At(120),
          .status_date = At(120),
          .status = model::RunStatus::kRunning,
          .worker_id = "worker-abc-123"};
}

inline model::RunGroup Group() {
  return {.id = 5,
          .name = "Q4 Reports (batch, default)",
          .workflow_definition_id = "batch",
          .param_definition_id = "default",
          .batch_id = 1,
          .created_date = At(0),
          .start_date = At(60),
          .status = model::RunStatus::kRunning,
          .status_date = At(1800)};
}

inline model::LifecycleHistory Lifecycle() {
  return {.id = 1,
          .event = model::LifecycleEvent::kItemStart,
          .run_group_id = 5,
          .workflow_run_id = 42,
          .start_date = At(0),
          .completed_date = At(90),
          .status = model::RunStatus::kCompleted,
          .status_date = At(90)};
}

}  // namespace api::examples
