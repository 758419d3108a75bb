// The engine's transactions: claims and ends of steps together with the lifecycle rows that they
// mean, and the calls of event handlers in the outbox. Private to the folder.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "records/steps.h"
#include "sql/database.h"
#include "workflow/definition.h"
#include "workflow/step.h"

namespace workflow {

// A claimed step with what its workflow file says.
struct Claim {
  records::ClaimedStep claimed;
  std::shared_ptr<const Definition> definition;  // null: the file is gone
  int64_t calls = 0;                             // of handlers of its start events, in the outbox

  const model::RunStep& step() const { return claimed.step; }
  const model::WorkflowRun& run() const { return claimed.run; }
};

struct Ended {
  records::StepEnd end;
  int64_t calls = 0;  // of event handlers, in the outbox
};

// All functions run in the caller's transaction and can run again. Thread-safe.
class Book {
 public:
  Book(const Definitions& definitions, const Registry& registry)
      : definitions_(definitions), registry_(registry) {}

  base::Result<std::vector<Claim>> ClaimSteps(sql::Tx& tx,
                                              const records::ClaimRequest& request) const;
  base::Result<Ended> Complete(sql::Tx& tx, const Claim& claim, const StepOutcome& outcome,
                               base::Time now) const;
  base::Result<Ended> Fail(sql::Tx& tx, const Claim& claim, const records::StepFailure& failure,
                           base::Time now) const;
  // Lifecycle rows of the steps among `lost` that were given up; how many calls that makes.
  base::Result<int64_t> SayPoison(sql::Tx& tx, const std::vector<records::LostStep>& lost,
                                  base::Time now) const;
  // The same of a run that was cancelled.
  base::Result<int64_t> SayCancelled(sql::Tx& tx, int64_t run_id, const std::string& reason,
                                     base::Time now) const;

  // Closes a group without open runs; false when it is not to be closed (now).
  struct GroupEnded {
    bool closed = false;
    int64_t calls = 0;
  };
  base::Result<GroupEnded> FinishGroup(sql::Tx& tx, const model::RunGroup& group,
                                       base::Time now) const;

 private:
  // Where an event belongs.
  struct Place {
    std::shared_ptr<const Definition> definition;
    int64_t run_group_id = 0;
    int64_t run_id = 0;
    std::optional<int64_t> step_id;
    std::string document_hash;
    std::string message;
  };

  static std::span<const EventHandler> HandlersOf(const Place& place);
  base::Result<> Say(sql::Tx& tx, model::LifecycleEvent event, const Place& place, base::Time now,
                     int64_t& calls) const;
  base::Result<> SayStarted(sql::Tx& tx, Claim& claim, base::Time now) const;
  base::Result<> SayEnded(sql::Tx& tx, Place step, bool failed, base::Time now, Ended& ended) const;
  static Place PlaceOf(const Claim& claim, std::string message);
  base::Result<Place> PlaceOf(sql::Tx& tx, int64_t run_id, std::string message) const;

  const Definitions& definitions_;
  const Registry& registry_;
};

}  // namespace workflow
