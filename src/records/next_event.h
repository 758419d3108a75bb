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
  std::optional<bool> paused;
  std::optional<std::string> status_message;
  std::optional<std::string> status_meta;  // of a failed attempt, with the backend it waits for
};
BOOST_DESCRIBE_STRUCT(CurrentStep, (),
                      (workflow_step_number, workflow_step_name, status, attempt, next_attempt_at,
                       lease_until, worker_id, paused, status_message, status_meta))

// `meta` with {"next_event_at": …, "waiting_for": …, "why": …} in front: when something happens
// next (null while paused: only a person lets it go on), what that is in a word that programs can
// compare, and the same in a sentence.
//   worker      a free worker takes it (it could since next_event_at)
//   lease       a worker is at it; its lease ends then unless it is renewed
//   back-off    the next attempt after one that failed
//   NAME URL    a backend that could not serve (embedding http://…, lancedb)
//   resume      somebody who ends the pause
// Steps that wait for another one of their run show what that waits for.
base::JsonText WithNextEvent(const base::JsonText& meta, const CurrentStep& current,
                             bool waits_for_it);

}  // namespace records
