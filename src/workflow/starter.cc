#include "workflow/starter.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "records/batches.h"
#include "records/documents.h"
#include "records/run_groups.h"
#include "records/runs.h"
#include "records/step_configs.h"
#include "workflow/step_settings.h"

namespace workflow {
namespace {

std::string SettingsOf(const ParamSet& params, model::WorkflowStepType type) {
  const auto at = params.config.find(type);
  return at == params.config.end() ? "{}" : at->second;
}

// The rows of the parameter set's step configurations, by type.
using ConfigIds = std::map<model::WorkflowStepType, int64_t>;

base::Result<ConfigIds> StepConfigIds(sql::Tx& tx, const std::vector<StepConfigText>& configs,
                                      const ParamSet& params, const std::string& yaml,
                                      base::Time now) {
  ConfigIds by_type;
  std::vector<int64_t> ids;
  for (const StepConfigText& text : configs) {
    SI_ASSIGN(const int64_t id,
              records::StepConfigs::GetOrCreate(tx, text.type, text.config, text.cumulative, now));
    by_type[text.type] = id;
    ids.push_back(id);
  }
  SI_TRY(records::ConfigSets::GetOrCreate(tx, params.id, yaml, ids, now));
  return by_type;
}

records::NewRun RunTemplate(const Definition& definition, const ParamSet& params,
                            const model::DocumentBatch& batch, const ConfigIds& ids,
                            int64_t group_id, int64_t priority) {
  records::NewRun run;
  run.workflow_definition_id = definition.id;
  run.run_group_id = group_id;
  run.batch_id = batch.id;
  run.priority = priority;
  boost::json::object run_params;
  run_params["param_id"] = params.id;
  run_params["workflow_id"] = definition.id;
  run_params["source"] = batch.source;
  run.run_params.text = boost::json::serialize(run_params);
  for (const ItemStep& step : definition.item_steps) {
    run.steps.push_back({.name = step.handler.name,
                         .type = step.type,
                         .step_config_id = ids.at(step.type),
                         .retries = std::max(1, step.handler.retries)});
  }
  return run;
}

base::Result<int64_t> NewGroup(sql::Tx& tx, const model::DocumentBatch& batch,
                               const Definition& definition, const ParamSet& params,
                               const std::string& user, base::Time now) {
  const records::NewRunGroup group{
      .name = batch.name + " (" + definition.id + ", " + params.id + ")",
      .workflow_definition_id = definition.id,
      .param_definition_id = params.id,
      .batch_id = batch.id,
      .started_by = user};
  SI_ASSIGN(const model::RunGroup made, records::RunGroups::Create(tx, group, now));
  return made.id;
}

// "all-MiniLM-L6-v2" and "sentence-transformers/all-MiniLM-L6-v2" are one model.
bool SameModel(std::string_view a, std::string_view b) {
  const auto last = [](std::string_view name) { return name.substr(name.rfind('/') + 1); };
  return last(a) == last(b);
}

}  // namespace

base::Result<> Starter::CheckMethods(const Definition& definition) const {
  for (const ItemStep& step : definition.item_steps) {
    if (deps_.registry.Step(step.handler.selects) == nullptr) {
      return base::Fail(base::Code::kInvalidArgument,
                        "workflow '" + definition.id + "' uses the method '" + step.handler.method +
                            "', which is not available here");
    }
  }
  return {};
}

base::Result<> Starter::CheckModel(const ParamSet& params) const {
  SI_ASSIGN(const StoreSettings store,
            ReadStoreSettings(SettingsOf(params, model::WorkflowStepType::kStore)));
  SI_ASSIGN(const EmbedSettings embed,
            ReadEmbedSettings(SettingsOf(params, model::WorkflowStepType::kEmbed)));
  if (deps_.models == nullptr) return {};
  SI_ASSIGN(const auto held, deps_.models->ModelOf(store.data_dir));
  const bool same = held && SameModel(held->model, embed.model);
  if (!held || (same && held->dimension == embed.vector_dim)) return {};
  return base::Fail(base::Code::kConflict,
                    "parameter set '" + params.id + "' embeds with " + embed.model + " (" +
                        std::to_string(embed.vector_dim) + " dimensions), but database '" +
                        store.data_dir + "' holds vectors of " + held->model + " (" +
                        std::to_string(held->dimension) + " dimensions)");
}

base::Result<Starter::Plan> Starter::PlanOf(const std::string& workflow_id,
                                            const std::string& param_id) const {
  Plan plan;
  SI_ASSIGN(plan.definition, deps_.definitions.Get(workflow_id));
  SI_ASSIGN(plan.params, deps_.params.Get(param_id));
  SI_ASSIGN(plan.params_yaml, deps_.params.Yaml(param_id));
  SI_TRY(CheckMethods(*plan.definition));
  SI_TRY(CheckModel(*plan.params));
  for (const auto* thing : {&plan.definition->warnings, &plan.params->warnings}) {
    for (const std::string& warning : *thing) {
      deps_.log.Warning(
          "configuration",
          {{"workflow", plan.definition->id}, {"params", plan.params->id}, {"warning", warning}});
    }
  }
  plan.configs = CumulativeConfigs(*plan.params, deps_.versions);
  return plan;
}

base::Result<Started> Starter::StartIn(sql::Tx& tx, const StartBatch& request,
                                       const Plan& plan) const {
  const base::Time now = deps_.clock.Now();
  SI_ASSIGN(const model::DocumentBatch batch, records::Batches::Get(tx, request.batch_id));
  Started started;
  std::optional<int64_t> continued;
  if (request.only_unparsed) {
    SI_ASSIGN(const auto newest,
              records::RunGroups::Newest(tx, batch.id, plan.definition->id, plan.params->id));
    if (newest) continued = newest->id;
  }
  SI_ASSIGN(const auto hashes, records::Runs::DocumentsToRun(tx, batch.id, continued));
  if (continued) {
    started.run_group_id = *continued;
    if (hashes.empty()) return started;
  } else {
    SI_ASSIGN(started.run_group_id,
              NewGroup(tx, batch, *plan.definition, *plan.params, request.user, now));
  }
  SI_ASSIGN(const ConfigIds ids,
            StepConfigIds(tx, plan.configs, *plan.params, plan.params_yaml, now));
  SI_TRY(records::Batches::Reopen(tx, batch.id, now));
  records::NewRun run = RunTemplate(*plan.definition, *plan.params, batch, ids,
                                    started.run_group_id, request.priority);
  for (const std::string& hash : hashes) {
    run.doc_id = hash;
    SI_TRY(records::Runs::Create(tx, run, now));
    started.runs += 1;
  }
  return started;
}

base::Result<Started> Starter::Start(const StartBatch& request) const {
  if (request.only_unparsed && (request.workflow_id.empty() || request.param_id.empty())) {
    return base::Fail(base::Code::kInvalidArgument,
                      "only_unparsed needs workflow_definition_id and param_id");
  }
  SI_ASSIGN(const Plan plan, PlanOf(request.workflow_id, request.param_id));
  return deps_.db.Write([&](sql::Tx& tx) { return StartIn(tx, request, plan); });
}

base::Result<model::RunDetails> Starter::Start(const StartDocument& request) const {
  SI_ASSIGN(const Plan plan, PlanOf(request.workflow_id, request.param_id));
  return deps_.db.Write([&](sql::Tx& tx) -> base::Result<model::RunDetails> {
    const base::Time now = deps_.clock.Now();
    SI_TRY(records::Documents::Get(tx, request.hash));
    SI_ASSIGN(const auto uris, records::Documents::UrisOf(tx, request.hash));
    const auto home = std::ranges::find_if(uris, [](const auto& uri) { return !!uri.batch_id; });
    if (home == uris.end()) {
      return base::Fail(base::Code::kConflict, "document " + request.hash + " belongs to no batch");
    }
    SI_ASSIGN(const model::DocumentBatch batch, records::Batches::Get(tx, *home->batch_id));
    SI_ASSIGN(const int64_t group,
              NewGroup(tx, batch, *plan.definition, *plan.params, request.user, now));
    SI_ASSIGN(const ConfigIds ids,
              StepConfigIds(tx, plan.configs, *plan.params, plan.params_yaml, now));
    SI_TRY(records::Batches::Reopen(tx, batch.id, now));
    records::NewRun run =
        RunTemplate(*plan.definition, *plan.params, batch, ids, group, request.priority);
    run.doc_id = request.hash;
    return records::Runs::Create(tx, run, now);
  });
}

}  // namespace workflow
