// RunGroup > WorkflowRun > RunStep as the API prints them, and the queue's own fields apart.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_text.h"
#include "model/document.h"
#include "model/duration.h"
#include "model/status.h"

namespace model {

// The runs that one start-workflows made.
struct RunGroup {
  int64_t id = 0;
  std::optional<std::string> name;
  std::string workflow_definition_id;
  std::string param_definition_id;
  std::optional<int64_t> batch_id;
  base::Time created_date;
  base::Time start_date;
  std::optional<base::Time> completed_date;
  RunStatus status = RunStatus::kPending;
  std::optional<base::Time> status_date;
  std::optional<std::string> status_message;
  base::JsonText status_meta;

  bool operator==(const RunGroup&) const = default;
};
BOOST_DESCRIBE_STRUCT(RunGroup, (),
                      (id, name, workflow_definition_id, param_definition_id, batch_id,
                       created_date, start_date, completed_date, status, status_date,
                       status_message, status_meta))

// One document going through one workflow. `doc_id` is the document's hash.
struct WorkflowRun {
  int64_t id = 0;
  std::string workflow_definition_id;
  int64_t run_group_id = 0;
  int64_t batch_id = 0;
  std::string doc_id;
  int64_t priority = 0;
  base::Time created_date;
  base::Time start_date;
  std::optional<base::Time> completed_date;
  RunStatus status = RunStatus::kPending;
  std::optional<base::Time> status_date;
  std::optional<std::string> status_message;
  base::JsonText status_meta;
  base::JsonText run_params;  // {param_id, workflow_id, source}

  std::optional<double> duration() const { return SecondsBetween(start_date, completed_date); }

  bool operator==(const WorkflowRun&) const = default;
};
BOOST_DESCRIBE_STRUCT(WorkflowRun, (),
                      (id, workflow_definition_id, run_group_id, batch_id, doc_id, priority,
                       created_date, start_date, completed_date, status, status_date,
                       status_message, status_meta, run_params, duration))

// One step of a run, numbered from 1. While it is not terminal, status_meta shows `next_event_at`
// (by when something happens to it) and `why`; both are computed on reading.
struct RunStep {
  int64_t id = 0;
  int64_t workflow_run_id = 0;
  int64_t workflow_step_number = 1;
  std::string workflow_step_name;
  int64_t step_config_id = 0;
  WorkflowStepType step_type = WorkflowStepType::kIngest;
  bool is_last_step = false;
  base::Time created_date;
  int64_t priority = 0;
  std::optional<base::Time> start_date;
  std::optional<base::Time> status_date;
  std::optional<base::Time> completed_date;
  int64_t retry = 0;    // failed attempts so far
  int64_t retries = 1;  // at this many failed attempts the step is FAILED
  RunStatus status = RunStatus::kPending;
  std::optional<std::string> status_message;
  base::JsonText status_meta;
  std::optional<std::string> worker_id;

  std::optional<double> duration() const { return SecondsBetween(start_date, completed_date); }

  bool operator==(const RunStep&) const = default;
};
BOOST_DESCRIBE_STRUCT(RunStep, (),
                      (id, workflow_run_id, workflow_step_number, workflow_step_name,
                       step_config_id, step_type, is_last_step, created_date, priority, start_date,
                       status_date, completed_date, retry, retries, status, status_message,
                       status_meta, worker_id, duration))

// The queue's view of a step; never part of the wire form.
struct StepQueueState {
  bool ready = false;  // may be claimed: current step of its run, not running
  std::optional<base::Time> next_attempt_at;  // not before this time
  std::optional<base::Time> lease_until;      // while RUNNING: when the claim ends unless renewed
  int64_t attempt = 0;                        // counts claims; the fencing token
  int64_t deaths = 0;                         // claims whose worker vanished

  bool operator==(const StepQueueState&) const = default;
};
BOOST_DESCRIBE_STRUCT(StepQueueState, (), (ready, next_attempt_at, lease_until, attempt, deaths))

// Who may write a step's result: the claim with this attempt, nobody else.
struct Fence {
  int64_t step_id = 0;
  int64_t attempt = 0;

  bool operator==(const Fence&) const = default;
};

// A run with what `include_steps` and `include_doc_info` ask for.
struct RunDetails {
  WorkflowRun workflow_run;
  std::optional<std::vector<RunStep>> steps;
  std::optional<DocumentInfo> document_info;
};
BOOST_DESCRIBE_STRUCT(RunDetails, (), (workflow_run, steps, document_info))

}  // namespace model
