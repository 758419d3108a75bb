#include "http/limits.h"

#include <algorithm>

namespace http {

std::chrono::steady_clock::time_point BodyDeadline(const Limits& limits,
                                                   std::chrono::steady_clock::time_point began,
                                                   std::chrono::steady_clock::time_point now,
                                                   uint64_t received) {
  const auto earned = std::chrono::seconds(received / std::max<uint64_t>(limits.min_rate, 1));
  return std::min(
      {now + limits.read_timeout, began + limits.body_grace + earned, began + limits.body_timeout});
}

}  // namespace http
