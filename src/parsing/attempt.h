// One try to have one document read by one worker, and what its outcome means.
#pragma once

#include <stop_token>

#include "base/result.h"
#include "parse_protocol/messages.h"
#include "parsing/parser.h"
#include "parsing/worker.h"

namespace parsing {

// What came of it.
struct Attempt {
  base::Result<Parsed> result;
  bool crashed = false;      // of itself: another try tells whether the document is to blame
  bool worker_lost = false;  // si-parse itself is gone or does not answer
};

// What is to be read, and how.
struct AttemptOptions {
  parse_protocol::Task task = parse_protocol::Task::kParse;
  const ParseRequest& request;
  const Limits& limits;
  int file = -1;  // the open document
  PageProgress* progress = nullptr;
  std::stop_token stop;
};

// Returns within the limits, or a second after a requested stop. The process that read is gone
// then.
Attempt RunAttempt(Worker& worker, const AttemptOptions& options);

}  // namespace parsing
