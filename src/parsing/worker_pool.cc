#include "parsing/worker_pool.h"

#include <utility>

namespace parsing {

WorkerPool::WorkerPool(Options options)
    : options_(std::move(options)), slots_(static_cast<size_t>(options_.workers)) {
  for (Slot& slot : slots_) {
    slot.backoff = process::Backoff(options_.backoff);
    free_.push_back(&slot);
  }
}

base::Result<std::unique_ptr<WorkerPool>> WorkerPool::Start(Options options) {
  if (options.workers < 1) {
    return base::Fail(base::Code::kInvalidArgument, "at least one parser is needed");
  }
  std::unique_ptr<WorkerPool> pool(new WorkerPool(std::move(options)));
  SI_ASSIGN(pool->free_.back()->worker, Worker::Start(pool->options_.worker));
  return pool;
}

base::Result<WorkerPool::Lease> WorkerPool::Acquire(const std::stop_token& stop) {
  SI_ASSIGN(Slot * slot, TakeFree(stop));
  Lease lease(this, slot);
  SI_TRY(EnsureRunning(*slot, stop));
  return lease;
}

base::Result<WorkerPool::Slot*> WorkerPool::TakeFree(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [this] { return stopped_ || !free_.empty(); });
  if (stopped_) return base::Fail(base::Code::kUnavailable, "the parsers are being stopped");
  if (stop.stop_requested()) return base::Fail(base::Code::kCancelled, "parsing was cancelled");
  Slot* slot = free_.back();  // the one used last: its memory is warm
  free_.pop_back();
  return slot;
}

base::Result<> WorkerPool::EnsureRunning(Slot& slot, const std::stop_token& stop) {
  if (slot.worker && !slot.worker->Alive()) Drop(slot, "si-parse ended by itself");
  if (slot.worker) return {};
  {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, stop, slot.not_before, [this] { return stopped_; });
    if (stopped_) return base::Fail(base::Code::kUnavailable, "the parsers are being stopped");
  }
  if (stop.stop_requested()) return base::Fail(base::Code::kCancelled, "parsing was cancelled");
  auto worker = Worker::Start(options_.worker);
  if (!worker) {
    slot.not_before = Worker::Clock::now() + slot.backoff.Next(std::chrono::milliseconds(0));
    return base::Fail(std::move(worker).error());
  }
  slot.worker = std::move(*worker);
  return {};
}

void WorkerPool::Drop(Slot& slot, const char* what) {
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(slot.worker->Age());
  const auto wait = slot.backoff.Next(age);
  options_.worker.log.Warning(what, {{"pid", slot.worker->pid()},
                                     {"how", slot.worker->HowItEnded()},
                                     {"restart_in_ms", wait.count()}});
  slot.worker.reset();
  slot.not_before = Worker::Clock::now() + wait;
}

void WorkerPool::GiveBack(Slot& slot, bool lost) {
  if (lost && slot.worker) Drop(slot, "si-parse was lost while it read a document");
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(&slot);
  }
  changed_.notify_all();
}

void WorkerPool::Stop() {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return free_.size() == slots_.size(); });
  for (Slot& slot : slots_) slot.worker.reset();
}

}  // namespace parsing
