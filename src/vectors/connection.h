// One running engine and the socket to it. Private to vectors.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "base/result.h"
#include "process/child.h"
#include "process/frames.h"
#include "vectors/wire.h"

namespace vectors {

// Pairs answers with requests. Thread-safe. When the engine dies, or breaks the protocol, all that
// wait get kUnavailable, and the connection stays dead. The destructor ends the process.
class Connection {
 public:
  static base::Result<std::unique_ptr<Connection>> Start(
      const std::vector<std::string>& argv, const std::vector<std::string>& environment,
      base::Log log);
  ~Connection();

  base::Result<std::string> Call(const Request& request, std::chrono::milliseconds timeout);

  bool alive() const { return alive_; }
  int pid() const { return child_->pid(); }
  // At once; callers that wait get kUnavailable.
  void Kill();

 private:
  using Answer = std::promise<base::Result<std::string>>;
  struct Pending {
    uint32_t next = 1;
    std::unordered_map<uint32_t, Answer> answers;
  };

  Connection(base::Fd socket, base::Fd errors, std::unique_ptr<process::Child> child,
             base::Log log);
  void Receive();
  void ForwardLog(base::Fd errors);
  void FailAll(const base::Error& error);

  // Constant after construction.
  base::Log log_;
  std::unique_ptr<process::Child> child_;
  // Thread-safe themselves.
  process::FrameChannel channel_;
  base::Guarded<Pending> pending_;
  std::atomic<bool> alive_ = true;

  std::thread receiver_;
  std::thread log_reader_;
};

}  // namespace vectors
