#include "workflow/definition.h"

#include <algorithm>
#include <boost/json.hpp>
#include <span>

#include "workflow/known_keys.h"
#include "workflow/names.h"
#include "workflow/yaml_folder.h"
#include "workflow/yaml_node.h"

namespace workflow {
namespace {

using Kind = YamlNode::Kind;
using Words = std::span<const std::string_view>;

constexpr std::string_view kTopKeys[] = {"id", "name", "meta", "item_steps", "lifecycle_events"};
constexpr std::string_view kHandlerKeys[] = {"name", "retries", "method", "parameters"};
constexpr int kMaxRetries = 100;

// Which of our methods can carry out which step; all of them can also be exec: and http(s)://.
struct StepMethod {
  model::WorkflowStepType type;
  std::string_view method;
};
constexpr StepMethod kStepMethods[] = {
    {model::WorkflowStepType::kIngest, "ingest_document"},
    {model::WorkflowStepType::kValidate, "validate_document"},
    {model::WorkflowStepType::kParse, "parse_document"},
    {model::WorkflowStepType::kParse, "split_parse_document"},
    {model::WorkflowStepType::kChunk, "chunk_document"},
    {model::WorkflowStepType::kEmbed, "embed_document"},
    {model::WorkflowStepType::kStore, "save_to_rag"},
    {model::WorkflowStepType::kEnrich, "enrich_document"},
    {model::WorkflowStepType::kRoute, "route_document"},
};
constexpr std::string_view kEventMethods[] = {"start_span", "end_span", "notify_slack"};

std::unexpected<base::Error> Wrong(const YamlNode& at, const std::string& what) {
  return base::Fail(base::Code::kInvalidArgument, "line " + std::to_string(at.line) + ": " + what);
}

// "exec" and "webhook" for the two open kinds, else the last component of a Python path.
std::string Selects(std::string_view method) {
  if (method == "exec" || method.starts_with("exec:")) return "exec";
  if (method.starts_with("http://") || method.starts_with("https://")) return "webhook";
  const size_t cut = method.find_last_of(".:");
  return std::string(cut == std::string_view::npos ? method : method.substr(cut + 1));
}

base::Result<int> ReadRetries(const YamlNode& node, const std::string& where) {
  if (node.kind != Kind::kInt || node.integer < 0 || node.integer > kMaxRetries) {
    return Wrong(
        node, where + ".retries must be a whole number from 0 to " + std::to_string(kMaxRetries));
  }
  return static_cast<int>(node.integer);
}

base::Result<Handler> ReadHandler(const YamlNode& node, const std::string& where,
                                  std::vector<std::string>& warnings) {
  if (node.kind != Kind::kMap) {
    return Wrong(node, where + " must be a map with name, retries, method and parameters");
  }
  Handler handler;
  handler.parameters = "{}";
  for (const auto& [key, value] : node.fields) {
    if (key == "name" && value.scalar()) {
      handler.name = value.text;
    } else if (key == "retries") {
      SI_ASSIGN(handler.retries, ReadRetries(value, where));
    } else if (key == "method" && value.kind == Kind::kString) {
      handler.method = value.text;
    } else if (key == "parameters" && (value.kind == Kind::kMap || value.kind == Kind::kNull)) {
      if (value.kind == Kind::kMap) handler.parameters = boost::json::serialize(ToJson(value));
    } else if (std::ranges::find(kHandlerKeys, key) != std::end(kHandlerKeys)) {
      return Wrong(value, where + "." + key + " must be " +
                              (key == "parameters" ? "a map" : "a string") + ", not " +
                              std::string(KindName(value.kind)));
    } else {
      warnings.push_back(UnknownKey(value, key, where, kHandlerKeys));
    }
  }
  if (handler.method.empty()) return Wrong(node, where + " needs a method");
  handler.selects = Selects(handler.method);
  if (handler.name.empty()) handler.name = handler.selects;
  return handler;
}

base::Result<> CheckStepMethod(const YamlNode& node, model::WorkflowStepType type,
                               const Handler& handler) {
  if (handler.selects == "exec" || handler.selects == "webhook") return {};
  std::vector<std::string_view> allowed;
  for (const auto& [step, method] : kStepMethods) {
    if (step == type) allowed.push_back(method);
  }
  if (std::ranges::find(allowed, handler.selects) != allowed.end()) return {};
  allowed.push_back("exec:");
  allowed.push_back("http(s)://");
  return Wrong(node, "item_steps." + std::string(StepName(type)) + ".method is '" + handler.method +
                         "', allowed: " + AnyOf(allowed));
}

base::Result<> ReadItemSteps(const YamlNode& node, Definition& definition) {
  if (node.kind != Kind::kMap || node.fields.empty()) {
    return Wrong(node, "item_steps must name at least one step: " + AnyOf(StepNames()));
  }
  for (const auto& [key, value] : node.fields) {
    const auto type = reflect::FromWire<model::WorkflowStepType>(key);
    if (!type) {
      return Wrong(value, "item_steps." + key + " is no step, allowed: " + AnyOf(StepNames()));
    }
    SI_ASSIGN(Handler handler, ReadHandler(value, "item_steps." + key, definition.warnings));
    SI_TRY(CheckStepMethod(value, *type, handler));
    definition.item_steps.push_back({*type, std::move(handler)});
  }
  return {};
}

base::Result<> ReadEventHandlers(const YamlNode& list, model::LifecycleEvent event,
                                 const std::string& where, Definition& definition) {
  if (list.kind == Kind::kNull) return {};
  if (list.kind != Kind::kList) return Wrong(list, where + " must be a list of handlers");
  for (const YamlNode& item : list.items) {
    SI_ASSIGN(Handler handler, ReadHandler(item, where, definition.warnings));
    const bool open = handler.selects == "exec" || handler.selects == "webhook";
    if (!open && std::ranges::find(kEventMethods, handler.selects) == std::end(kEventMethods)) {
      // Users' files may name Python functions of their own: the workflow still runs without them.
      definition.warnings.push_back(
          "line " + std::to_string(item.line) + ": " + where + ": method '" + handler.method +
          "' is not known and will not run (known: " + AnyOf(kEventMethods) +
          ", exec: or http(s)://)");
      handler.selects.clear();
    }
    definition.lifecycle_events.push_back({event, std::move(handler)});
  }
  return {};
}

base::Result<> ReadLifecycle(const YamlNode& node, Definition& definition) {
  if (node.kind == Kind::kNull) return {};
  if (node.kind != Kind::kMap) return Wrong(node, "lifecycle_events must be a map");
  for (const auto& [key, value] : node.fields) {
    const auto event = reflect::FromWire<model::LifecycleEvent>(key);
    if (!event) {
      return Wrong(value,
                   "lifecycle_events." + key + " is no event, allowed: " + AnyOf(EventNames()));
    }
    SI_TRY(ReadEventHandlers(value, *event, "lifecycle_events." + key, definition));
  }
  return {};
}

base::Result<> ReadHead(const YamlNode& root, Definition& definition) {
  const YamlNode* const id = root.Find("id");
  if (id == nullptr || !id->scalar() || id->kind == Kind::kNull) {
    return Wrong(root, "a workflow needs an id");
  }
  definition.id = id->text;
  SI_TRY(CheckId("workflow", definition.id));
  const YamlNode* const name = root.Find("name");
  definition.name =
      name != nullptr && name->scalar() && !name->text.empty() ? name->text : definition.id;
  const YamlNode* const meta = root.Find("meta");
  if (meta != nullptr && meta->kind != Kind::kMap && meta->kind != Kind::kNull) {
    return Wrong(*meta, "meta must be a map");
  }
  definition.meta =
      meta != nullptr && meta->kind == Kind::kMap ? boost::json::serialize(ToJson(*meta)) : "{}";
  return {};
}

}  // namespace

const Handler* Definition::StepHandler(model::WorkflowStepType type) const {
  const auto at = std::ranges::find(item_steps, type, &ItemStep::type);
  return at == item_steps.end() ? nullptr : &at->handler;
}

base::Result<Definition> ParseDefinition(std::string_view yaml) {
  Definition definition;
  SI_ASSIGN(const YamlNode root, ReadYaml(yaml, definition.warnings));
  if (root.kind != Kind::kMap) return Wrong(root, "a workflow must be a map of keys");
  SI_TRY(ReadHead(root, definition));
  for (const auto& [key, value] : root.fields) {
    if (std::ranges::find(kTopKeys, key) == std::end(kTopKeys)) {
      definition.warnings.push_back(UnknownKey(value, key, "the workflow", kTopKeys));
    }
  }
  const YamlNode* const steps = root.Find("item_steps");
  if (steps == nullptr) return Wrong(root, "a workflow needs item_steps");
  SI_TRY(ReadItemSteps(*steps, definition));
  if (const YamlNode* const events = root.Find("lifecycle_events")) {
    SI_TRY(ReadLifecycle(*events, definition));
  }
  return definition;
}

Definitions::Definitions(Options options, const base::Clock& clock)
    : options_(std::move(options)),
      folder_(std::make_unique<YamlFolder<Definition>>(
          "workflow", options_.folder, clock,
          [](const YamlFile& file) { return ParseDefinition(file.text); })) {}

Definitions::~Definitions() = default;

base::Result<std::shared_ptr<const Definition>> Definitions::Get(std::string_view id) const {
  SI_ASSIGN(auto entry, folder_->Find(id.empty() ? options_.default_id : id));
  return entry.value;
}

std::vector<Definitions::Summary> Definitions::List() const {
  std::vector<Summary> all;
  for (const auto& entry : *folder_->All()) {
    Summary summary{.id = entry.id, .name = entry.id, .error = std::nullopt};
    if (entry.value) {
      summary.name = (*entry.value)->name;
    } else {
      summary.error = entry.value.error().message();
    }
    all.push_back(std::move(summary));
  }
  return all;
}

base::Result<std::string> Definitions::Yaml(std::string_view id) const {
  SI_ASSIGN(auto entry, folder_->Find(id.empty() ? options_.default_id : id));
  return std::move(entry.file.text);
}

}  // namespace workflow
