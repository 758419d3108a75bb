// What the kernel says of this process. Private to the folder.
#pragma once

#include <cstdint>

namespace api {

// Zero where it could not be read.
struct ProcessNumbers {
  double cpu_seconds = 0;
  double start_time_seconds = 0;  // since 1970
  int64_t resident_bytes = 0;
  int64_t virtual_bytes = 0;
  int64_t open_fds = 0;
  int64_t max_fds = 0;
  int64_t threads = 0;
};

ProcessNumbers ReadProcessNumbers();

}  // namespace api
