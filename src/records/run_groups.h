// Run groups: the runs that one start made. Table rungroup.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/progress.h"
#include "model/run.h"
#include "sql/database.h"

namespace records {

struct NewRunGroup {
  std::string name;
  std::string workflow_definition_id;
  std::string param_definition_id;
  std::optional<int64_t> batch_id;
  std::string started_by{};  // user; shown in status_meta unless ""
};

struct DeletedRunGroup {
  int64_t runsteps = 0;
  int64_t lifecyclehistory = 0;
  int64_t workflowruns = 0;
  int64_t rungroups = 0;

  int64_t Total() const { return runsteps + lifecyclehistory + workflowruns + rungroups; }
};

struct RetriedGroup {
  int64_t reset_runs = 0;
  int64_t reset_steps = 0;
};

// All functions run in the caller's transaction.
class RunGroups {
 public:
  static base::Result<model::RunGroup> Create(sql::Tx& tx, const NewRunGroup& group,
                                              base::Time now);
  // kNotFound.
  static base::Result<model::RunGroup> Get(sql::Tx& tx, int64_t id);
  // By id; of one batch or all.
  static base::Result<std::vector<model::RunGroup>> List(sql::Tx& tx,
                                                         std::optional<int64_t> batch_id);
  // The newest with the same batch, workflow and parameter set.
  static base::Result<std::optional<model::RunGroup>> Newest(sql::Tx& tx, int64_t batch_id,
                                                             const std::string& workflow_id,
                                                             const std::string& param_id);
  // Whether any run group was started with the parameter set.
  static base::Result<bool> UsesParams(sql::Tx& tx, const std::string& param_id);

  // Groups whose runs are all terminal but which are not closed yet: their databases still have to
  // be indexed. The engine finishes them, also those it finds at start-up.
  static base::Result<std::vector<model::RunGroup>> Drained(sql::Tx& tx);
  // Closes a drained group: FAILED when a run failed, else COMPLETED; completes its batch when that
  // is done. False when it has open runs (again) or is closed already.
  static base::Result<bool> Finish(sql::Tx& tx, int64_t id, base::Time now);
  // What the group waits for, shown as its status_message.
  static base::Result<> SetMessage(sql::Tx& tx, int64_t id, const std::string& message,
                                   base::Time now);

  // Failed runs of the group: failed steps -> PENDING (retry 0, claimable now), runs -> RUNNING,
  // group and batch open again. kNotFound.
  static base::Result<RetriedGroup> Retry(sql::Tx& tx, int64_t id, base::Time now);
  // Deletes the group with its runs, steps and lifecycle history; claims on them become stale.
  // kNotFound.
  static base::Result<DeletedRunGroup> Delete(sql::Tx& tx, int64_t id, base::Time now);

  static base::Result<model::GroupStats> Stats(sql::Tx& tx, int64_t id);
  // Index-only counts, for progress.
  static base::Result<std::vector<model::StepCount>> Progress(sql::Tx& tx, int64_t id);
  // Completed steps that found their result there already, by type.
  static base::Result<std::map<model::WorkflowStepType, int64_t>> Reused(sql::Tx& tx, int64_t id);
  static base::Result<std::vector<model::StepDurations>> Durations(sql::Tx& tx, int64_t id);
  static base::Result<std::vector<model::StepStats>> StepStats(sql::Tx& tx, int64_t id);
};

}  // namespace records
