// The configuration under which artifacts are shared (CumulativeConfigs of params.h).
#include <boost/json.hpp>

#include "workflow/names.h"
#include "workflow/params.h"
#include "workflow/python_json.h"

namespace workflow {
namespace {

std::string_view TextOf(const boost::json::object& settings, std::string_view key) {
  const auto* const value = settings.if_contains(key);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view();
}

// Our own engine does the step unless the settings name another one.
int OwnVersion(model::WorkflowStepType type, const boost::json::object& settings,
               const EngineVersions& versions) {
  switch (type) {
    case model::WorkflowStepType::kParse:
      return TextOf(settings, "engine") == "docling-serve" ? 0 : versions.parse;
    case model::WorkflowStepType::kChunk:
      return TextOf(settings, "chunker") == "docling-serve" ? 0 : versions.chunk;
    case model::WorkflowStepType::kEmbed: {
      const std::string_view provider = TextOf(settings, "provider");
      return provider.empty() || provider == "local" ? versions.embed : 0;
    }
    default:
      return 0;
  }
}

}  // namespace

std::vector<StepConfigText> CumulativeConfigs(const ParamSet& set, const EngineVersions& versions) {
  std::vector<StepConfigText> configs;
  boost::json::object cumulative;
  for (const model::WorkflowStepType type : reflect::AllOf<model::WorkflowStepType>()) {
    const auto at = set.config.find(type);
    boost::json::object settings =
        at == set.config.end() ? boost::json::object() : boost::json::parse(at->second).as_object();
    if (const int version = OwnVersion(type, settings, versions); version > 0) {
      settings["engine"] = "local";
      settings["engine_version"] = version;
    }
    std::string own = boost::json::serialize(settings);
    cumulative[StepName(type)] = std::move(settings);
    configs.push_back({type, std::move(own), PythonJson(cumulative)});
  }
  return configs;
}

}  // namespace workflow
