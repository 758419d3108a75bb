#include "records/step_configs.h"

#include <algorithm>

#include "records/statement.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using model::StepConfig;

constexpr sql::Statement kFind{
    "step_configs.find",
    "SELECT min(id) FROM stepconfig WHERE step_type = $1 AND cuml_config_json = $2"};
constexpr sql::Statement kInsert{
    "step_configs.insert",
    "INSERT INTO stepconfig (created_date, step_type, config_json, cuml_config_json) "
    "VALUES ($1, $2, $3, $4) RETURNING id"};
const Statement kGet("step_configs.get",
                     "SELECT " + sql::Columns<StepConfig>() + " FROM stepconfig WHERE id = $1");

constexpr sql::Statement kUsedFor{
    "step_configs.used_for",
    "SELECT s.step_config_id FROM workflowrun r JOIN runstep s ON s.workflow_run_id = r.id "
    "WHERE r.doc_id = $1 AND +s.step_type = $2 AND +s.status = 'COMPLETED' "
    "AND r.id = coalesce($3, r.id) "
    "ORDER BY CASE WHEN r.status = 'COMPLETED' THEN 0 ELSE 1 END, r.id DESC LIMIT 1"};

const Statement kSiblings("step_configs.siblings",
                          "SELECT " + sql::Columns<StepConfig>() +
                              " FROM stepconfig WHERE id IN (SELECT config_id FROM configsetitem "
                              "WHERE config_set_id = (SELECT max(config_set_id) FROM configsetitem "
                              "WHERE config_id = $1)) ORDER BY id");

constexpr sql::Statement kFindSet{
    "config_sets.find", "SELECT min(id) FROM configset WHERE yaml_id = $1 AND yaml_contents = $2"};
constexpr sql::Statement kInsertSet{
    "config_sets.insert",
    "INSERT INTO configset (yaml_id, yaml_contents, created_date) VALUES ($1, $2, $3) "
    "RETURNING id"};
constexpr sql::Statement kLink{"config_sets.link",
                               "INSERT INTO configsetitem (config_set_id, config_id) "
                               "VALUES ($1, $2) ON CONFLICT DO NOTHING"};

}  // namespace

Result<int64_t> StepConfigs::GetOrCreate(sql::Tx& tx, model::WorkflowStepType type,
                                         const std::string& config_json,
                                         const std::string& cuml_config_json, base::Time now) {
  SI_ASSIGN(const auto known, tx.Scalar<int64_t>(kFind, {type, cuml_config_json}));
  if (known) return *known;
  SI_ASSIGN(const auto id, tx.Scalar<int64_t>(kInsert, {now, type, config_json, cuml_config_json}));
  return id.value();
}

Result<StepConfig> StepConfigs::Get(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(auto config, tx.One<StepConfig>(kGet, {id}));
  if (!config) return Fail(Code::kNotFound, "no step configuration " + std::to_string(id));
  return std::move(*config);
}

Result<std::optional<int64_t>> StepConfigs::UsedFor(sql::Tx& tx, const std::string& hash,
                                                    model::WorkflowStepType type,
                                                    std::optional<int64_t> run_id) {
  return tx.Scalar<int64_t>(kUsedFor, {hash, type, run_id});
}

Result<std::vector<StepConfig>> StepConfigs::Before(sql::Tx& tx, const StepConfig& config) {
  SI_ASSIGN(auto siblings, tx.All<StepConfig>(kSiblings, {config.id}));
  const std::string own = config.cuml_config_json.value_or("");
  std::vector<StepConfig> before;
  for (StepConfig& sibling : siblings) {
    // "{…\n}" against "{…,\n…\n}": ours goes on where the other one is closed.
    std::string beginning = sibling.cuml_config_json.value_or("");
    if (!beginning.ends_with("\n}")) continue;
    beginning.resize(beginning.size() - 2);
    const bool earlier = sibling.step_type < config.step_type;
    if (earlier && own.starts_with(beginning + ",")) before.push_back(std::move(sibling));
  }
  std::ranges::sort(before, {}, &StepConfig::step_type);
  return before;
}

Result<int64_t> ConfigSets::GetOrCreate(sql::Tx& tx, const std::string& yaml_id,
                                        const std::string& yaml_contents,
                                        const std::vector<int64_t>& config_ids, base::Time now) {
  SI_ASSIGN(auto id, tx.Scalar<int64_t>(kFindSet, {yaml_id, yaml_contents}));
  if (!id) {
    SI_ASSIGN(id, tx.Scalar<int64_t>(kInsertSet, {yaml_id, yaml_contents, now}));
  }
  for (const int64_t config_id : config_ids) SI_TRY(tx.Execute(kLink, {id, config_id}));
  return id.value();
}

}  // namespace records
