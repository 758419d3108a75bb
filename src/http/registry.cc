#include "http/registry.h"

#include <vector>

namespace http {

void Registry::Enter(const std::shared_ptr<Watched>& connection) {
  const std::lock_guard lock(mutex_);
  all_.emplace(connection.get(), connection);
}

void Registry::Leave(const Watched* connection) {
  const std::lock_guard lock(mutex_);
  all_.erase(connection);
  if (all_.empty()) changed_.notify_all();
}

size_t Registry::size() const {
  const std::lock_guard lock(mutex_);
  return all_.size();
}

void Registry::CheckAll(SteadyTime now, SteadyTime idle_until) {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, weak] : all_) {
    if (!key->Late(now, idle_until)) continue;
    if (const auto connection = weak.lock()) connection->Check(now, idle_until);
  }
}

void Registry::TellStop() {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, weak] : all_) {
    if (const auto connection = weak.lock()) connection->OnStop();
  }
}

void Registry::CutAll() {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, weak] : all_) {
    if (const auto connection = weak.lock()) connection->CutOff();
  }
}

bool Registry::WaitUntilEmpty(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return all_.empty(); });
}

}  // namespace http
