// /api/v1/workflow: runs and steps.
#include <fmt/format.h>

#include "api/answers.h"
#include "api/groups.h"
#include "records/batches.h"
#include "records/lifecycle.h"
#include "records/runs.h"
#include "records/steps.h"

namespace api {
namespace {

using base::Result;
using http::In;
using http::Kind;
using http::Request;
using http::Response;
using model::RunDetails;

constexpr int64_t kDefaultRows = 10;

std::vector<std::string> StatusNames() {
  std::vector<std::string> names;
  for (const model::RunStatus status : reflect::AllOf<model::RunStatus>())
    names.emplace_back(reflect::Wire(status));
  return names;
}

// A run as the list shows it: plain, or with what the includes ask for.
void WriteRun(reflect::JsonWriter& w, const RunDetails& run, bool details) {
  if (details) {
    reflect::WriteJson(w, run);
  } else {
    reflect::WriteJson(w, run.workflow_run);
  }
}

std::string PrintRuns(const model::Page<RunDetails>& page, bool details, bool paged) {
  reflect::JsonWriter w;
  if (paged) {
    w.BeginObject();
    w.Key("items");
  }
  w.BeginArray();
  for (const RunDetails& run : page.items) WriteRun(w, run, details);
  w.EndArray();
  if (paged) {
    w.Key("total");
    w.Int(page.total);
    w.Key("page");
    w.Int(page.page);
    w.Key("rows_per_page");
    w.Int(page.rows_per_page);
    w.Key("total_pages");
    w.Int(page.total_pages);
    w.EndObject();
  }
  return w.Take();
}

// GET / and /by-status.
Response ListRuns(const Services& s, Request& request) {
  const bool paged =
      request.Integer("page").has_value() || request.Integer("rows_per_page").has_value();
  records::RunFilter filter{
      .batch_id = request.Integer("batch_id"),
      .include_steps = request.Flag("include_steps"),
      .include_doc_info = request.Flag("include_doc_info"),
      .page = request.Integer("page").value_or(1),
      .rows_per_page = paged ? request.Integer("rows_per_page").value_or(kDefaultRows) : 0};
  if (const auto status = request.Text("status"))
    filter.status = reflect::FromWire<model::RunStatus>(*status);
  const bool details = filter.include_steps || filter.include_doc_info;
  return AnswerWith(s.database.Read([&](sql::Tx& tx) { return records::Runs::List(tx, filter); }),
                    [&](const auto& page) { return PrintRuns(page, details, paged); });
}

Response RunsOfBatch(const Services& s, Request& request) {
  return AnswerWith(
      s.database.Read([&](sql::Tx& tx) -> Result<model::Page<RunDetails>> {
        SI_TRY(records::Batches::Get(tx, request.RequireInteger("batch_id")));
        return records::Runs::List(tx, {.batch_id = request.RequireInteger("batch_id")});
      }),
      [](const auto& page) { return PrintRuns(page, /*details=*/false, /*paged=*/false); });
}

// The run's own members with an array `steps` beside them.
std::string PrintRunWithSteps(const RunDetails& run) {
  std::string text = reflect::ToJson(run.workflow_run);
  text.pop_back();
  return text + ",\"steps\":" + reflect::ToJson(run.steps.value_or(std::vector<model::RunStep>())) +
         "}";
}

Response OneRun(const Services& s, Request& request) {
  return AnswerWith(s.database.Read([&](sql::Tx& tx) {
    return records::Runs::Details(tx, request.RequireInteger("workflow_id"));
  }),
                    PrintRunWithSteps);
}

Response LifecycleOf(const Services& s, Request& request) {
  return Answer(s.database.Read([&](sql::Tx& tx) -> Result<std::vector<model::LifecycleHistory>> {
    SI_TRY(records::Runs::Get(tx, request.RequireInteger("workflow_id")));
    return records::Lifecycle::OfRun(tx, request.RequireInteger("workflow_id"));
  }));
}

Response StepsByStatus(const Services& s, Request& request) {
  const auto status = reflect::FromWire<model::RunStatus>(request.Require("status"));
  return Answer(
      s.database.Read([&](sql::Tx& tx) { return records::Steps::ByStatus(tx, *status); }));
}

Response StartRun(const Services& s, Request& request) {
  const auto run = s.starter.Start(
      workflow::StartDocument{.hash = request.Require("doc_id"),
                              .workflow_id = request.Text("workflow_definition_id").value_or(""),
                              .param_id = request.Text("param_id").value_or(""),
                              .priority = request.Integer("priority").value_or(0)});
  if (run) s.work_arrived();
  return AnswerWith(run, PrintRunWithSteps, 201);
}

}  // namespace

void AddRunRoutes(Routes& routes, const Services& services) {
  const auto with = [&services](Response (*handler)(const Services&, Request&)) {
    return [&services, handler](Request& request) { return handler(services, request); };
  };
  const http::Parameter batch{.name = "batch_id", .kind = Kind::kInteger};
  const http::Parameter doc_info{
      .name = "include_doc_info", .kind = Kind::kBoolean, .otherwise = "false"};
  const http::Parameter page{
      .name = "page", .kind = Kind::kInteger, .description = "from 1", .min = 1};
  const http::Parameter rows{.name = "rows_per_page",
                             .kind = Kind::kInteger,
                             .description = "10 when a page is asked for",
                             .min = 1,
                             .max = 10'000};
  const http::Parameter status{.name = "status", .required = true, .allowed = StatusNames()};
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/workflow/",
       .tag = "workflow",
       .summary = "Workflow runs",
       .parameters = {batch,
                      {.name = "include_steps", .kind = Kind::kBoolean, .otherwise = "false"},
                      doc_info,
                      page,
                      rows},
       .responses = {{200, "array of WorkflowRun, or a page of them"}},
       .handler = with(ListRuns)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/by-status",
                    .tag = "workflow",
                    .summary = "Workflow runs in one status",
                    .parameters = {status, batch, doc_info, page, rows},
                    .responses = {{200, "array of WorkflowRun, or a page of them"}},
                    .handler = with(ListRuns)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/runs",
                    .tag = "workflow",
                    .summary = "Workflow runs of a batch",
                    .parameters = {{.name = "batch_id", .kind = Kind::kInteger, .required = true}},
                    .responses = {{200, "array of WorkflowRun"}, {404, "no such batch"}},
                    .handler = with(RunsOfBatch)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/runs/{workflow_id}",
                    .tag = "workflow",
                    .summary = "A workflow run with its steps",
                    .parameters = {PathId("workflow_id", "run")},
                    .responses = {{200, "WorkflowRun with steps"}, {404, "no such run"}},
                    .handler = with(OneRun)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/runs/{workflow_id}/lifecycle",
                    .tag = "workflow",
                    .summary = "Lifecycle history of a workflow run",
                    .parameters = {PathId("workflow_id", "run")},
                    .responses = {{200, "array of LifecycleHistory"}, {404, "no such run"}},
                    .handler = with(LifecycleOf)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/steps",
                    .tag = "workflow",
                    .summary = "Steps in one status",
                    .parameters = {status},
                    .responses = {{200, "array of RunStep"}},
                    .handler = with(StepsByStatus)});
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/workflow/",
       .tag = "workflow",
       .summary = "Start a workflow run for one document",
       .parameters =
           {{.name = "doc_id", .in = In::kForm, .required = true, .description = "document hash"},
            {.name = "workflow_definition_id", .in = In::kForm, .alias = "workflow_definiton_id"},
            {.name = "param_id", .in = In::kForm},
            {.name = "priority",
             .in = In::kForm,
             .kind = Kind::kInteger,
             .otherwise = "0",
             .min = -1'000'000,
             .max = 1'000'000}},
       .responses = {{201, "WorkflowRun with steps"},
                     {404, "no such document, workflow or parameter set"}},
       .handler = with(StartRun),
       .body = http::Body::kForm});
}

}  // namespace api
