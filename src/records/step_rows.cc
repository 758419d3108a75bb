#include "records/step_rows.h"

#include "records/next_event.h"
#include "records/statement.h"
#include "records/steps.h"

namespace records {
namespace {

using base::Code;
using base::Result;
using model::RunStep;
using model::WorkflowRun;

// The step on which the run `id` waits. The plus signs keep the planner at the run's own few steps.
std::string JoinCurrent(const std::string& run_id, const std::string& status) {
  return " LEFT JOIN runstep c ON c.workflow_run_id = " + run_id +
         " AND (+c.ready = 1 OR +c.status = 'RUNNING') AND " + status +
         " NOT IN ('COMPLETED', 'FAILED') ";
}

const Statement kGet("steps.get", SelectSteps() + "WHERE s.id = $1");
const Statement kOfRun("steps.of_run",
                       SelectSteps() +
                           "WHERE s.workflow_run_id = $1 ORDER BY s.workflow_step_number");
const Statement kOfBatch("steps.of_batch", SelectSteps() +
                                               "WHERE s.batch_id = $1 ORDER BY s.workflow_run_id, "
                                               "s.workflow_step_number");
const Statement kByStatus("steps.by_status", SelectSteps() + "WHERE s.status = $1 ORDER BY s.id");
const Statement kQueueState("steps.queue_state", "SELECT " + sql::Columns<model::StepQueueState>() +
                                                     " FROM runstep WHERE id = $1");

}  // namespace

std::string SelectSteps() {
  return "SELECT " + sql::Columns<RunStep>("s") + ", " + sql::Columns<CurrentStep>("c") +
         " FROM runstep s" + JoinCurrent("s.workflow_run_id", "s.status");
}

std::string SelectRuns() {
  return "SELECT " + sql::Columns<WorkflowRun>("r") + ", " + sql::Columns<CurrentStep>("c") +
         " FROM workflowrun r" + JoinCurrent("r.id", "r.status");
}

Result<std::vector<RunStep>> ReadSteps(sql::Tx& tx, const sql::Statement& statement,
                                       sql::Params params) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(statement, params));
  std::vector<RunStep> steps;
  steps.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    SI_ASSIGN(auto step, sql::FromRow<RunStep>(rows[i]));
    SI_ASSIGN(const auto current, sql::FromRow<CurrentStep>(rows[i], sql::ColumnCount<RunStep>()));
    const bool waits = current.workflow_step_number != step.workflow_step_number;
    step.status_meta = WithNextEvent(step.status_meta, current, waits);
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<std::vector<WorkflowRun>> ReadRuns(sql::Tx& tx, const sql::Statement& statement,
                                          sql::Params params) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(statement, params));
  std::vector<WorkflowRun> runs;
  runs.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    SI_ASSIGN(auto run, sql::FromRow<WorkflowRun>(rows[i]));
    SI_ASSIGN(const auto current,
              sql::FromRow<CurrentStep>(rows[i], sql::ColumnCount<WorkflowRun>()));
    run.status_meta = WithNextEvent(run.status_meta, current, true);
    runs.push_back(std::move(run));
  }
  return runs;
}

Result<RunStep> Steps::Get(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(auto steps, ReadSteps(tx, kGet, {id}));
  if (steps.empty()) return base::Fail(Code::kNotFound, "no step " + std::to_string(id));
  return std::move(steps.front());
}

Result<model::StepQueueState> Steps::QueueState(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(auto state, tx.One<model::StepQueueState>(kQueueState, {id}));
  if (!state) return base::Fail(Code::kNotFound, "no step " + std::to_string(id));
  return *state;
}

Result<std::vector<RunStep>> Steps::OfRun(sql::Tx& tx, int64_t run_id) {
  return ReadSteps(tx, kOfRun, {run_id});
}

Result<std::vector<RunStep>> Steps::OfBatch(sql::Tx& tx, int64_t batch_id) {
  return ReadSteps(tx, kOfBatch, {batch_id});
}

Result<std::vector<RunStep>> Steps::ByStatus(sql::Tx& tx, model::RunStatus status) {
  return ReadSteps(tx, kByStatus, {status});
}

}  // namespace records
