// Step configurations and the parameter sets they came from. Tables stepconfig, configset,
// configsetitem.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/step_config.h"
#include "sql/database.h"

namespace records {

// All functions run in the caller's transaction. Rows never change: callers may keep them.
class StepConfigs {
 public:
  // The id of the row with equal step type and cumulative text, made when there is none.
  static base::Result<int64_t> GetOrCreate(sql::Tx& tx, model::WorkflowStepType type,
                                           const std::string& config_json,
                                           const std::string& cuml_config_json, base::Time now);
  // kNotFound.
  static base::Result<model::StepConfig> Get(sql::Tx& tx, int64_t id);
  // The configuration with which a step of that type was completed for the document: in the given
  // run, else in the newest run that is COMPLETED, else in the newest that got so far.
  static base::Result<std::optional<int64_t>> UsedFor(sql::Tx& tx, const std::string& hash,
                                                      model::WorkflowStepType type,
                                                      std::optional<int64_t> run_id);
  // The configurations that `config` is cumulated from, in enum order: those of its parameter set
  // whose cumulative text its own begins with.
  static base::Result<std::vector<model::StepConfig>> Before(sql::Tx& tx,
                                                             const model::StepConfig& config);
};

class ConfigSets {
 public:
  // The id of the set with equal yaml id and contents, made when there is none; `config_ids` are
  // linked to it.
  static base::Result<int64_t> GetOrCreate(sql::Tx& tx, const std::string& yaml_id,
                                           const std::string& yaml_contents,
                                           const std::vector<int64_t>& config_ids, base::Time now);
};

}  // namespace records
