// The commits of this process, counted: who shows changes waits for the next one instead of asking
// again and again. Those of other processes are not seen here.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace sql {

// Thread-safe.
class Commits {
 public:
  void Add() {
    {
      const std::lock_guard lock(mutex_);
      ++count_;
    }
    grown_.notify_all();
  }
  uint64_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  // Until there are more than `seen`, `longest` has passed or a stop is asked for; the count then.
  uint64_t WaitPast(uint64_t seen, std::chrono::milliseconds longest, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    grown_.wait_for(lock, stop, longest, [&] { return count_ > seen; });
    return count_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any grown_;
  uint64_t count_ = 0;  // under mutex_
};

}  // namespace sql
