// Workflow runs: one document going through one workflow. Tables workflowrun, rundiagnostic,
// artifactrecord.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/result.h"
#include "model/event.h"
#include "model/page.h"
#include "model/run.h"
#include "sql/database.h"

namespace records {

struct NewStep {
  std::string name;
  model::WorkflowStepType type = model::WorkflowStepType::kIngest;
  int64_t step_config_id = 0;
  int64_t retries = 1;
};

struct NewRun {
  std::string workflow_definition_id;
  int64_t run_group_id = 0;
  int64_t batch_id = 0;
  std::string doc_id;  // hash
  int64_t priority = 0;
  base::JsonText run_params;   // {param_id, workflow_id, source}
  std::vector<NewStep> steps;  // in their order, at least one
};

struct RunFilter {
  std::optional<int64_t> batch_id;
  std::optional<int64_t> run_group_id;
  std::optional<model::RunStatus> status;
  std::optional<std::string> doc_id;
  bool include_steps = false;
  bool include_doc_info = false;
  enum class Order { kOldestFirst, kNewestFirst } order = Order::kOldestFirst;
  int64_t page = 1;
  int64_t rows_per_page = 0;  // 0: all
};

// All functions run in the caller's transaction. Runs that are read show in status_meta, while not
// terminal, `next_event_at` and `why` of their current step.
class Runs {
 public:
  // The run with its steps; the first step can be claimed at once.
  static base::Result<model::RunDetails> Create(sql::Tx& tx, const NewRun& run, base::Time now);

  // kNotFound.
  static base::Result<model::WorkflowRun> Get(sql::Tx& tx, int64_t id);
  // With steps and document info. kNotFound.
  static base::Result<model::RunDetails> Details(sql::Tx& tx, int64_t id);
  static base::Result<model::Page<model::RunDetails>> List(sql::Tx& tx, const RunFilter& filter);

  // Hashes of the batch's documents, each once, in the order of their URIs; with a run group: only
  // those that have no run in it.
  static base::Result<std::vector<std::string>> DocumentsToRun(
      sql::Tx& tx, int64_t batch_id, std::optional<int64_t> without_run_in_group);

  // Ids of runs that are neither COMPLETED nor FAILED, of the filter's group or else its batch.
  static base::Result<std::vector<int64_t>> OpenIds(sql::Tx& tx, const RunFilter& filter,
                                                    int64_t limit);

  // Ends an open run as FAILED with status_meta.cancelled: whoever works on it becomes stale. False
  // when it is terminal.
  static base::Result<bool> Cancel(sql::Tx& tx, int64_t id, const std::string& reason,
                                   base::Time now);
  // Later steps not started yet take another configuration or priority (what a route decided).
  static base::Result<> SetStepConfig(sql::Tx& tx, int64_t run_id, model::WorkflowStepType type,
                                      int64_t step_config_id);
  static base::Result<> SetPriority(sql::Tx& tx, int64_t run_id, int64_t priority);

  // What the steps of the run had to drop or doubt, in their order.
  static base::Result<std::vector<model::Diagnostic>> Diagnostics(sql::Tx& tx, int64_t run_id);
  // Every artifact known of a document.
  static base::Result<std::vector<model::ArtifactRecord>> Artifacts(sql::Tx& tx,
                                                                    const std::string& hash);
};

}  // namespace records
