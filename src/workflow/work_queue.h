// Claimed steps on their way to the worker threads of their type. Private to the folder.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "workflow/book.h"
#include "workflow/held_claims.h"

namespace workflow {

// A claim in work.
struct Job {
  Claim claim;
  std::shared_ptr<HeldClaim> held;
};

// Thread-safe.
class WorkQueue {
 public:
  using Type = model::WorkflowStepType;

  // False when the queue is closed: the job stays with the caller.
  bool Push(Job& job) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return false;
      jobs_[job.claim.step().step_type].push_back(std::move(job));
    }
    changed_.notify_all();
    return true;
  }

  // Waits for one; nullopt when the queue is closed.
  std::optional<Job> Pop(Type type) {
    std::unique_lock lock(mutex_);
    std::deque<Job>& mine = jobs_[type];
    changed_.wait(lock, [&] { return closed_ || !mine.empty(); });
    if (closed_) return std::nullopt;
    Job job = std::move(mine.front());
    mine.pop_front();
    running_ += 1;
    return job;
  }

  // The job that was popped is settled.
  void Done() {
    {
      const std::lock_guard lock(mutex_);
      running_ -= 1;
    }
    changed_.notify_all();
  }

  // Nothing is handed out any more; what was not begun comes back.
  std::vector<Job> Close() {
    std::vector<Job> left;
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      for (auto& [type, jobs] : jobs_) {
        for (Job& job : jobs) left.push_back(std::move(job));
        jobs.clear();
      }
    }
    changed_.notify_all();
    return left;
  }

  // True when no job runs.
  bool WaitIdle(std::chrono::nanoseconds longest) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, longest, [this] { return running_ == 0; });
  }

  int64_t running() const {
    const std::lock_guard lock(mutex_);
    return running_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  std::map<Type, std::deque<Job>> jobs_;
  int64_t running_ = 0;
  bool closed_ = false;
};

}  // namespace workflow
