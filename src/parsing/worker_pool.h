// A fixed number of si-parse processes, lent out one by one, replaced when they are gone.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "parsing/worker.h"
#include "process/backoff.h"

namespace parsing {

// Thread-safe. Has no thread of its own: who wants a worker starts a missing one.
class WorkerPool {
 public:
  struct Options {
    WorkerOptions worker;
    int workers = 2;
    process::Backoff::Options backoff;  // before a worker that died is started again
  };

 private:
  struct Slot {
    std::unique_ptr<Worker> worker;
    process::Backoff backoff;
    Worker::Clock::time_point not_before;
  };

 public:
  // A worker in one caller's hands; given back at the end of its life.
  class Lease {
   public:
    Lease(WorkerPool* pool, Slot* slot) : pool_(pool), slot_(slot) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), slot_(other.slot_), lost_(other.lost_) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->GiveBack(*slot_, lost_);
    }
    Worker& worker() { return *slot_->worker; }
    // It does not answer any more: kill and replace it.
    void MarkLost() { lost_ = true; }

   private:
    WorkerPool* pool_;
    Slot* slot_;
    bool lost_ = false;
  };

  // Starts one worker, so that what is wrong shows now; the others when they are wanted.
  static base::Result<std::unique_ptr<WorkerPool>> Start(Options options);
  ~WorkerPool() { Stop(); }

  // Waits until a worker is free. kCancelled on stop; kUnavailable when none can be started or the
  // pool is stopped.
  base::Result<Lease> Acquire(const std::stop_token& stop);

  // No more leases; returns when all are given back and all workers have ended.
  void Stop();
  int workers() const { return options_.workers; }

 private:
  explicit WorkerPool(Options options);

  base::Result<Slot*> TakeFree(const std::stop_token& stop);
  base::Result<> EnsureRunning(Slot& slot, const std::stop_token& stop);
  void Drop(Slot& slot, const char* what);
  void GiveBack(Slot& slot, bool lost);

  const Options options_;
  std::vector<Slot> slots_;  // a slot belongs to who took it from free_

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Slot*> free_;
  bool stopped_ = false;
};

}  // namespace parsing
