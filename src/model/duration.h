// The `duration` fields of the wire form are computed, never stored.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"

namespace model {

// Seconds from start to end; nothing while either is open.
inline std::optional<double> SecondsBetween(std::optional<base::Time> start,
                                            std::optional<base::Time> end) {
  if (!start || !end) return std::nullopt;
  return std::chrono::duration<double>(*end - *start).count();
}

}  // namespace model
