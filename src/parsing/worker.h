// One si-parse process, seen from the server.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "parse_protocol/messages.h"
#include "process/child.h"
#include "process/frames.h"

namespace parsing {

struct WorkerOptions {
  std::filesystem::path si_parse;
  std::filesystem::path pdfium;        // empty: PDFs are refused
  std::vector<std::string> arguments;  // more of them; for tests
  base::Log log;
};

// Forks one process per document, one at a time. Not thread-safe. The destructor kills it, and with
// it what it forked.
class Worker {
 public:
  using Clock = std::chrono::steady_clock;

  // Returns when it is ready: everything loaded, rights dropped. kUnavailable with the reason when
  // it does not get there.
  static base::Result<std::unique_ptr<Worker>> Start(const WorkerOptions& options);

  // Starts a process for a document; the connection to it. `max_block` bounds what it may send at
  // once.
  base::Result<std::unique_ptr<process::FrameChannel>> Fork(size_t max_block);
  // Asks for the death of that process.
  void KillJob();
  // How that process ended. An error means that si-parse itself is lost: nothing may be called any
  // more.
  base::Result<parse_protocol::Ended> AwaitEnd(Clock::duration timeout);

  bool Alive() const { return !child_->Poll().has_value(); }
  // "killed by signal 9 (Killed)", or "not answering" while it still runs.
  std::string HowItEnded() const;
  pid_t pid() const { return child_->pid(); }
  Clock::duration Age() const { return Clock::now() - started_; }

 private:
  Worker(std::unique_ptr<process::Child> child, base::Fd control)
      : child_(std::move(child)), control_(std::move(control)), started_(Clock::now()) {}

  base::Result<parse_protocol::Ready> AwaitReady();

  std::unique_ptr<process::Child> child_;
  process::FrameChannel control_;
  Clock::time_point started_;
};

}  // namespace parsing
