// StepConfig: the configuration of one step type plus all before it. Artifacts live under its id,
// so equal cumulative configurations share them.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json_text.h"
#include "model/status.h"

namespace model {

// Never changed and never deleted: its id names folders of artifacts.
struct StepConfig {
  int64_t id = 0;
  std::optional<base::Time> created_date;
  WorkflowStepType step_type = WorkflowStepType::kIngest;
  base::JsonText config_json;                   // this step's own
  std::optional<std::string> cuml_config_json;  // this step's and all before it; compared as text

  bool operator==(const StepConfig&) const = default;
};
BOOST_DESCRIBE_STRUCT(StepConfig, (), (id, created_date, step_type, config_json, cuml_config_json))

// A parameter set as it was when runs were started with it.
struct ConfigSet {
  int64_t id = 0;
  std::string yaml_id;
  std::string yaml_contents;
  std::optional<base::Time> created_date;

  bool operator==(const ConfigSet&) const = default;
};
BOOST_DESCRIBE_STRUCT(ConfigSet, (), (id, yaml_id, yaml_contents, created_date))

}  // namespace model
