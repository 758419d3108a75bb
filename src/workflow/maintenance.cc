#include <algorithm>

#include "records/checkins.h"
#include "records/lifecycle.h"
#include "records/run_groups.h"
#include "records/runs.h"
#include "records/stored.h"
#include "workflow/engine.h"

namespace workflow {

records::LossPolicy Runner::Engine::Loss(const std::string& reason) const {
  return {.now = deps_.clock.Now(),
          .delay = options_.policy.loss_delay,
          .max_deaths = options_.policy.max_deaths,
          .reason = reason};
}

// A tenth of the lease is kept for clocks that run differently and for threads that wake late.
HeldClaim::Deadline Runner::Engine::SafeUntil(
    std::chrono::steady_clock::time_point claimed_at) const {
  return claimed_at + options_.policy.lease - options_.policy.lease / 10;
}

base::Result<> Runner::Engine::Recover() {
  const base::Time now = deps_.clock.Now();
  SI_ASSIGN(const auto lost,
            deps_.db.Write([&](sql::Tx& tx) -> base::Result<std::vector<records::LostStep>> {
              SI_TRY(records::CheckIns::CheckIn(tx, options_.worker_id, now));
              if (!options_.only_worker) return std::vector<records::LostStep>{};
              SI_ASSIGN(const auto open, records::Lifecycle::Open(tx));
              for (const auto& row : open) {
                SI_TRY(records::Lifecycle::End(tx, row.id, model::RunStatus::kFailed,
                                               "interrupted by a restart", now));
              }
              SI_ASSIGN(auto taken,
                        records::Steps::VoidLeases(tx, Loss("the server was restarted")));
              SI_TRY(book_.SayPoison(tx, taken, now));
              return taken;
            }));
  SI_ASSIGN(const auto groups,
            deps_.db.Read([](sql::Tx& tx) { return records::RunGroups::List(tx, std::nullopt); }));
  for (const model::RunGroup& group : groups) {
    if (!model::IsTerminal(group.status)) inherited_.insert(group.id);
  }
  if (!lost.empty()) {
    deps_.log.Info("took back steps of a process that is gone",
                   {{"steps", static_cast<int64_t>(lost.size())}});
  }
  TellLost(lost);
  return {};
}

bool Runner::Engine::TakeBackEndedLeases() {
  const auto lost =
      deps_.db.Write([&](sql::Tx& tx) -> base::Result<std::vector<records::LostStep>> {
        const base::Time now = deps_.clock.Now();
        SI_ASSIGN(auto taken, records::Steps::ExpireLeases(tx, Loss("its lease ended")));
        SI_ASSIGN(const auto silent,
                  records::CheckIns::TakeExpired(tx, now - options_.checkin_timeout));
        for (const std::string& worker : silent) {
          SI_ASSIGN(auto more, records::Steps::VoidLeasesOf(
                                   tx, worker, Loss("worker " + worker + " does not check in")));
          std::ranges::move(more, std::back_inserter(taken));
        }
        SI_TRY(book_.SayPoison(tx, taken, now));
        return taken;
      });
  if (!lost) {
    deps_.log.Warning("cannot look for ended leases", {{"error", lost.error().ToString()}});
    return false;
  }
  TellLost(*lost);
  return true;
}

void Runner::Engine::TellLost(const std::vector<records::LostStep>& lost) {
  for (const records::LostStep& step : lost) {
    if (const auto held = held_.Find(step.end.step_id)) held->Stop(HeldClaim::Reason::kLost);
    deps_.log.Warning("a step lost its worker", {{"run", step.end.workflow_run_id},
                                                 {"step", step.end.step_id},
                                                 {"attempt", step.end.attempt},
                                                 {"worker", step.worker_id},
                                                 {"poison", step.poison}});
    if (step.end.group_drained) finish_alarm_.Ring();
    if (!step.end.run_ended) continue;
    EngineEvent event;
    event.kind = EngineEvent::Kind::kRunEnded;
    event.time = deps_.clock.Now();
    event.batch_id = step.end.batch_id;
    event.run_group_id = step.end.run_group_id;
    event.run_id = step.end.workflow_run_id;
    event.step_id = step.end.step_id;
    event.status = model::RunStatus::kFailed;
    event.message = "its workers vanished again and again";
    Tell(event);
  }
}

// --- leases

void Runner::Engine::Renew() {
  const base::Duration period = options_.policy.lease / 3;
  const base::Duration tick = std::min<base::Duration>(period, std::chrono::seconds(2));
  while (!drained_) {
    renew_alarm_.SleepFor(tick);
    const auto now = deps_.clock.Steady();
    // What is past its deadline is given up and must not be held on to (a process that was stopped
    // and continued).
    held_.StopExpired(now);
    auto held = held_.All();
    std::erase_if(held,
                  [](const auto& claim) { return claim->reason() != HeldClaim::Reason::kNone; });
    if (now - last_renewal_ >= period && !held.empty()) {
      if (const auto renewed = RenewOnce(held); !renewed) {
        deps_.log.Warning("cannot renew leases", {{"error", renewed.error().ToString()}});
      } else {
        last_renewal_ = now;
      }
    }
    WriteProgress(held);
    CheckInIfDue();
  }
}

base::Result<> Runner::Engine::RenewOnce(const std::vector<std::shared_ptr<HeldClaim>>& held) {
  const auto deadline = SafeUntil(deps_.clock.Steady());
  std::vector<model::Fence> fences;
  for (const auto& claim : held) fences.push_back(claim->fence());
  SI_ASSIGN(const auto lost, deps_.db.Write([&](sql::Tx& tx) {
    return records::Steps::Renew(tx, fences, deps_.clock.Now() + options_.policy.lease);
  }));
  for (const auto& claim : held) {
    if (std::ranges::find(lost, claim->fence()) == lost.end()) {
      claim->Extend(deadline);
    } else {
      // It may also have ended while this was on its way; then nobody minds.
      claim->Stop(HeldClaim::Reason::kLost);
    }
  }
  return {};
}

void Runner::Engine::WriteProgress(const std::vector<std::shared_ptr<HeldClaim>>& held) {
  std::vector<std::pair<model::Fence, std::string>> messages;
  for (const auto& claim : held) {
    if (auto text = claim->TakeProgress()) messages.emplace_back(claim->fence(), *std::move(text));
  }
  if (messages.empty()) return;
  const base::Time now = deps_.clock.Now();
  (void)deps_.db.Write([&](sql::Tx& tx) -> base::Result<> {
    for (const auto& [fence, text] : messages) {
      (void)records::Steps::SetMessage(tx, fence, text, now);  // ended meanwhile: no harm
    }
    return {};
  });
}

void Runner::Engine::CheckInIfDue() {
  const auto now = deps_.clock.Steady();
  if (now - last_checkin_ < options_.checkin_interval) return;
  last_checkin_ = now;
  const auto written = deps_.db.Write([&](sql::Tx& tx) {
    return records::CheckIns::CheckIn(tx, options_.worker_id, deps_.clock.Now());
  });
  if (!written) deps_.log.Warning("cannot check in", {{"error", written.error().ToString()}});
}

// Never touches the database: it has to act when that hangs.
void Runner::Engine::Watch() {
  while (!drained_) {
    const auto now = deps_.clock.Steady();
    if (const size_t stopped = held_.StopExpired(now); stopped > 0) {
      deps_.log.Error("stopped steps whose lease could not be renewed",
                      {{"steps", static_cast<int64_t>(stopped)}});
    }
    // A claim that is added meanwhile is safe for longer than this.
    std::chrono::nanoseconds sleep = options_.policy.lease / 2;
    if (const auto first = held_.FirstDeadline()) {
      sleep =
          std::clamp<std::chrono::nanoseconds>(*first - now, std::chrono::milliseconds(1), sleep);
    }
    watch_alarm_.SleepFor(sleep);
  }
}

// --- run groups

void Runner::Engine::FinishGroups() {
  while (!drained_) {
    const auto drained = deps_.db.Read([](sql::Tx& tx) { return records::RunGroups::Drained(tx); });
    if (drained) {
      for (const model::RunGroup& group : *drained) {
        if (!drained_) FinishGroup(group);
      }
    }
    // A group that could not be finished is tried again sooner than the regular look.
    const base::Duration retry =
        finish_failures_.empty() ? options_.policy.finish_check : std::chrono::seconds(5);
    finish_alarm_.SleepFor(std::min(retry, options_.policy.finish_check));
  }
}

// What was written here; of a group that another process began, every database of the ledger, since
// nobody remembers which.
std::set<std::string> Runner::Engine::DatabasesOf(const model::RunGroup& group) {
  std::set<std::string> names = written_.With([&](auto& map) { return map[group.id]; });
  if (!inherited_.contains(group.id)) return names;
  const auto all = deps_.db.Read([](sql::Tx& tx) { return records::Stored::Databases(tx); });
  if (all) names.insert(all->begin(), all->end());
  return names;
}

void Runner::Engine::FinishGroup(const model::RunGroup& group) {
  constexpr int kTries = 5;
  const auto data_dirs = DatabasesOf(group);
  if (deps_.finisher != nullptr) {
    const auto finished = deps_.finisher->Finish(group, data_dirs, finish_stop_.get_token());
    if (!finished && finish_stop_.stop_requested()) return;
    if (!finished) {
      const std::string message = "indexing failed: " + finished.error().message();
      deps_.log.Warning("cannot index what a run group wrote",
                        {{"group", group.id}, {"error", finished.error().ToString()}});
      (void)deps_.db.Write([&](sql::Tx& tx) {
        return records::RunGroups::SetMessage(tx, group.id, message, deps_.clock.Now());
      });
      // The documents are found without an index too: better complete late than never.
      if (finished.error().retryable() && ++finish_failures_[group.id] < kTries) return;
    }
  }
  finish_failures_.erase(group.id);
  model::RunGroup after = group;
  const auto ended = deps_.db.Write([&](sql::Tx& tx) -> base::Result<Book::GroupEnded> {
    SI_ASSIGN(auto done, book_.FinishGroup(tx, group, deps_.clock.Now()));
    SI_ASSIGN(after, records::RunGroups::Get(tx, group.id));
    return done;
  });
  if (!ended || !ended->closed) return;
  written_.With([&](auto& map) { map.erase(group.id); });
  inherited_.erase(group.id);
  RunCalls(ended->calls);
  EngineEvent event;
  event.kind = EngineEvent::Kind::kGroupEnded;
  event.time = deps_.clock.Now();
  event.batch_id = group.batch_id.value_or(0);
  event.run_group_id = group.id;
  event.status = after.status;
  event.message = after.status_message.value_or("");
  Tell(event);
}

}  // namespace workflow
