// One document in a forked process: from the moment of the fork to its end.
#pragma once

#include "base/files.h"
#include "parse_worker/limits.h"
#include "parse_worker/reader.h"
#include "parse_worker/sandbox.h"

namespace parse_worker {

// What the parent prepared for its forks.
struct JobContext {
  const Sandbox& sandbox;
  Baseline baseline;
  Reader& reader;
  int null_fd;     // takes the place of 0, 1 and 2
  int parent_pid;  // the process that forked
};

// Runs in the child, right after fork. Takes the job from `connection`, drops all rights, reads,
// answers, exits.
[[noreturn]] void RunJob(const JobContext& context, int connection);

}  // namespace parse_worker
