// One try to have one document read by one worker, and what its outcome means.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "parse_protocol/messages.h"
#include "parsing/parser.h"
#include "parsing/worker.h"

namespace parsing {

// What came of it.
struct Attempt {
  base::Result<Parsed> result;
  bool crashed = false;  // of itself: another try tells whether the document is to blame
  // The page, of several, that took too long, or was being read at the crash or when the memory ran
  // out.
  int page = 0;
  bool worker_lost = false;  // si-parse itself is gone or does not answer
};

// What is to be read, and how.
struct AttemptOptions {
  parse_protocol::Task task = parse_protocol::Task::kParse;
  const ParseRequest& request;
  const Limits& limits;
  int file = -1;  // the open document
  // The end of the time for the whole document.
  std::chrono::steady_clock::time_point deadline;
  std::vector<int32_t> skip_pages = {};
  int32_t first_page = 0;  // of kReadPages; what they hold goes to `part`
  int32_t last_page = 0;
  std::string* part = nullptr;
  std::span<const std::string> parts = {};  // of kCompose
  PageProgress* progress = nullptr;
  std::stop_token stop;
};

// Returns within the limits, or a second after a requested stop. The process that read is gone
// then.
Attempt RunAttempt(Worker& worker, const AttemptOptions& options);

}  // namespace parsing
