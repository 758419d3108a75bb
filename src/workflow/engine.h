// What is behind Runner: its threads and what they share. Private to the folder.
//
//   engine.cc       start, stop, claims, workers
//   maintenance.cc  leases, check-ins, progress, run groups
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "workflow/alarm.h"
#include "workflow/attempt.h"
#include "workflow/book.h"
#include "workflow/held_claims.h"
#include "workflow/runner.h"
#include "workflow/slots.h"
#include "workflow/work_queue.h"

namespace workflow {

class Runner::Engine {
 public:
  Engine(Options options, Dependencies dependencies);
  ~Engine() { Stop(); }

  base::Result<> Start();
  void Stop();
  void Wake();
  base::Result<int64_t> Cancel(std::span<const int64_t> run_ids, const std::string& reason);
  int64_t busy() const { return queue_.running(); }

 private:
  using Type = model::WorkflowStepType;
  using Write = std::function<base::Result<Ended>(sql::Tx&)>;

  // --- engine.cc
  void Schedule();
  void Work(Type type);
  void Carry(Job job);
  void Settle(const Job& job, base::Result<StepOutcome> outcome);
  // Writes the end of a step and claims for the slots that are free with it, in one transaction.
  base::Result<Ended> WriteEnd(const Job& job, const Write& write);
  void AfterEnd(const Job& job, const Ended& ended, const EngineEvent& event);
  void GiveBack(const std::vector<Job>& jobs);
  // Steps for the reserved slots: into the queue; the slots that stay empty go back.
  void Dispatch(std::vector<Claim> claims, Slots::Reservation reserved,
                HeldClaim::Deadline deadline);
  void ClaimForFreeSlots();
  records::ClaimRequest RequestFor(const Slots::Reservation& reserved) const;
  std::optional<Type> TypeAfter(const Claim& claim) const;
  std::chrono::nanoseconds UntilNextEvent();
  void RunCalls(const std::vector<HandlerCall>& calls);
  void Tell(const EngineEvent& event) const;
  // Write, tried again for a while when the database is not to be had.
  template <typename Fn>
  auto Commit(Fn fn);

  // --- maintenance.cc
  base::Result<> Recover();
  bool TakeBackEndedLeases();  // false: the database is not to be had
  void TellLost(const std::vector<records::LostStep>& lost);
  void Renew();
  base::Result<> RenewOnce(const std::vector<std::shared_ptr<HeldClaim>>& held);
  void WriteProgress(const std::vector<std::shared_ptr<HeldClaim>>& held);
  void CheckInIfDue();
  void Watch();
  void FinishGroups();
  void FinishGroup(const model::RunGroup& group);
  std::set<std::string> DatabasesOf(const model::RunGroup& group);
  records::LossPolicy Loss(const std::string& reason) const;
  HeldClaim::Deadline SafeUntil(std::chrono::steady_clock::time_point claimed_at) const;

  // Constant after construction.
  const Options options_;
  const Dependencies deps_;

  // Own synchronisation.
  const Book book_;
  Attempts attempts_;
  Slots slots_;
  HeldClaims held_;
  WorkQueue queue_;
  Alarm schedule_alarm_, renew_alarm_, watch_alarm_, finish_alarm_;
  base::Guarded<std::map<int64_t, std::set<std::string>>> written_;  // databases by run group
  std::stop_source finish_stop_;
  std::atomic<bool> stopping_ = false;  // no claims any more
  std::atomic<bool> drained_ = false;   // workers have ended: the other threads may

  // Used by one thread.
  std::chrono::steady_clock::time_point last_renewal_;  // renewer
  std::chrono::steady_clock::time_point last_checkin_;  // renewer
  std::map<int64_t, int> finish_failures_;              // finisher: by run group
  std::set<int64_t> inherited_;  // finisher: groups that another process began

  // Used by Start and Stop.
  std::thread scheduler_, renewer_, watch_, finisher_;
  std::vector<std::thread> workers_;
};

}  // namespace workflow
