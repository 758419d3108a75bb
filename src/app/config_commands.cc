// validate-settings, init-env, init-config, list-/dump- commands.
#include <fmt/format.h>

#include <cstdio>

#include "app/commands.h"
#include "app/config_folders.h"
#include "app/resources.h"
#include "base/clock.h"
#include "base/files.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using base::Result;

// Settings and resources, or a message and exit code 1.
struct Loaded {
  Settings settings;
  Resources resources;
};

Result<Loaded> Load(const CommandContext& context) {
  SI_ASSIGN(Settings settings, context.LoadSettings());
  SI_ASSIGN(Resources resources, context.FindResources());
  return Loaded{std::move(settings), std::move(resources)};
}

Result<int> CopyConfig(const CommandContext& context) {
  SI_ASSIGN(const Loaded loaded, Load(context));
  SI_ASSIGN(const int workflows, CopyMissingYaml(loaded.resources.shipped_config / "workflows",
                                                 loaded.settings.workflow_dir));
  SI_ASSIGN(const int params,
            CopyMissingYaml(loaded.resources.shipped_config / "params", loaded.settings.param_dir));
  fmt::print("{} and {}: {} files written, existing ones left alone\n",
             loaded.settings.workflow_dir, loaded.settings.param_dir, workflows + params);
  return 0;
}

int PrintYaml(const Result<std::string>& text) {
  if (!text) return Report(text.error());
  std::fwrite(text->data(), 1, text->size(), stdout);
  return 0;
}

}  // namespace

int Report(const base::Error& error) {
  fmt::print(stderr, "error: {}\n", error.message());
  return 1;
}

int ValidateSettings(const CommandContext& context) {
  const auto settings = context.LoadSettings();
  if (!settings) return Report(settings.error());
  for (const SettingInfo& info : AllSettings()) {
    const bool given = context.environment.contains(info.name);
    fmt::print("{:<28} {:<36} {}\n", info.name, Shown(info, *settings), given ? "" : "(default)");
  }
  return 0;
}

int InitEnv(const CommandContext& context) {
  const fs::path path = context.folder / ".env";
  std::error_code error;
  if (fs::exists(path, error))
    return Report({base::Code::kConflict,
                   path.string() + " exists already; remove it first to write a new one"});
  std::string text = "# Settings of Soliplex Ingester. Lines without # change a default.\n";
  const Settings defaults;
  for (const SettingInfo& info : AllSettings())
    text += fmt::format("\n# {}\n#{}={}\n", info.help, info.name, info.get(defaults));
  if (auto written = base::WriteFileDurably(path, text); !written) return Report(written.error());
  fmt::print("{} written\n", path.string());
  return 0;
}

int InitConfig(const CommandContext& context) {
  const auto copied = CopyConfig(context);
  return copied ? *copied : Report(copied.error());
}

int Bootstrap(const CommandContext& context) {
  std::error_code error;
  if (!fs::exists(context.folder / ".env", error)) {
    if (const int code = InitEnv(context); code != 0) return code;
  }
  if (const int code = InitConfig(context); code != 0) return code;
  return DbInit(context);
}

int ListWorkflows(const CommandContext& context) {
  const auto loaded = Load(context);
  if (!loaded) return Report(loaded.error());
  const base::SystemClock clock;
  const workflow::Definitions definitions(DefinitionOptions(loaded->settings, loaded->resources),
                                          clock);
  for (const auto& summary : definitions.List()) {
    fmt::print("{:<20} {}{}\n", summary.id, summary.name,
               summary.error ? "  BROKEN: " + *summary.error : "");
  }
  return 0;
}

int DumpWorkflow(const CommandContext& context, const std::string& id) {
  const auto loaded = Load(context);
  if (!loaded) return Report(loaded.error());
  const base::SystemClock clock;
  return PrintYaml(
      workflow::Definitions(DefinitionOptions(loaded->settings, loaded->resources), clock)
          .Yaml(id));
}

int ListParamSets(const CommandContext& context) {
  const auto loaded = Load(context);
  if (!loaded) return Report(loaded.error());
  const base::SystemClock clock;
  const workflow::ParamSets sets(ParamOptions(loaded->settings, loaded->resources), clock);
  for (const auto& summary : sets.List()) {
    fmt::print("{:<20} {:<6} {}{}\n", summary.id, workflow::Name(summary.source), summary.name,
               summary.error ? "  BROKEN: " + *summary.error : "");
  }
  return 0;
}

int DumpParamSet(const CommandContext& context, const std::string& id) {
  const auto loaded = Load(context);
  if (!loaded) return Report(loaded.error());
  const base::SystemClock clock;
  return PrintYaml(
      workflow::ParamSets(ParamOptions(loaded->settings, loaded->resources), clock).Yaml(id));
}

}  // namespace app
