#include "api/health_monitor.h"

namespace api {

HealthMonitor::HealthMonitor(std::vector<HealthCheck> checks, const HealthOptions& options)
    : checks_(std::move(checks)), options_(options), thread_([this] { Run(); }) {}

HealthMonitor::~HealthMonitor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

HealthReasons HealthMonitor::Ask() {
  std::unique_lock lock(mutex_);
  const auto fresh = [this] { return known_ && Clock::now() - known_at_ <= options_.keep; };
  if (!fresh()) {
    wanted_ = true;
    changed_.notify_all();
    const auto asked = Clock::now();
    const bool answered = changed_.wait_for(
        lock, options_.limit, [&] { return stopping_ || (known_ && known_at_ >= asked); });
    if (!answered) return {running_ + ": has not answered in time"};
  }
  return reasons_;
}

void HealthMonitor::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return wanted_ || stopping_; });
    if (stopping_) return;
    wanted_ = false;
    lock.unlock();
    HealthReasons reasons = RunChecks();
    lock.lock();
    reasons_ = std::move(reasons);
    known_ = true;
    known_at_ = Clock::now();
    running_.clear();
    changed_.notify_all();
  }
}

HealthReasons HealthMonitor::RunChecks() {
  HealthReasons reasons;
  for (const HealthCheck& check : checks_) {
    {
      const std::lock_guard lock(mutex_);
      running_ = check.name;
    }
    if (const auto result = check.run(); !result) {
      reasons.push_back(check.name + ": " + result.error().message());
    }
  }
  return reasons;
}

}  // namespace api
