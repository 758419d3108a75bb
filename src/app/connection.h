// The server that a client command talks to: the one named, the one that owns the data folder, or
// an embedded one that lives as long as this object.
#pragma once

#include <memory>
#include <string>

#include "app/api_client.h"
#include "app/application.h"
#include "app/commands.h"
#include "base/result.h"

namespace app {

enum class Embedded { kWithWorkers, kApiOnly };

class Connection {
 public:
  static base::Result<Connection> Open(const CommandContext& context, const std::string& server,
                                       Embedded embedded);

  const ApiClient& api() const { return *api_; }
  const Settings& settings() const { return settings_; }

 private:
  Connection(Settings settings, std::unique_ptr<Application> application,
             std::unique_ptr<ApiClient> api)
      : settings_(std::move(settings)),
        application_(std::move(application)),
        api_(std::move(api)) {}

  Settings settings_;
  std::unique_ptr<Application> application_;  // null: somebody else's server
  std::unique_ptr<ApiClient> api_;
};

}  // namespace app
