// What people do to runs while they are open: cancel, pause, resume.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"
#include "workflow/definition.h"
#include "workflow/step.h"

namespace workflow {

enum class RunAction : uint8_t {
  kCancel,  // FAILED with status_meta.cancelled
  kPause,   // nothing of it is claimed until it is resumed; what runs is given back without cost
  kResume,  // goes on where it was
};

struct Controlled {
  int64_t runs = 0;               // that changed
  std::vector<int64_t> step_ids;  // of these runs; whoever works on one should stop
  int64_t calls = 0;              // of event handlers that are in the outbox now
};

// In one transaction. Attempts that work on runs which are cancelled or paused are stale when it
// returns: nothing of theirs counts any more. Runs for which the action means nothing (terminal,
// paused already, not paused) stay as they are. kNotFound for an unknown run.
struct ControlRequest {
  RunAction action = RunAction::kCancel;
  std::span<const int64_t> run_ids;
  std::string reason;  // not of kResume
};
base::Result<Controlled> ControlRuns(sql::Database& db, const Definitions& definitions,
                                     const Registry& registry, const ControlRequest& request,
                                     base::Time now);

}  // namespace workflow
