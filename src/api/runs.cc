// /api/v1/workflow: runs and steps.
#include <boost/describe/class.hpp>
#include <variant>

#include "api/answers.h"
#include "api/examples.h"
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

// The lists' answer: plain runs, or with what the includes ask for; all, or one page.
using RunItem = std::variant<model::WorkflowRun, RunDetails>;
using RunList = std::variant<std::vector<RunItem>, model::Page<RunItem>>;

// The run's own members with an array `steps` beside them.
struct WorkflowRunWithSteps : model::WorkflowRun {
  std::vector<model::RunStep> steps;
};
BOOST_DESCRIBE_STRUCT(WorkflowRunWithSteps, (model::WorkflowRun), (steps))

std::vector<std::string> StatusNames() {
  std::vector<std::string> names;
  for (const model::RunStatus status : reflect::AllOf<model::RunStatus>())
    names.emplace_back(reflect::Wire(status));
  return names;
}

RunList ListOf(model::Page<RunDetails> page, bool details, bool paged) {
  std::vector<RunItem> items;
  items.reserve(page.items.size());
  for (RunDetails& run : page.items) {
    if (details) {
      items.emplace_back(std::move(run));
    } else {
      items.emplace_back(std::move(run.workflow_run));
    }
  }
  if (!paged) return items;
  return model::Page<RunItem>{std::move(items), page.total, page.page, page.rows_per_page,
                              page.total_pages};
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
  auto page = s.database.Read([&](sql::Tx& tx) { return records::Runs::List(tx, filter); });
  if (!page) return http::ErrorResponse(page.error());
  return Json(reflect::ToJson(ListOf(std::move(*page), details, paged)));
}

Response RunsOfBatch(const Services& s, Request& request) {
  return Answer(s.database.Read([&](sql::Tx& tx) -> Result<std::vector<model::WorkflowRun>> {
    const int64_t batch = request.RequireInteger("batch_id");
    SI_TRY(records::Batches::Get(tx, batch));
    SI_ASSIGN(auto page, records::Runs::List(tx, {.batch_id = batch}));
    std::vector<model::WorkflowRun> runs;
    for (RunDetails& run : page.items) runs.push_back(std::move(run.workflow_run));
    return runs;
  }));
}

std::string PrintRunWithSteps(const RunDetails& run) {
  return reflect::ToJson(
      WorkflowRunWithSteps{run.workflow_run, run.steps.value_or(std::vector<model::RunStep>())});
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
                              .priority = request.Integer("priority").value_or(0),
                              .user = request.user});
  if (run) s.work_arrived();
  return AnswerWith(run, PrintRunWithSteps, 201);
}

}  // namespace

void AddRunRoutes(Routes& routes, const Services& services) {
  const auto with = [&services](Response (*handler)(const Services&, Request&)) {
    return [&services, handler](Request& request) { return handler(services, request); };
  };
  const http::Parameter batch = OptionalId("batch_id", "Only those of this batch.");
  const http::Parameter doc_info{
      .name = "include_doc_info",
      .kind = Kind::kBoolean,
      .otherwise = "false",
      .description = "Items become `{workflow_run, steps, document_info}`."};
  const http::Parameter page{.name = "page",
                             .kind = Kind::kInteger,
                             .description = "Answers one page, counted from 1.",
                             .min = 1,
                             .max = 1'000'000'000};
  const http::Parameter rows{.name = "rows_per_page",
                             .kind = Kind::kInteger,
                             .description =
                                 "Answers a page of this size; 10 when only `page` is "
                                 "given.",
                             .min = 1,
                             .max = 10'000};
  const http::Parameter status{.name = "status",
                               .required = true,
                               .allowed = StatusNames(),
                               .description = "The status they are in.",
                               .example = "FAILED"};
  const http::ResponseDoc runs =
      Gives<RunList>(200, "An array, or a page when `page` or `rows_per_page` is given.",
                     model::Page<RunItem>{.items = {examples::Run()},
                                          .total = 1,
                                          .page = 1,
                                          .rows_per_page = 10,
                                          .total_pages = 1});
  const auto one_run = [](int code, std::string description) {
    return Gives<WorkflowRunWithSteps>(code, std::move(description),
                                       {examples::Run(), {examples::Step()}});
  };
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/",
                    .tag = "workflow",
                    .summary = "List workflow runs",
                    .operation_id = "list_workflow_runs",
                    .parameters = {batch,
                                   {.name = "include_steps",
                                    .kind = Kind::kBoolean,
                                    .otherwise = "false",
                                    .description = "Items become `{workflow_run, steps, "
                                                   "document_info}`."},
                                   doc_info,
                                   page,
                                   rows},
                    .responses = {runs},
                    .handler = with(ListRuns)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/by-status",
                    .tag = "workflow",
                    .summary = "List workflow runs in one status",
                    .operation_id = "list_workflow_runs_by_status",
                    .parameters = {status, batch, doc_info, page, rows},
                    .responses = {runs},
                    .handler = with(ListRuns)});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/workflow/runs",
       .tag = "workflow",
       .summary = "List the workflow runs of a batch",
       .operation_id = "list_batch_runs",
       .parameters = {Id("batch_id", "The batch.", In::kQuery)},
       .responses = {Gives<std::vector<model::WorkflowRun>>(200, "Its runs.", {examples::Run()}),
                     {404, "no such batch"}},
       .handler = with(RunsOfBatch)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/runs/{workflow_id}",
                    .tag = "workflow",
                    .summary = "A workflow run with its steps",
                    .operation_id = "get_workflow_run",
                    .parameters = {Id("workflow_id", "The run.")},
                    .responses = {one_run(200, "The run."), {404, "no such run"}},
                    .handler = with(OneRun)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/workflow/runs/{workflow_id}/lifecycle",
                    .tag = "workflow",
                    .summary = "Lifecycle history of a workflow run",
                    .operation_id = "list_run_lifecycle",
                    .parameters = {Id("workflow_id", "The run.")},
                    .responses = {Gives<std::vector<model::LifecycleHistory>>(
                                      200, "In the order of start_date.", {examples::Lifecycle()}),
                                  {404, "no such run"}},
                    .handler = with(LifecycleOf)});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/workflow/steps",
       .tag = "workflow",
       .summary = "List steps in one status",
       .operation_id = "list_steps",
       .parameters = {status},
       .responses = {Gives<std::vector<model::RunStep>>(200, "The steps.", {examples::Step()})},
       .handler = with(StepsByStatus)});
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/workflow/",
       .tag = "workflow",
       .summary = "Start a workflow run for one document",
       .description = "Makes a run group of its own, in the batch the document belongs to.",
       .operation_id = "start_workflow_run",
       .parameters = {{.name = "doc_id",
                       .in = In::kForm,
                       .required = true,
                       .description = "Hash of the document.",
                       .max_length = 200,
                       .example = examples::kHash},
                      WorkflowId(),
                      ParamId(),
                      Priority()},
       .responses = {one_run(201, "The run is waiting for workers."),
                     {404, "no such document, workflow or parameter set"},
                     {409, "the parameter set embeds with another model than its database holds"}},
       .handler = with(StartRun),
       .body = http::Body::kForm});
}

}  // namespace api
