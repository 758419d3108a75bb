// serve and worker: an Application until a signal comes. db-init.
#include <fmt/format.h>

#include "app/application.h"
#include "app/commands.h"
#include "app/database.h"
#include "app/signals.h"

namespace app {
namespace {

// A flag goes before the setting of the same meaning.
ListenOptions WithSettings(ListenOptions listen, const Settings& settings) {
  if (listen.ssl_certfile.empty()) listen.ssl_certfile = settings.ssl_certfile;
  if (listen.ssl_keyfile.empty()) listen.ssl_keyfile = settings.ssl_keyfile;
  return listen;
}

base::Result<ApplicationOptions> OptionsOf(const CommandContext& context,
                                           const ServeOptions& serve) {
  SI_ASSIGN(Settings settings, context.LoadSettings());
  SI_ASSIGN(Resources resources, context.FindResources());
  if (serve.workers) {
    settings.worker_task_count = *serve.workers;
    if (*serve.workers > 0) settings.ingest_worker_concurrency = *serve.workers;
  }
  const auto format =
      settings.log_format == "json" ? base::Log::Format::kJson : base::Log::Format::kText;
  const base::Log log = base::Log::ToStderr(settings.log_level, format);
  return ApplicationOptions{.settings = settings,
                            .resources = std::move(resources),
                            .log = log,
                            .listen = WithSettings(serve.listen, settings),
                            .serves_api = serve.api,
                            .has_workers = !serve.api || settings.worker_task_count > 0};
}

}  // namespace

int Serve(const CommandContext& context, const ServeOptions& serve) {
  auto options = OptionsOf(context, serve);
  if (!options) return Report(options.error());
  const base::Log log = options->log;
  auto application = Application::Start(std::move(*options));
  if (!application) return Report(application.error());
  log.Info("ready",
           {{"address", (*application)->address()}, {"workers", serve.api ? "with API" : "only"}});
  const int signal = WaitForStopSignal();
  log.Info("stopping", {{"signal", signal}});
  (*application)->Stop();
  log.Info("stopped");
  return 0;
}

int DbInit(const CommandContext& context) {
  auto options = OptionsOf(context, {});
  if (!options) return Report(options.error());
  if (auto made = PrepareDatabase(options->settings); !made) return Report(made.error());
  fmt::print("{} is ready\n", WithoutPassword(options->settings.doc_db_url));
  return 0;
}

}  // namespace app
