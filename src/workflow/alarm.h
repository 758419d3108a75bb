// A sleep that others can end. Private to the folder.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace workflow {

// Thread-safe; one thread sleeps.
class Alarm {
 public:
  // Until Ring, or `longest` has passed; a Ring since the last call counts.
  void SleepFor(std::chrono::nanoseconds longest) {
    std::unique_lock lock(mutex_);
    rung_cv_.wait_for(lock, longest, [this] { return rung_; });
    rung_ = false;
  }
  void Ring() {
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
    }
    rung_cv_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable rung_cv_;
  bool rung_ = false;  // guarded by mutex_
};

}  // namespace workflow
