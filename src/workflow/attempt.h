// One attempt of one step: what the handler needs is looked up, the handler runs, its error is
// judged by the state machine. Private to the folder.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "model/step_config.h"
#include "records/steps.h"
#include "sql/database.h"
#include "workflow/book.h"
#include "workflow/events.h"
#include "workflow/held_claims.h"
#include "workflow/machine.h"
#include "workflow/step.h"

namespace workflow {

// StepConfig rows never change, so each is read once. Thread-safe.
class StepConfigCache {
 public:
  base::Result<std::shared_ptr<const model::StepConfig>> Get(sql::Tx& tx, int64_t id);

 private:
  std::mutex mutex_;
  std::map<int64_t, std::shared_ptr<const model::StepConfig>> rows_;  // guarded by mutex_
};

// Thread-safe.
class Attempts {
 public:
  struct Dependencies {
    sql::Database& db;
    const Registry& registry;
    const base::Clock& clock;
    base::Random& random;
    Listener* listener;  // may be null
    Policy policy;
  };

  explicit Attempts(Dependencies dependencies) : deps_(dependencies) {}

  // Runs the handler; never throws.
  base::Result<StepOutcome> Run(const Claim& claim, HeldClaim& held);
  // What the state machine makes of a failed attempt: when it is tried again, if at all.
  records::StepFailure Judge(const Claim& claim, const base::Error& error);
  // The event for listeners, filled with the ids of the claim.
  EngineEvent EventOf(const Claim& claim, EngineEvent::Kind kind) const;

 private:
  base::Result<StepContext> Load(sql::Tx& tx, const Claim& claim);
  base::Result<> LoadConfigs(sql::Tx& tx, const Claim& claim, StepContext& context);
  base::Result<> LoadEarlierConfigs(sql::Tx& tx, StepContext& context);

  const Dependencies deps_;
  StepConfigCache configs_;
};

}  // namespace workflow
