// What the engine tells while it works: progress for people. The durable story is in the database.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "model/status.h"

namespace workflow {

// One thing that happened. Ids that do not apply are 0.
struct EngineEvent {
  enum class Kind : uint8_t {
    kStepStarted,
    kStepProgress,  // done of total (pages, chunks)
    kStepEnded,     // status says how
    kRunEnded,
    kGroupEnded,
  };

  Kind kind = Kind::kStepStarted;
  base::Time time;
  int64_t batch_id = 0;
  int64_t run_group_id = 0;
  int64_t run_id = 0;
  int64_t step_id = 0;
  int64_t attempt = 0;
  model::WorkflowStepType step_type = model::WorkflowStepType::kIngest;
  std::string document_hash;
  model::RunStatus status = model::RunStatus::kRunning;
  std::string message;  // why it failed; "" otherwise
  bool reused = false;  // the step found its result already there
  int64_t done = 0;
  int64_t total = 0;
};

// Implemented by who shows progress (API streams, the command line). Called from many threads at
// once, after the fact was committed; it must return at once.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void OnEvent(const EngineEvent& event) = 0;
};

}  // namespace workflow
