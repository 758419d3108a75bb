// What one document may take of memory and processor: set in the forked child, before seccomp.
#pragma once

#include <cstdint>

#include "base/result.h"

namespace parse_worker {

// What a process of ours has before it reads anything; measured once in the parent.
struct Baseline {
  uint64_t data = 0;      // bytes that count for RLIMIT_DATA
  uint64_t resident = 0;  // bytes of peak resident memory
};

Baseline MeasureBaseline();

struct JobLimits {
  uint64_t memory = 0;  // bytes beyond the baseline
  uint64_t mapped = 0;  // bytes of the document, which is mapped and may become resident
  uint64_t cpu_seconds = 0;
};

// Two guards of memory. RLIMIT_DATA, a quarter above the limit, makes an allocation fail, which
// ends the process with kExitOutOfMemory (C++) or in a crash (C libraries). A timer of processor
// time looks at resident memory every few milliseconds and ends the process with kExitOutOfMemory
// when it is over the limit: it mostly comes first, and is the only guard under sanitizers, which
// need more address space than they use. Besides: no core file, no file writes, no new descriptors
// to speak of, SIGXCPU after cpu_seconds.
base::Result<> ApplyLimits(const JobLimits& limits, const Baseline& baseline);

}  // namespace parse_worker
