#include "workflow/params.h"

#include <algorithm>
#include <boost/json.hpp>
#include <system_error>

#include "base/files.h"
#include "workflow/known_keys.h"
#include "workflow/names.h"
#include "workflow/yaml_folder.h"
#include "workflow/yaml_node.h"

namespace workflow {
namespace {

using Kind = YamlNode::Kind;

constexpr std::string_view kTopKeys[] = {"id", "name", "meta", "source", "config"};
constexpr std::string_view kSources[] = {"app", "user"};
constexpr std::string_view kUserPrefix = "user_";

std::unexpected<base::Error> Wrong(const YamlNode& at, const std::string& what) {
  return base::Fail(base::Code::kInvalidArgument, "line " + std::to_string(at.line) + ": " + what);
}

base::Result<> ReadId(const YamlNode& root, ParamSet& set) {
  const YamlNode* const id = root.Find("id");
  if (id == nullptr || !id->scalar() || id->kind == Kind::kNull) {
    return Wrong(root, "a parameter set needs an id");
  }
  set.id = id->text;
  return CheckId("parameter set", set.id);
}

base::Result<> ReadConfig(const YamlNode& node, ParamSet& set) {
  if (node.kind != Kind::kMap) return Wrong(node, "config must be a map of steps");
  const auto steps = StepNames();
  for (const auto& [key, value] : node.fields) {
    const auto type = reflect::FromWire<model::WorkflowStepType>(key);
    if (!type) {
      set.warnings.push_back(UnknownKey(value, key, "config", steps));
      continue;
    }
    if (value.kind == Kind::kNull) continue;
    if (value.kind != Kind::kMap) return Wrong(value, "config." + key + " must be a map");
    SI_TRY(CheckStepSettings(*type, value, set.warnings));
    set.config[*type] = boost::json::serialize(ToJson(value));
  }
  return {};
}

base::Result<> ReadField(const std::string& key, const YamlNode& value, ParamSet& set) {
  if (key == "name" && value.scalar()) {
    if (value.kind != Kind::kNull) set.name = value.text;
  } else if (key == "meta" && (value.kind == Kind::kMap || value.kind == Kind::kNull)) {
    if (value.kind == Kind::kMap) set.meta = boost::json::serialize(ToJson(value));
  } else if (key == "source" && std::ranges::find(kSources, value.text) != std::end(kSources)) {
    set.source = value.text == "user" ? ParamSet::Source::kUser : ParamSet::Source::kApp;
  } else if (key == "config") {
    return ReadConfig(value, set);
  } else if (key == "source") {
    return Wrong(value, "source is '" + value.text + "', allowed: " + AnyOf(kSources));
  } else if (key == "name" || key == "meta") {
    return Wrong(value, key + " must be " + (key == "name" ? "a string" : "a map"));
  } else if (key != "id") {
    set.warnings.push_back(UnknownKey(value, key, "the parameter set", kTopKeys));
  }
  return {};
}

// A file named user_… was uploaded, whatever its text says of itself: users may remove it.
base::Result<ParamSet> ParseFile(const YamlFile& file) {
  SI_ASSIGN(ParamSet set, ParseParamSet(file.text));
  if (file.path.filename().string().starts_with(kUserPrefix)) set.source = ParamSet::Source::kUser;
  return set;
}

}  // namespace

std::string_view Name(ParamSet::Source source) {
  return source == ParamSet::Source::kUser ? "user" : "app";
}

std::string ToJson(const ParamSet& set) {
  boost::json::object config;
  for (const auto& [type, text] : set.config) config[StepName(type)] = boost::json::parse(text);
  boost::json::object json;
  json["id"] = set.id;
  if (set.name) {
    json["name"] = *set.name;
  } else {
    json["name"] = nullptr;
  }
  json["meta"] = boost::json::parse(set.meta);
  json["source"] = Name(set.source);
  json["config"] = std::move(config);
  return boost::json::serialize(json);
}

base::Result<ParamSet> ParseParamSet(std::string_view yaml) {
  ParamSet set;
  set.meta = "{}";
  SI_ASSIGN(const YamlNode root, ReadYaml(yaml, set.warnings));
  if (root.kind != Kind::kMap) return Wrong(root, "a parameter set must be a map of keys");
  SI_TRY(ReadId(root, set));
  for (const auto& [key, value] : root.fields) SI_TRY(ReadField(key, value, set));
  if (root.Find("config") == nullptr) return Wrong(root, "a parameter set needs a config");
  return set;
}

ParamSets::ParamSets(Options options, const base::Clock& clock)
    : options_(std::move(options)),
      folder_(std::make_unique<YamlFolder<ParamSet>>("parameter set", options_.folder, clock,
                                                     ParseFile)) {}

ParamSets::~ParamSets() = default;

base::Result<std::shared_ptr<const ParamSet>> ParamSets::Get(std::string_view id) const {
  SI_ASSIGN(auto entry, folder_->Find(id.empty() ? options_.default_id : id));
  return entry.value;
}

std::vector<ParamSets::Summary> ParamSets::List() const {
  std::vector<Summary> all;
  for (const auto& entry : *folder_->All()) {
    Summary summary{.id = entry.id, .name = entry.id, .source = {}, .error = std::nullopt};
    if (entry.value) {
      summary.name = (*entry.value)->name.value_or(entry.id);
      summary.source = (*entry.value)->source;
    } else {
      summary.error = entry.value.error().message();
    }
    all.push_back(std::move(summary));
  }
  return all;
}

base::Result<std::string> ParamSets::Yaml(std::string_view id) const {
  SI_ASSIGN(auto entry, folder_->Find(id.empty() ? options_.default_id : id));
  return std::move(entry.file.text);
}

std::vector<std::shared_ptr<const ParamSet>> ParamSets::ByTarget(std::string_view data_dir) const {
  std::vector<std::shared_ptr<const ParamSet>> hits;
  for (const auto& entry : *folder_->All()) {
    if (!entry.value) continue;
    const auto store = (*entry.value)->config.find(model::WorkflowStepType::kStore);
    if (store == (*entry.value)->config.end()) continue;
    const boost::json::value settings = boost::json::parse(store->second);
    const auto* const target = settings.as_object().if_contains("data_dir");
    if (target != nullptr && target->is_string() && target->as_string() == data_dir) {
      hits.push_back(*entry.value);
    }
  }
  return hits;
}

base::Result<ParamSets::Uploaded> ParamSets::Upload(std::string_view yaml) {
  SI_ASSIGN(ParamSet set, ParseParamSet(yaml));
  std::vector<std::string> ignored;
  SI_ASSIGN(const YamlNode root, ReadYaml(yaml, ignored));
  std::string text(yaml);
  if (root.Find("source") == nullptr) text = "source: user\n" + text;

  const std::lock_guard lock(writing_);
  folder_->Invalidate();
  if (const auto existing = folder_->Find(set.id)) {
    Uploaded uploaded{
        .outcome = Uploaded::Outcome::kExists, .id = set.id, .file = {}, .warnings = {}};
    uploaded.existing_source =
        existing->value ? (*existing->value)->source : ParamSet::Source::kUser;
    return uploaded;
  }
  Uploaded uploaded{.id = set.id,
                    .file = options_.folder / (std::string(kUserPrefix) + set.id + ".yaml"),
                    .warnings = std::move(set.warnings)};
  if (std::filesystem::exists(uploaded.file)) {
    uploaded.outcome = Uploaded::Outcome::kExists;
    uploaded.existing_source = ParamSet::Source::kUser;
    return uploaded;
  }
  SI_TRY(base::WriteFileDurably(uploaded.file, text));
  folder_->Invalidate();
  return uploaded;
}

base::Result<> ParamSets::Remove(
    std::string_view id, const std::function<base::Result<bool>(std::string_view id)>& in_use) {
  const std::lock_guard lock(writing_);
  folder_->Invalidate();
  SI_ASSIGN(const auto entry, folder_->Find(id));
  const bool uploaded = entry.file.path.filename().string().starts_with(kUserPrefix) ||
                        (entry.value && (*entry.value)->source == ParamSet::Source::kUser);
  if (!uploaded) {
    return base::Fail(base::Code::kPermissionDenied,
                      "Cannot delete built-in parameter set '" + std::string(id) + "'");
  }
  SI_ASSIGN(const bool used, in_use(id));
  if (used) {
    return base::Fail(
        base::Code::kPermissionDenied,
        "Cannot delete parameter set '" + std::string(id) + "': it is in use by run groups");
  }
  std::error_code error;
  std::filesystem::remove(entry.file.path, error);
  folder_->Invalidate();
  if (error) {
    return base::Fail(base::FromErrno("cannot remove " + entry.file.path.string(), error.value()));
  }
  return base::SyncFolder(options_.folder);
}

}  // namespace workflow
