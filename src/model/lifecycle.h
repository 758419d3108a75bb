// LifecycleHistory: one row per event of a run, and per handler that ran for it.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json_text.h"
#include "model/status.h"

namespace model {

struct LifecycleHistory {
  int64_t id = 0;
  LifecycleEvent event = LifecycleEvent::kItemStart;
  std::optional<std::string> handler_name;
  int64_t run_group_id = 0;
  int64_t workflow_run_id = 0;
  std::optional<int64_t> step_id;
  base::Time start_date;
  std::optional<base::Time> completed_date;
  RunStatus status = RunStatus::kRunning;
  std::optional<base::Time> status_date;
  std::optional<std::string> status_message;
  base::JsonText status_meta;

  bool operator==(const LifecycleHistory&) const = default;
};
BOOST_DESCRIBE_STRUCT(LifecycleHistory, (),
                      (id, event, handler_name, run_group_id, workflow_run_id, step_id, start_date,
                       completed_date, status, status_date, status_message, status_meta))

}  // namespace model
