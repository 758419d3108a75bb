#include "workflow/held_claims.h"

#include <algorithm>
#include <utility>

namespace workflow {

HeldClaim::Reason HeldClaim::reason() const {
  const std::lock_guard lock(mutex_);
  return reason_;
}

void HeldClaim::Stop(Reason reason) {
  {
    const std::lock_guard lock(mutex_);
    if (reason_ != Reason::kNone) return;
    reason_ = reason;
  }
  source_.request_stop();  // runs callbacks: not under the lock
}

HeldClaim::Deadline HeldClaim::deadline() const {
  const std::lock_guard lock(mutex_);
  return deadline_;
}

void HeldClaim::Extend(Deadline deadline) {
  const std::lock_guard lock(mutex_);
  deadline_ = std::max(deadline_, deadline);
}

void HeldClaim::SetProgress(std::string text) {
  const std::lock_guard lock(mutex_);
  progress_ = std::move(text);
}

std::optional<std::string> HeldClaim::TakeProgress() {
  const std::lock_guard lock(mutex_);
  return std::exchange(progress_, std::nullopt);
}

std::shared_ptr<HeldClaim> HeldClaims::Add(const model::Fence& fence, Deadline deadline) {
  auto claim = std::make_shared<HeldClaim>(fence, deadline);
  const std::lock_guard lock(mutex_);
  claims_[fence.step_id] = claim;
  return claim;
}

void HeldClaims::Remove(const model::Fence& fence) {
  const std::lock_guard lock(mutex_);
  const auto at = claims_.find(fence.step_id);
  // A newer attempt of the same step may be held already.
  if (at != claims_.end() && at->second->fence() == fence) claims_.erase(at);
}

std::vector<std::shared_ptr<HeldClaim>> HeldClaims::All() const {
  std::vector<std::shared_ptr<HeldClaim>> all;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, claim] : claims_) all.push_back(claim);
  return all;
}

std::shared_ptr<HeldClaim> HeldClaims::Find(int64_t step_id) const {
  const std::lock_guard lock(mutex_);
  const auto at = claims_.find(step_id);
  return at == claims_.end() ? nullptr : at->second;
}

void HeldClaims::StopAll(HeldClaim::Reason reason) {
  for (const auto& claim : All()) claim->Stop(reason);
}

size_t HeldClaims::StopExpired(std::chrono::steady_clock::time_point now) {
  size_t stopped = 0;
  for (const auto& claim : All()) {
    if (claim->deadline() > now || claim->reason() != HeldClaim::Reason::kNone) continue;
    claim->Stop(HeldClaim::Reason::kLost);
    ++stopped;
  }
  return stopped;
}

std::optional<HeldClaims::Deadline> HeldClaims::FirstDeadline() const {
  std::optional<Deadline> first;
  for (const auto& claim : All()) {
    if (claim->reason() != HeldClaim::Reason::kNone) continue;
    const Deadline deadline = claim->deadline();
    if (!first || deadline < *first) first = deadline;
  }
  return first;
}

}  // namespace workflow
