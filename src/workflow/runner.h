// Runner: claims steps, runs their handlers, writes down what became of them. One per process that
// works; several processes can work on the same database.
//
// Threads: a scheduler (claims, takes back ended leases, sleeps until the next event), one worker
// per slot, a renewer (leases, check-ins, progress), a watch (stops work whose lease could not be
// renewed, before it ends) and a finisher (closes run groups once their databases are indexed).
// None of them polls: they sleep until the earliest deadline or a wake-up.
//
// A worker that completes a step claims its next one in the same transaction, so that a busy
// pipeline costs one transaction per step, and those of concurrent workers share one commit.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "model/run.h"
#include "model/status.h"
#include "sql/database.h"
#include "workflow/definition.h"
#include "workflow/events.h"
#include "workflow/machine.h"
#include "workflow/step.h"

namespace workflow {

// Makes what the runs of a group wrote fast to search; a group is complete after it. `data_dirs`
// are the databases that were written for this group; after a restart all that could have been.
// Called from one thread. A retryable error is tried again.
class GroupFinisher {
 public:
  virtual ~GroupFinisher() = default;
  virtual base::Result<> Finish(const model::RunGroup& group,
                                const std::set<std::string>& data_dirs, std::stop_token stop) = 0;
};

class Runner {
 public:
  struct Options {
    std::string worker_id;  // unique among all workers, ever
    Policy policy;
    // Steps of each type that run at once. A little more than the resource behind it can take keeps
    // that busy while results are being committed. Types without an entry are not worked on.
    std::map<model::WorkflowStepType, int64_t> limits = DefaultLimits(2);
    base::Duration checkin_interval = std::chrono::seconds(120);
    base::Duration checkin_timeout = std::chrono::seconds(600);
    base::Duration drain = std::chrono::seconds(30);  // Stop() waits so long for running steps
    // This process is the only one that works on the database: claims that it finds at the start
    // belong to dead processes and are taken back at once.
    bool only_worker = true;
  };
  struct Dependencies {
    sql::Database& db;
    const Registry& registry;
    const Definitions& definitions;
    const base::Clock& clock;
    base::Random& random;
    base::Log log;
    Listener* listener = nullptr;       // may be null
    GroupFinisher* finisher = nullptr;  // null: groups complete without indexing
  };

  // For a machine with so many processors.
  static std::map<model::WorkflowStepType, int64_t> DefaultLimits(int64_t processors);

  // Recovers what a dead process left behind, then starts the threads. All that `dependencies`
  // refers to must outlive the runner.
  static base::Result<std::unique_ptr<Runner>> Start(Options options, Dependencies dependencies);
  // Stops first.
  ~Runner();

  // There may be something to claim (runs were started, a retry was asked for), or a manual clock
  // was moved. Cheap; from any thread.
  void Wake();

  // Ends the runs as FAILED and calls their running steps back (within a second). How many were
  // open.
  base::Result<int64_t> Cancel(std::span<const int64_t> run_ids, const std::string& reason);

  // No new claims; steps that run may end for `drain`, then they are called back and given back to
  // the queue. Returns when all threads have ended. Can be called again.
  void Stop();

  // Steps that run now.
  int64_t busy() const;

 private:
  class Engine;
  explicit Runner(std::unique_ptr<Engine> engine);
  const std::unique_ptr<Engine> engine_;
};

}  // namespace workflow
