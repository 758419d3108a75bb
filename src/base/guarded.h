// Guarded<T>: data that several threads share, reachable only under its lock.
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

namespace base {

// Guarded<std::map<…>> jobs;
// jobs.With([](auto& map) { map.erase(7); });
template <typename T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  // Runs `fn` with the lock held and returns what it returns. `fn` must not block.
  template <typename Fn>
  auto With(Fn&& fn) {
    const std::lock_guard lock(mutex_);
    return std::forward<Fn>(fn)(value_);
  }
  template <typename Fn>
  auto With(Fn&& fn) const {
    const std::lock_guard lock(mutex_);
    return std::forward<Fn>(fn)(value_);
  }

 private:
  mutable std::mutex mutex_;
  T value_;
};

}  // namespace base
