// The composition root: owns every long-lived object of a server, in the order in which they need
// each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "app/listen.h"
#include "app/resources.h"
#include "app/settings.h"
#include "base/log.h"
#include "base/result.h"

namespace app {

struct ApplicationOptions {
  Settings settings;
  Resources resources;
  base::Log log;
  ListenOptions listen;
  bool serves_api = true;   // false: workers only
  bool has_workers = true;  // false: the API only
};

// Thread-safe after Start.
class Application {
 public:
  // Everything runs when it returns. kConflict when another process owns the data folder, with its
  // address.
  static base::Result<std::unique_ptr<Application>> Start(ApplicationOptions options);
  ~Application();

  // "http://127.0.0.1:8000"; "" without an API.
  const std::string& address() const;
  // Finishes requests and running steps within DRAIN_SECONDS, gives the rest back. Called once; the
  // destructor calls it otherwise.
  void Stop();

 private:
  struct Parts;
  explicit Application(std::unique_ptr<Parts> parts);
  const std::unique_ptr<Parts> parts_;
};

// Makes or upgrades the database that the settings name, and nothing else.
base::Result<> PrepareDatabase(const Settings& settings);

}  // namespace app
