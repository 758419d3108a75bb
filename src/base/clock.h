// Time is passed in: production uses SystemClock, tests a ManualClock they advance themselves.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// UTC with microseconds, the resolution that is stored.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

// Thread-safe. Now() is the wall clock (it can jump); Steady() only grows and is for measuring and
// for deadlines.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time Now() const = 0;
  virtual std::chrono::steady_clock::time_point Steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time Now() const override;
  std::chrono::steady_clock::time_point Steady() const override;
};

// Stands still until advanced.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start.time_since_epoch().count()) {}
  Time Now() const override { return Time(Duration(now_.load())); }
  std::chrono::steady_clock::time_point Steady() const override;
  void Advance(Duration by) { now_ += by.count(); }

 private:
  std::atomic<int64_t> now_;
};

// "2025-01-15T10:00:00", with up to six digits of fraction when it is not zero ("…:00.25"). No
// zone: always UTC.
std::string FormatTime(Time time);
// Reads FormatTime's form, also with a blank for the T, a closing Z or +00:00.
Result<Time> ParseTime(std::string_view text);

}  // namespace base
