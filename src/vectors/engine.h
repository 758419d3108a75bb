// The engine process: started when first needed, restarted when it dies, asked by many threads at
// once. Private to vectors.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "process/backoff.h"
#include "vectors/wire.h"

namespace vectors {

class Connection;

// Thread-safe.
class Engine {
 public:
  struct Options {
    std::vector<std::string> argv;         // without --fd, which is added
    std::vector<std::string> environment;  // "NAME=value", all it gets
    Request hello;                         // the first request to each new process
    process::Backoff::Options backoff = {};
    base::Log log;
  };

  explicit Engine(Options options);
  ~Engine();

  // The answer's header. A request that was on its way when the engine died is sent once more to
  // the next one. kUnavailable: that died too, or none could be started. kTimeout: no answer; the
  // engine is taken for hung and killed.
  base::Result<std::string> Call(const Request& request, std::chrono::milliseconds timeout);

  // 0 when none runs.
  int Pid() const;

 private:
  using Steady = std::chrono::steady_clock;

  // The living connection; starts an engine if there is none.
  base::Result<std::shared_ptr<Connection>> Get();
  base::Result<std::shared_ptr<Connection>> Start();

  const Options options_;
  mutable std::mutex mutex_;
  std::shared_ptr<Connection> connection_;
  process::Backoff backoff_;
  Steady::time_point started_;
  Steady::time_point not_before_;
};

}  // namespace vectors
