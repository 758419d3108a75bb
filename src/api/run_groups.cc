// /api/v1/workflow: run groups, retry; /api/v1/stats.
#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>

#include "api/answers.h"
#include "api/examples.h"
#include "api/groups.h"
#include "records/run_groups.h"

namespace api {
namespace {

using base::Result;
using http::In;
using http::Request;
using http::Response;
using model::RunStatus;

struct RunGroupRemovals {
  int64_t deleted_runsteps = 0;
  int64_t deleted_lifecyclehistory = 0;
  int64_t deleted_workflowruns = 0;
  int64_t deleted_rungroups = 0;
  int64_t total_deleted = 0;
};
BOOST_DESCRIBE_STRUCT(RunGroupRemovals, (),
                      (deleted_runsteps, deleted_lifecyclehistory, deleted_workflowruns,
                       deleted_rungroups, total_deleted))

struct RunGroupDeleted {
  std::string message;
  RunGroupRemovals statistics;
};
BOOST_DESCRIBE_STRUCT(RunGroupDeleted, (), (message, statistics))

struct RunGroupRetried {
  std::string message;
  int64_t run_group_id = 0;
  int64_t reset_runs = 0;
  int64_t reset_steps = 0;
};
BOOST_DESCRIBE_STRUCT(RunGroupRetried, (), (message, run_group_id, reset_runs, reset_steps))

// Steps of one type: how many are in each status, and how many of the completed found their result
// there already.
struct StepProgress {
  model::WorkflowStepType step_type = model::WorkflowStepType::kIngest;
  int64_t PENDING = 0;
  int64_t RUNNING = 0;
  int64_t COMPLETED = 0;
  int64_t ERROR = 0;
  int64_t FAILED = 0;
  int64_t reused = 0;
};
BOOST_DESCRIBE_STRUCT(StepProgress, (),
                      (step_type, PENDING, RUNNING, COMPLETED, ERROR, FAILED, reused))

// Runs by status, in every spelling that clients look for.
struct RunGroupStats {
  int64_t run_group_id = 0;
  int64_t total_runs = 0;
  std::map<std::string, int64_t> status_counts;
  std::optional<double> average_duration;
  std::optional<double> min_duration;
  std::optional<double> max_duration;
  RunStatus group_status = RunStatus::kPending;
  int64_t PENDING = 0;
  int64_t RUNNING = 0;
  int64_t COMPLETED = 0;
  int64_t ERROR = 0;
  int64_t FAILED = 0;
  int64_t completed = 0;
  int64_t running = 0;
  int64_t pending = 0;
  int64_t failed = 0;
  std::optional<double> avg_duration;
  std::vector<StepProgress> steps;
};
BOOST_DESCRIBE_STRUCT(RunGroupStats, (),
                      (run_group_id, total_runs, status_counts, average_duration, min_duration,
                       max_duration, group_status, PENDING, RUNNING, COMPLETED, ERROR, FAILED,
                       completed, running, pending, failed, avg_duration, steps))

Response ListGroups(const Services& s, Request& request) {
  return Answer(s.database.Read(
      [&](sql::Tx& tx) { return records::RunGroups::List(tx, request.Integer("batch_id")); }));
}

Response OneGroup(const Services& s, Request& request) {
  return Answer(s.database.Read([&](sql::Tx& tx) {
    return records::RunGroups::Get(tx, request.RequireInteger("run_group_id"));
  }));
}

Response DeleteGroup(const Services& s, Request& request) {
  const int64_t id = request.RequireInteger("run_group_id");
  return AnswerWith(
      s.database.Write(
          [&](sql::Tx& tx) { return records::RunGroups::Delete(tx, id, s.clock.Now()); }),
      [&](const auto& d) {
        return reflect::ToJson(RunGroupDeleted{
            fmt::format("RunGroup {} deleted successfully", id),
            {d.runsteps, d.lifecyclehistory, d.workflowruns, d.rungroups, d.Total()}});
      });
}

void Count(StepProgress& progress, RunStatus status, int64_t count) {
  switch (status) {
    case RunStatus::kPending:
      progress.PENDING = count;
      break;
    case RunStatus::kRunning:
      progress.RUNNING = count;
      break;
    case RunStatus::kCompleted:
      progress.COMPLETED = count;
      break;
    case RunStatus::kError:
      progress.ERROR = count;
      break;
    case RunStatus::kFailed:
      progress.FAILED = count;
      break;
  }
}

// In the order of the step types.
std::vector<StepProgress> ProgressOf(const std::vector<model::StepCount>& counts,
                                     const std::map<model::WorkflowStepType, int64_t>& reused) {
  std::map<model::WorkflowStepType, StepProgress> by_type;
  for (const model::StepCount& count : counts) {
    by_type[count.step_type].step_type = count.step_type;
    Count(by_type[count.step_type], count.status, count.count);
  }
  std::vector<StepProgress> all;
  for (auto& [type, progress] : by_type) {
    const auto found = reused.find(type);
    progress.reused = found == reused.end() ? 0 : found->second;
    all.push_back(progress);
  }
  return all;
}

Result<RunGroupStats> StatsOf(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(const model::GroupStats stats, records::RunGroups::Stats(tx, id));
  SI_ASSIGN(const auto progress, records::RunGroups::Progress(tx, id));
  SI_ASSIGN(const auto reused, records::RunGroups::Reused(tx, id));
  const auto count = [&](RunStatus status) {
    const auto found = stats.status_counts.find(std::string(reflect::Wire(status)));
    return found == stats.status_counts.end() ? 0 : found->second;
  };
  RunGroupStats all{.run_group_id = stats.run_group_id,
                    .total_runs = stats.total_runs,
                    .status_counts = stats.status_counts,
                    .average_duration = stats.average_duration,
                    .min_duration = stats.min_duration,
                    .max_duration = stats.max_duration,
                    .group_status = stats.group_status,
                    .avg_duration = stats.average_duration,
                    .steps = ProgressOf(progress, reused)};
  all.pending = all.PENDING = count(RunStatus::kPending);
  all.running = all.RUNNING = count(RunStatus::kRunning);
  all.completed = all.COMPLETED = count(RunStatus::kCompleted);
  all.ERROR = count(RunStatus::kError);
  all.failed = all.FAILED = count(RunStatus::kFailed);
  return all;
}

Response StatsOfGroup(const Services& s, Request& request) {
  return Answer(s.database.Read(
      [&](sql::Tx& tx) { return StatsOf(tx, request.RequireInteger("run_group_id")); }));
}

Response Retry(const Services& s, Request& request) {
  const int64_t id = request.RequireInteger("run_group_id");
  const auto retried = s.database.Write(
      [&](sql::Tx& tx) { return records::RunGroups::Retry(tx, id, s.clock.Now()); });
  if (retried) s.work_arrived();
  return AnswerWith(
      retried,
      [&](const auto& r) {
        return reflect::ToJson(
            RunGroupRetried{"Failed steps reset", id, r.reset_runs, r.reset_steps});
      },
      201);
}

Response Durations(const Services& s, Request& request) {
  return Answer(s.database.Read([&](sql::Tx& tx) {
    return records::RunGroups::Durations(tx, request.RequireInteger("run_group_id"));
  }));
}

Response StepStats(const Services& s, Request& request) {
  return Answer(s.database.Read([&](sql::Tx& tx) {
    return records::RunGroups::StepStats(tx, request.RequireInteger("run_group_id"));
  }));
}

}  // namespace

void AddRunGroupRoutes(Routes& routes, const Services& services) {
  const auto with = [&services](Response (*handler)(const Services&, Request&)) {
    return [&services, handler](Request& request) { return handler(services, request); };
  };
  const http::Parameter in_query = Id("run_group_id", "The run group.", In::kQuery);
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/run-groups",
                    .tag = "workflow",
                    .summary = "List run groups",
                    .operation_id = "list_run_groups",
                    .parameters = {OptionalId("batch_id", "Only those of this batch.")},
                    .responses = {Gives<std::vector<model::RunGroup>>(200, "The run groups.",
                                                                      {examples::Group()})},
                    .handler = with(ListGroups)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/run_groups/{run_group_id}",
                    .tag = "workflow",
                    .summary = "A run group",
                    .operation_id = "get_run_group",
                    .parameters = {Id("run_group_id", "The run group.")},
                    .responses = {Gives<model::RunGroup>(200, "The run group.", examples::Group()),
                                  {404, "no such run group"}},
                    .handler = with(OneGroup)});
  routes.push_back({.method = http::Method::kDelete,
                    .path = "/api/v1/workflow/run_groups/{run_group_id}",
                    .tag = "workflow",
                    .summary = "Delete a run group",
                    .description =
                        "With its runs, their steps and history, in one transaction. Documents and "
                        "what was computed for them stay.",
                    .operation_id = "delete_run_group",
                    .parameters = {Id("run_group_id", "The run group.")},
                    .responses = {Gives<RunGroupDeleted>(
                                      200, "What was deleted.",
                                      {"RunGroup 5 deleted successfully", {150, 45, 10, 1, 206}}),
                                  {404, "no such run group"}},
                    .handler = with(DeleteGroup)});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/workflow/run_groups/{run_group_id}/stats",
       .tag = "workflow",
       .summary = "Numbers of a run group",
       .description = "Runs by status, durations of completed runs in seconds, and the progress of "
                      "each step type.",
       .operation_id = "get_run_group_stats",
       .parameters = {Id("run_group_id", "The run group.")},
       .responses = {Gives<RunGroupStats>(200, "The numbers.",
                                          {.run_group_id = 5,
                                           .total_runs = 10,
                                           .status_counts = {{"COMPLETED", 10}},
                                           .average_duration = 2.5,
                                           .min_duration = 1.25,
                                           .max_duration = 4,
                                           .group_status = RunStatus::kCompleted,
                                           .COMPLETED = 10,
                                           .completed = 10,
                                           .avg_duration = 2.5,
                                           .steps = {{.step_type = model::WorkflowStepType::kParse,
                                                      .COMPLETED = 10,
                                                      .reused = 3}}}),
                     {404, "no such run group"}},
       .handler = with(StatsOfGroup)});
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/workflow/retry",
       .tag = "workflow",
       .summary = "Retry the failed steps of a run group",
       .description = "Failed runs go on at the step that failed; completed steps stay completed. "
                      "`run_group_id` is also taken from the query.",
       .operation_id = "retry_run_group",
       .parameters = {Id("run_group_id", "The run group.", In::kEither)},
       .responses = {Gives<RunGroupRetried>(201, "What was reset.",
                                            {"Failed steps reset", 5, 2, 2}),
                     {404, "no such run group"}},
       .handler = with(Retry),
       .body = http::Body::kForm});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/stats/durations",
       .tag = "stats",
       .summary = "Durations of the steps of a run group",
       .description = "In seconds, of completed steps; pages are those of their documents.",
       .operation_id = "get_step_durations",
       .parameters = {in_query},
       .responses = {Gives<std::vector<model::StepDurations>>(
                         200, "A row per step type.",
                         {{model::WorkflowStepType::kParse, 10, 4, 0.5, 1.5, 120, 480, 15, 5}}),
                     {404, "no such run group"}},
       .handler = with(Durations)});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/stats/step-stats",
       .tag = "stats",
       .summary = "Steps of a run group by name and status",
       .operation_id = "get_step_stats",
       .parameters = {in_query},
       .responses = {Gives<std::vector<model::StepStats>>(
                         200, "A row per step name and status.",
                         {{"Q4 Reports", "default", "parse", RunStatus::kCompleted, 10, 120}}),
                     {404, "no such run group"}},
       .handler = with(StepStats)});
}

}  // namespace api
