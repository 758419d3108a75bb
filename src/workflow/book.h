// The engine's transactions: claims and ends of steps together with the lifecycle rows that they
// mean and the calls of event handlers that follow. Private to the folder.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "records/steps.h"
#include "sql/database.h"
#include "workflow/definition.h"
#include "workflow/step.h"

namespace workflow {

// An event handler of the workflow file that is to run now; its lifecycle row is RUNNING already.
struct HandlerCall {
  int64_t lifecycle_id = 0;
  EventMethod* method = nullptr;
  int retries = 1;
  EventContext context;
};

// A claimed step with what its workflow file says.
struct Claim {
  records::ClaimedStep claimed;
  std::shared_ptr<const Definition> definition;  // null: the file is gone
  std::vector<HandlerCall> calls;                // of its start events

  const model::RunStep& step() const { return claimed.step; }
  const model::WorkflowRun& run() const { return claimed.run; }
};

struct Ended {
  records::StepEnd end;
  std::vector<HandlerCall> calls;
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
  // Lifecycle rows of the steps among `lost` that were given up.
  base::Result<> SayPoison(sql::Tx& tx, const std::vector<records::LostStep>& lost,
                           base::Time now) const;

  // Closes a group without open runs; false when it is not to be closed (now).
  struct GroupEnded {
    bool closed = false;
    std::vector<HandlerCall> calls;
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

  base::Result<> Say(sql::Tx& tx, model::LifecycleEvent event, const Place& place, base::Time now,
                     std::vector<HandlerCall>& calls) const;
  base::Result<> SayStarted(sql::Tx& tx, Claim& claim, base::Time now) const;
  base::Result<> SayEnded(sql::Tx& tx, Place step, bool failed, base::Time now, Ended& ended) const;
  static Place PlaceOf(const Claim& claim, std::string message);

  const Definitions& definitions_;
  const Registry& registry_;
};

}  // namespace workflow
