// Starter: turns a batch (or one document) into runs: a run group, a run per document, a step per
// item step of the workflow with the StepConfig it shares artifacts under.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "model/run.h"
#include "sql/database.h"
#include "workflow/definition.h"
#include "workflow/params.h"
#include "workflow/step.h"

namespace workflow {

// The question what a vector database was made with, answered by who keeps the databases.
// Thread-safe.
class DatabaseModels {
 public:
  struct Held {
    std::string model;
    int64_t dimension = 0;
  };
  virtual ~DatabaseModels() = default;
  // nullopt: there is no such database yet.
  virtual base::Result<std::optional<Held>> ModelOf(std::string_view data_dir) = 0;
};

struct StartBatch {
  int64_t batch_id = 0;
  std::string workflow_id;  // "" = the default
  std::string param_id;     // "" = the default
  int64_t priority = 0;     // higher first
  std::string user{};       // who starts it; kept with a new run group
  // Continues the newest run group of the same batch, workflow and parameter set: only documents
  // without a run in it get one.
  bool only_unparsed = false;
};

struct StartDocument {
  std::string hash;
  std::string workflow_id;  // "" = the default
  std::string param_id;     // "" = the default
  int64_t priority = 0;
  std::string user{};  // who starts it
};

struct Started {
  int64_t run_group_id = 0;
  int64_t runs = 0;  // new ones
};

// Thread-safe. After a successful Start the runs are committed; whoever has a Runner wakes it.
//
// kNotFound: no such batch, document, workflow or parameter set. kInvalidArgument: the workflow
// names a method that is not available. kConflict: the parameter set's model or dimension differs
// from what its data_dir holds, or the document belongs to no batch.
class Starter {
 public:
  struct Dependencies {
    sql::Database& db;
    const Definitions& definitions;
    const ParamSets& params;
    const Registry& registry;
    const base::Clock& clock;
    base::Log log;
    DatabaseModels* models = nullptr;  // null: not asked
    EngineVersions versions;
  };

  explicit Starter(Dependencies dependencies) : deps_(std::move(dependencies)) {}

  base::Result<Started> Start(const StartBatch& request) const;
  // With its steps. The run gets a run group of its own, in the batch of the document's first URI.
  base::Result<model::RunDetails> Start(const StartDocument& request) const;

 private:
  // What runs are made from.
  struct Plan {
    std::shared_ptr<const Definition> definition;
    std::shared_ptr<const ParamSet> params;
    std::string params_yaml;
    std::vector<StepConfigText> configs;
  };
  base::Result<Plan> PlanOf(const std::string& workflow_id, const std::string& param_id) const;
  base::Result<> CheckMethods(const Definition& definition) const;
  base::Result<> CheckModel(const ParamSet& params) const;
  base::Result<Started> StartIn(sql::Tx& tx, const StartBatch& request, const Plan& plan) const;

  const Dependencies deps_;
};

}  // namespace workflow
