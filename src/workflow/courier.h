// Courier: makes the calls of the outbox (records/outbox.h): tells the event handlers of workflow
// files what happened, at least once, and of each run in order.
//
// A call that fails is made again with growing pauses (full jitter, or what the handler asks for)
// until it succeeds, its error says that trying again is in vain, or its tries are used up. What
// handlers do changes nothing else: the history shows it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "records/outbox.h"
#include "sql/database.h"
#include "workflow/step.h"

namespace workflow {

// Thread-safe.
class Courier {
 public:
  struct Options {
    int threads = 4;  // calls at once
    // A call that has not ended by then is made by somebody else. Longer than any handler takes.
    base::Duration claim = std::chrono::minutes(5);
    base::Duration backoff_base = std::chrono::seconds(2);
    base::Duration backoff_cap = std::chrono::minutes(10);
    base::Duration longest_sleep = std::chrono::seconds(5);  // other processes add calls, too
    bool only_worker = true;  // what was begun before belongs to a process that is gone
  };
  struct Dependencies {
    sql::Database& db;
    const Registry& registry;
    const base::Clock& clock;
    base::Random& random;
    base::Log log;
  };

  // All that `dependencies` refers to must outlive the courier.
  static base::Result<std::unique_ptr<Courier>> Start(const Options& options,
                                                      Dependencies dependencies);
  // Stops first.
  ~Courier() { Stop(); }

  // There may be a call to make. Cheap.
  void Wake();
  // Calls back what is being made; it is made again by whoever comes next. Can be called again.
  void Stop();

 private:
  Courier(const Options& options, Dependencies dependencies)
      : options_(options), deps_(std::move(dependencies)) {}

  void Run();
  // False when nothing is due (or cannot be found out).
  bool CarryOne();
  void Carry(const records::OutboxCall& call);
  base::Result<> Settle(const records::OutboxCall& call, const base::Result<std::string>& answer,
                        base::Duration asked_for);
  std::chrono::nanoseconds UntilNext();

  const Options options_;
  const Dependencies deps_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable woken_;
  uint64_t wakes_ = 0;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace workflow
