// The claims that this process holds: renewed while they are worked on, given up before their lease
// ends when they cannot be renewed. Private to the folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "model/run.h"
#include "workflow/step.h"

namespace workflow {

// One claim. The worker thread keeps it; the engine's other threads reach it through HeldClaims.
class HeldClaim {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  // Why the work on it has to end.
  enum class Reason : uint8_t { kNone, kLost, kStopping, kCancelled };

  HeldClaim(model::Fence fence, Deadline deadline) : fence_(fence), deadline_(deadline) {}

  const model::Fence& fence() const { return fence_; }
  std::stop_token token() const { return source_.get_token(); }
  Reason reason() const;
  // The first reason counts.
  void Stop(Reason reason);

  Deadline deadline() const;
  void Extend(Deadline deadline);
  // Progress for people, written down now and then.
  void SetProgress(std::string text);
  std::optional<std::string> TakeProgress();

 private:
  const model::Fence fence_;
  std::stop_source source_;  // has its own synchronisation
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  Deadline deadline_;
  Reason reason_ = Reason::kNone;
  std::optional<std::string> progress_;
};

// Thread-safe.
class HeldClaims {
 public:
  using Deadline = HeldClaim::Deadline;

  std::shared_ptr<HeldClaim> Add(const model::Fence& fence, Deadline deadline);
  void Remove(const model::Fence& fence);
  std::vector<std::shared_ptr<HeldClaim>> All() const;
  std::shared_ptr<HeldClaim> Find(int64_t step_id) const;
  void StopAll(HeldClaim::Reason reason);
  // Self-fence: stops those whose lease may have ended; how many.
  size_t StopExpired(std::chrono::steady_clock::time_point now);
  std::optional<Deadline> FirstDeadline() const;

 private:
  mutable std::mutex mutex_;
  std::map<int64_t, std::shared_ptr<HeldClaim>> claims_;  // by step id; guarded by mutex_
};

}  // namespace workflow
