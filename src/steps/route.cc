#include <algorithm>
#include <boost/json.hpp>

#include "records/step_configs.h"
#include "records/steps.h"
#include "reflect/enum.h"
#include "steps/each.h"
#include "steps/rule_facts.h"
#include "workflow/rules.h"

namespace steps {
namespace {

namespace json = boost::json;
using model::WorkflowStepType;

// The first rule that matches decides where the document goes, by giving the later steps other step
// configurations.
class Route final : public workflow::StepHandler {
 public:
  explicit Route(const Dependencies& deps)
      : db_(deps.db), params_(deps.params), versions_(deps.versions), clock_(deps.clock) {}

  base::Result<workflow::StepOutcome> Run(const workflow::StepContext& context) override {
    SI_ASSIGN(const auto rules, workflow::ReadRules(context.config, workflow::RuleKind::kRoute));
    boost::system::error_code error;
    const json::value meta = json::parse(context.document.doc_meta.text, error);
    const workflow::RuleFacts facts =
        RuleFactsOf(context, !error && meta.is_object() ? meta.get_object() : json::object());
    workflow::StepOutcome outcome;
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!rules[i].Matches(facts)) continue;
      SI_ASSIGN(outcome.route, PlanFor(context, rules[i], i + 1));
      break;
    }
    return outcome;
  }

 private:
  base::Result<workflow::RoutePlan> PlanFor(const workflow::StepContext& context,
                                            const workflow::Rule& rule, size_t number) {
    workflow::RoutePlan plan;
    plan.skip = rule.skip;
    plan.priority = rule.priority;
    plan.why =
        "route rule " + std::to_string(number) + (rule.name.empty() ? "" : " (" + rule.name + ")");
    if (plan.skip || (!rule.data_dir && !rule.param_id)) return plan;
    SI_ASSIGN(const workflow::ParamSet set, TargetSet(context, rule));
    SI_ASSIGN(plan.step_configs, db_.Write([&](sql::Tx& tx) { return Configs(tx, set, context); }));
    return plan;
  }

  // The parameter set that the later steps follow: the rule's or the run's own, with the rule's
  // data_dir.
  base::Result<workflow::ParamSet> TargetSet(const workflow::StepContext& context,
                                             const workflow::Rule& rule) const {
    std::string id = rule.param_id.value_or("");
    if (!rule.param_id) {
      boost::system::error_code error;
      const json::value run = json::parse(context.run_params.text, error);
      const auto* const own =
          !error && run.is_object() ? run.get_object().if_contains("param_id") : nullptr;
      if (own != nullptr && own->is_string()) id = std::string(own->get_string());
    }
    SI_ASSIGN(const auto found, params_.Get(id));
    workflow::ParamSet set = *found;
    if (!rule.data_dir) return set;
    json::object store;
    if (const auto at = set.config.find(WorkflowStepType::kStore); at != set.config.end()) {
      store = json::parse(at->second).as_object();
    }
    store["data_dir"] = *rule.data_dir;
    set.config[WorkflowStepType::kStore] = json::serialize(store);
    return set;
  }

  // For the steps that follow. What was made already must be what the target would have made.
  base::Result<std::map<WorkflowStepType, int64_t>> Configs(
      sql::Tx& tx, const workflow::ParamSet& set, const workflow::StepContext& context) const {
    SI_TRY(
        records::Steps::CheckFence(tx, {.step_id = context.step_id, .attempt = context.attempt}));
    std::map<WorkflowStepType, int64_t> ids;
    for (const workflow::StepConfigText& text : workflow::CumulativeConfigs(set, versions_)) {
      const auto current = context.config_ids.find(text.type);
      if (text.type == WorkflowStepType::kRoute || current == context.config_ids.end()) continue;
      SI_ASSIGN(const int64_t id, records::StepConfigs::GetOrCreate(tx, text.type, text.config,
                                                                    text.cumulative, clock_.Now()));
      if (id == current->second) continue;
      const bool follows = std::ranges::find(context.later, text.type) != context.later.end();
      const bool shares = text.type <= WorkflowStepType::kEmbed;  // leaves artifacts
      if (!follows && shares) {
        return base::Fail(
            base::Code::kInvalidArgument,
            "parameter set '" + set.id + "' has other " + std::string(reflect::Wire(text.type)) +
                " settings than the document was processed with: route before " + "that step");
      }
      if (follows) ids[text.type] = id;
    }
    return ids;
  }

  sql::Database& db_;
  const workflow::ParamSets& params_;
  const workflow::EngineVersions versions_;
  const base::Clock& clock_;
};

}  // namespace

std::unique_ptr<workflow::StepHandler> NewRoute(const Dependencies& dependencies) {
  return std::make_unique<Route>(dependencies);
}

}  // namespace steps
