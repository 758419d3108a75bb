// Shows on reading by when something happens to what is not terminal, and why. Private to the
// folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/result.h"
#include "model/run.h"
#include "sql/value.h"

namespace records {

// The queue state of the step on which a step or run waits, as selected by kCurrentColumns.
struct CurrentStep {
  std::optional<int64_t> workflow_step_number;  // empty: there is none
  std::optional<std::string> workflow_step_name;
  std::optional<std::string> status;
  std::optional<int64_t> attempt;
  std::optional<base::Time> next_attempt_at;
  std::optional<base::Time> lease_until;
  std::optional<std::string> worker_id;
};
BOOST_DESCRIBE_STRUCT(CurrentStep, (),
                      (workflow_step_number, workflow_step_name, status, attempt, next_attempt_at,
                       lease_until, worker_id))

// `meta` with {"next_event_at": …, "why": …} in front.
base::JsonText WithNextEvent(const base::JsonText& meta, const CurrentStep& current,
                             bool waits_for_it);

}  // namespace records
