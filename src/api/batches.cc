// /api/v1/batch
#include <boost/describe/class.hpp>

#include "api/answers.h"
#include "api/examples.h"
#include "api/groups.h"
#include "records/batches.h"
#include "records/runs.h"
#include "records/steps.h"

namespace api {
namespace {

using base::Result;
using http::In;
using http::Kind;
using http::Request;
using http::Response;

struct BatchCreated {
  int64_t batch_id = 0;
};
BOOST_DESCRIBE_STRUCT(BatchCreated, (), (batch_id))

struct WorkflowsStarted {
  std::string message;
  int64_t workflows = 0;  // runs that were made
  int64_t run_group = 0;
};
BOOST_DESCRIBE_STRUCT(WorkflowsStarted, (), (message, workflows, run_group))

struct BatchStatus {
  model::DocumentBatch batch;
  int64_t document_count = 0;
  std::map<std::string, int64_t> workflow_count;  // by status
  std::vector<model::WorkflowRun> workflows;
  int64_t parsed = 0;
  int64_t remaining = 0;
};
BOOST_DESCRIBE_STRUCT(BatchStatus, (),
                      (batch, document_count, workflow_count, workflows, parsed, remaining))

Response ListBatches(const Services& s, Request&) {
  return Answer(s.database.Read([](sql::Tx& tx) { return records::Batches::List(tx); }));
}

Response CreateBatch(const Services& s, Request& request) {
  return Answer(s.database.Write([&](sql::Tx& tx) -> Result<BatchCreated> {
    SI_ASSIGN(const model::DocumentBatch batch,
              records::Batches::Create(tx, request.Require("source"), request.Require("name"),
                                       s.clock.Now()));
    return BatchCreated{batch.id};
  }),
                201);
}

Response StartWorkflows(const Services& s, Request& request) {
  workflow::StartBatch start{.batch_id = request.RequireInteger("batch_id"),
                             .workflow_id = request.Text("workflow_definition_id").value_or(""),
                             .param_id = request.Text("param_id").value_or(""),
                             .priority = request.Integer("priority").value_or(0),
                             .user = request.user,
                             .only_unparsed = request.Flag("only_unparsed")};
  if (start.only_unparsed && (start.workflow_id.empty() || start.param_id.empty())) {
    return http::ErrorResponse(400,
                               "only_unparsed=true needs workflow_definition_id and param_id: it "
                               "continues the newest run group of both");
  }
  const auto started = s.starter.Start(start);
  if (!started) return http::ErrorResponse(started.error());
  s.work_arrived();
  return Json(
      reflect::ToJson(WorkflowsStarted{"Workflows started", started->runs, started->run_group_id}),
      201);
}

Result<BatchStatus> StatusOf(sql::Tx& tx, int64_t id) {
  BatchStatus status;
  SI_ASSIGN(status.batch, records::Batches::Get(tx, id));
  SI_ASSIGN(model::BatchNumbers numbers, records::Batches::Numbers(tx, id));
  SI_ASSIGN(auto runs, records::Runs::List(tx, {.batch_id = id}));
  status.document_count = numbers.document_count;
  status.workflow_count = std::move(numbers.workflow_count);
  for (model::RunDetails& run : runs.items) status.workflows.push_back(std::move(run.workflow_run));
  status.parsed = numbers.parsed;
  status.remaining = numbers.remaining;
  return status;
}

Response StatusOfBatch(const Services& s, Request& request) {
  return Answer(s.database.Read(
      [&](sql::Tx& tx) { return StatusOf(tx, request.RequireInteger("batch_id")); }));
}

Response BatchSteps(const Services& s, Request& request) {
  return Answer(s.database.Read([&](sql::Tx& tx) -> Result<std::vector<model::RunStep>> {
    SI_TRY(records::Batches::Get(tx, request.RequireInteger("batch_id")));
    return records::Steps::OfBatch(tx, request.RequireInteger("batch_id"));
  }));
}

}  // namespace

void AddBatchRoutes(Routes& routes, const Services& services) {
  const auto with = [&services](Response (*handler)(const Services&, Request&)) {
    return [&services, handler](Request& request) { return handler(services, request); };
  };
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/batch/",
                    .tag = "batch",
                    .summary = "List all document batches",
                    .operation_id = "list_batches",
                    .responses = {Gives<std::vector<model::DocumentBatch>>(200, "All batches.",
                                                                           {examples::Batch()})},
                    .handler = with(ListBatches)});
  routes.push_back({.method = http::Method::kPost,
                    .path = "/api/v1/batch/",
                    .tag = "batch",
                    .summary = "Create a document batch",
                    .operation_id = "create_batch",
                    .parameters = {Source(In::kForm),
                                   {.name = "name",
                                    .in = In::kForm,
                                    .required = true,
                                    .description = "What people call it.",
                                    .max_length = 1000,
                                    .example = "Q4 Reports"}},
                    .responses = {Gives<BatchCreated>(201, "The batch is there.", {.batch_id = 1})},
                    .handler = with(CreateBatch),
                    .body = http::Body::kForm});
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/batch/start-workflows",
       .tag = "batch",
       .summary = "Start workflows for all documents of a batch",
       .description = "Makes a run group with a run per document. A completed batch is open again.",
       .operation_id = "start_workflows",
       .parameters = {Id("batch_id", "The batch to process.", In::kForm),
                      WorkflowId(),
                      Priority(),
                      ParamId(),
                      {.name = "only_unparsed",
                       .in = In::kForm,
                       .kind = Kind::kBoolean,
                       .otherwise = "false",
                       .description =
                           "Continue the newest run group of the same batch, workflow and "
                           "parameter set (both are required then): only documents without a run "
                           "in it get one."}},
       .responses = {Gives<WorkflowsStarted>(201, "The runs are waiting for workers.",
                                             {"Workflows started", 10, 5}),
                     {404, "no such batch, workflow or parameter set"},
                     {409, "the parameter set embeds with another model than its database holds"}},
       .handler = with(StartWorkflows),
       .body = http::Body::kForm});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/batch/status",
       .tag = "batch",
       .summary = "Status of a batch",
       .description = "`parsed`: documents whose newest run is COMPLETED; `remaining`: the others.",
       .operation_id = "get_batch_status",
       .parameters = {Id("batch_id", "The batch.", In::kQuery)},
       .responses = {Gives<BatchStatus>(200, "The batch with its numbers and runs.",
                                        {.batch = examples::Batch(),
                                         .document_count = 10,
                                         .workflow_count = {{"COMPLETED", 7}, {"RUNNING", 3}},
                                         .workflows = {examples::Run()},
                                         .parsed = 7,
                                         .remaining = 3}),
                     {404, "no such batch"}},
       .handler = with(StatusOfBatch)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/batch/{batch_id}/steps",
                    .tag = "batch",
                    .summary = "All steps of a batch",
                    .operation_id = "list_batch_steps",
                    .parameters = {Id("batch_id", "The batch.")},
                    .responses = {Gives<std::vector<model::RunStep>>(
                                      200, "The steps of all its runs.", {examples::Step()}),
                                  {404, "no such batch"}},
                    .handler = with(BatchSteps)});
}

}  // namespace api
