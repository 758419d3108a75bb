#include "app/connection.h"

#include "app/database.h"
#include "sql/owner_lock.h"

namespace app {

base::Result<Connection> Connection::Open(const CommandContext& context, const std::string& server,
                                          Embedded embedded) {
  SI_ASSIGN(Settings settings, context.LoadSettings());
  std::string address = server.empty() ? context.Get("SI_SERVER") : server;
  std::unique_ptr<Application> application;
  if (address.empty()) {
    SI_ASSIGN(const auto database, OwnedPath(settings));
    SI_ASSIGN(const auto owner, sql::OwnerLock::Find(database));
    if (owner) {
      address = owner->address;
      if (address.empty()) {
        return base::Fail(
            base::Code::kConflict,
            "process " + std::to_string(owner->pid) +
                " owns the data here and serves no API: stop it, or name a server with --server");
      }
    }
  }
  if (address.empty()) {
    SI_ASSIGN(Resources resources, context.FindResources());
    // A person looks at this terminal: warnings only, unless asked for more.
    const bool asked = context.environment.contains("LOG_LEVEL");
    ApplicationOptions options{
        .settings = settings,
        .resources = std::move(resources),
        .log = base::Log::ToStderr(asked ? settings.log_level : base::LogLevel::kWarning,
                                   base::Log::Format::kText),
        .listen = {.port = 0},
        .has_workers = embedded == Embedded::kWithWorkers};
    SI_ASSIGN(application, Application::Start(std::move(options)));
    address = application->address();
  }
  auto api = std::make_unique<ApiClient>(address, settings.api_key);
  return Connection(std::move(settings), std::move(application), std::move(api));
}

}  // namespace app
