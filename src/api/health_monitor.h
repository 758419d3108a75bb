// HealthMonitor: whether the service can do its work, asked for by load balancers again and again.
// Checks run on one thread of their own, at most every `keep`; whoever asks waits a limited time,
// so that a check that hangs is an answer ("has not answered"), never a request that hangs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace api {

// One thing that has to work. `run` may block.
struct HealthCheck {
  std::string name;  // "database"
  std::function<base::Result<>()> run;
};

struct HealthOptions {
  std::chrono::milliseconds keep{2000};   // how long an answer is given again
  std::chrono::milliseconds limit{1000};  // how long who asks waits
};

// Why the service is not ready: "database: …", one for each failed check; empty when it is.
using HealthReasons = std::vector<std::string>;

// Thread-safe. What the checks use must outlive it; the destructor waits for a running check.
class HealthMonitor {
 public:
  explicit HealthMonitor(std::vector<HealthCheck> checks, const HealthOptions& options = {});
  ~HealthMonitor();

  HealthReasons Ask();

 private:
  using Clock = std::chrono::steady_clock;

  void Run();
  HealthReasons RunChecks();

  const std::vector<HealthCheck> checks_;
  const HealthOptions options_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::string running_;  // the check that runs now
  HealthReasons reasons_;
  bool known_ = false;          // reasons_ were found out
  Clock::time_point known_at_;  // when
  std::thread thread_;          // last: uses all of the above
};

}  // namespace api
