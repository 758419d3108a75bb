// The connections that exist, and until when each may wait for its peer.
//
// One look at all of them five times a second replaces a timer for every operation: a deadline is a
// plain store, and an idle connection costs a set entry.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace http {

using SteadyTime = std::chrono::steady_clock::time_point;

// A connection as the registry sees it.
class Watched {
 public:
  virtual ~Watched() = default;
  // Ends what the connection waits for if that is still Late(). Any thread.
  virtual void Check(SteadyTime now, SteadyTime idle_until) = 0;
  // The server stops: streams without an end finish. Any thread.
  virtual void OnStop() = 0;
  // Ends whatever it does. Any thread.
  virtual void CutOff() = 0;

  bool Late(SteadyTime now, SteadyTime idle_until) const {
    return now.time_since_epoch().count() >= deadline_ || (idle_ && now >= idle_until);
  }
  // Until when what it does next may take.
  void SetDeadline(SteadyTime time) { deadline_ = time.time_since_epoch().count(); }
  // Between two requests.
  void SetIdle(bool idle) { idle_ = idle; }

 private:
  std::atomic<SteadyTime::rep> deadline_{SteadyTime::max().time_since_epoch().count()};
  std::atomic<bool> idle_{false};
};

// Thread-safe.
class Registry {
 public:
  void Enter(const std::shared_ptr<Watched>& connection);
  void Leave(const Watched* connection);
  size_t size() const;

  // Checks those whose deadline has passed; idle ones also when `idle_until` has.
  void CheckAll(SteadyTime now, SteadyTime idle_until);
  void TellStop();
  void CutAll();
  // False when some are still there after `limit`.
  bool WaitUntilEmpty(std::chrono::milliseconds limit);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<const Watched*, std::weak_ptr<Watched>> all_;
};

}  // namespace http
