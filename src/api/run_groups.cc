// /api/v1/workflow: run groups, retry; /api/v1/stats.
#include <fmt/format.h>

#include <algorithm>

#include "api/answers.h"
#include "api/groups.h"
#include "records/run_groups.h"

namespace api {
namespace {

using base::Result;
using http::In;
using http::Kind;
using http::Request;
using http::Response;
using model::RunStatus;

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
        return fmt::format(
            R"({{"message":"RunGroup {} deleted successfully","statistics":{{"deleted_runsteps":{},"deleted_lifecyclehistory":{},)"
            R"("deleted_workflowruns":{},"deleted_rungroups":{},"total_deleted":{}}}}})",
            id, d.runsteps, d.lifecyclehistory, d.workflowruns, d.rungroups, d.Total());
      });
}

// Steps of one type: how many are in each status, and how many of the completed found their result
// there already.
void WriteProgress(reflect::JsonWriter& w, const std::vector<model::StepCount>& counts,
                   const std::map<model::WorkflowStepType, int64_t>& reused) {
  w.BeginArray();
  for (size_t i = 0; i < counts.size();) {
    const model::WorkflowStepType type = counts[i].step_type;
    w.BeginObject();
    w.Key("step_type");
    w.String(reflect::Wire(type));
    for (; i < counts.size() && counts[i].step_type == type; ++i) {
      w.Key(reflect::Wire(counts[i].status));
      w.Int(counts[i].count);
    }
    w.Key("reused");
    const auto found = reused.find(type);
    w.Int(found == reused.end() ? 0 : found->second);
    w.EndObject();
  }
  w.EndArray();
}

int64_t CountOf(const model::GroupStats& stats, RunStatus status) {
  const auto found = stats.status_counts.find(std::string(reflect::Wire(status)));
  return found == stats.status_counts.end() ? 0 : found->second;
}

Result<std::string> StatsOf(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(const model::GroupStats stats, records::RunGroups::Stats(tx, id));
  SI_ASSIGN(auto progress, records::RunGroups::Progress(tx, id));
  std::ranges::sort(progress, {}, &model::StepCount::step_type);
  SI_ASSIGN(const auto reused, records::RunGroups::Reused(tx, id));
  std::string text = reflect::ToJson(stats);
  text.pop_back();
  reflect::JsonWriter w;
  w.BeginObject();
  for (const RunStatus status : reflect::AllOf<RunStatus>()) {
    w.Key(reflect::Wire(status));
    w.Int(CountOf(stats, status));
  }
  w.Key("completed");
  w.Int(CountOf(stats, RunStatus::kCompleted));
  w.Key("running");
  w.Int(CountOf(stats, RunStatus::kRunning));
  w.Key("pending");
  w.Int(CountOf(stats, RunStatus::kPending));
  w.Key("failed");
  w.Int(CountOf(stats, RunStatus::kFailed));
  w.Key("avg_duration");
  reflect::WriteJson(w, stats.average_duration);
  w.Key("steps");
  WriteProgress(w, progress, reused);
  w.EndObject();
  return text + "," + w.Take().substr(1);
}

Response GroupStats(const Services& s, Request& request) {
  return AnswerWith(s.database.Read([&](sql::Tx& tx) {
    return StatsOf(tx, request.RequireInteger("run_group_id"));
  }),
                    [](const std::string& text) { return text; });
}

Response Retry(const Services& s, Request& request) {
  const int64_t id = request.RequireInteger("run_group_id");
  const auto retried = s.database.Write(
      [&](sql::Tx& tx) { return records::RunGroups::Retry(tx, id, s.clock.Now()); });
  if (retried) s.work_arrived();
  return AnswerWith(
      retried,
      [&](const auto& r) {
        return fmt::format(
            R"({{"message":"Failed steps reset","run_group_id":{},"reset_runs":{},"reset_steps":{}}})",
            id, r.reset_runs, r.reset_steps);
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
  const http::Parameter group{.name = "run_group_id", .kind = Kind::kInteger, .required = true};
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/run-groups",
                    .tag = "workflow",
                    .summary = "Run groups",
                    .parameters = {{.name = "batch_id", .kind = Kind::kInteger}},
                    .responses = {{200, "array of RunGroup"}},
                    .handler = with(ListGroups)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/run-groups/{run_group_id}",
                    .tag = "workflow",
                    .summary = "A run group",
                    .parameters = {PathId("run_group_id", "run group")},
                    .responses = {{200, "RunGroup"}, {404, "no such run group"}},
                    .handler = with(OneGroup)});
  routes.push_back({.method = http::Method::kDelete,
                    .path = "/api/v1/workflow/run-groups/{run_group_id}",
                    .tag = "workflow",
                    .summary = "Delete a run group with its runs, steps and history",
                    .parameters = {PathId("run_group_id", "run group")},
                    .responses = {{200, "deleted"}, {404, "no such run group"}},
                    .handler = with(DeleteGroup)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/run-groups/{run_group_id}/stats",
                    .tag = "workflow",
                    .summary = "Numbers of a run group, with the progress of each step type",
                    .parameters = {PathId("run_group_id", "run group")},
                    .responses = {{200, "statistics"}, {404, "no such run group"}},
                    .handler = with(GroupStats)});
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/workflow/retry",
       .tag = "workflow",
       .summary = "Retry the failed steps of a run group",
       .parameters =
           {{.name = "run_group_id", .in = In::kEither, .kind = Kind::kInteger, .required = true}},
       .responses = {{201, "reset"}, {404, "no such run group"}},
       .handler = with(Retry),
       .body = http::Body::kForm});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/stats/durations",
                    .tag = "stats",
                    .summary = "Durations of the steps of a run group",
                    .parameters = {group},
                    .responses = {{200, "array, a row per step type"}},
                    .handler = with(Durations)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/stats/step-stats",
                    .tag = "stats",
                    .summary = "Steps of a run group by name and status",
                    .parameters = {group},
                    .responses = {{200, "array"}},
                    .handler = with(StepStats)});
}

}  // namespace api
