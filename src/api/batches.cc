// /api/v1/batch
#include <fmt/format.h>

#include "api/answers.h"
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

Response ListBatches(const Services& s, Request&) {
  return Answer(s.database.Read([](sql::Tx& tx) { return records::Batches::List(tx); }));
}

Response CreateBatch(const Services& s, Request& request) {
  const auto batch = s.database.Write([&](sql::Tx& tx) {
    return records::Batches::Create(tx, request.Require("source"), request.Require("name"),
                                    s.clock.Now());
  });
  return AnswerWith(
      batch, [](const auto& b) { return fmt::format(R"({{"batch_id":{}}})", b.id); }, 201);
}

Response StartWorkflows(const Services& s, Request& request) {
  workflow::StartBatch start{.batch_id = request.RequireInteger("batch_id"),
                             .workflow_id = request.Text("workflow_definition_id").value_or(""),
                             .param_id = request.Text("param_id").value_or(""),
                             .priority = request.Integer("priority").value_or(0),
                             .only_unparsed = request.Flag("only_unparsed")};
  if (start.only_unparsed && (start.workflow_id.empty() || start.param_id.empty())) {
    return http::ErrorResponse(400,
                               "only_unparsed=true needs workflow_definition_id and param_id: it "
                               "continues the newest run group of both");
  }
  const auto started = s.starter.Start(start);
  if (!started) return http::ErrorResponse(started.error());
  s.work_arrived();
  return Json(fmt::format(R"({{"message":"Workflows started","workflows":{},"run_group":{}}})",
                          started->runs, started->run_group_id),
              201);
}

// {"batch", "document_count", "workflow_count", "workflows", "parsed", "remaining"}
Result<std::string> StatusOf(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(const model::DocumentBatch batch, records::Batches::Get(tx, id));
  SI_ASSIGN(const model::BatchNumbers numbers, records::Batches::Numbers(tx, id));
  SI_ASSIGN(const auto runs, records::Runs::List(tx, {.batch_id = id}));
  reflect::JsonWriter w;
  w.BeginObject();
  w.Key("batch");
  reflect::WriteJson(w, batch);
  w.Key("document_count");
  w.Int(numbers.document_count);
  w.Key("workflow_count");
  reflect::WriteJson(w, numbers.workflow_count);
  w.Key("workflows");
  w.BeginArray();
  for (const model::RunDetails& run : runs.items) reflect::WriteJson(w, run.workflow_run);
  w.EndArray();
  w.Key("parsed");
  w.Int(numbers.parsed);
  w.Key("remaining");
  w.Int(numbers.remaining);
  w.EndObject();
  return w.Take();
}

Response BatchStatus(const Services& s, Request& request) {
  const auto text = s.database.Read(
      [&](sql::Tx& tx) { return StatusOf(tx, request.RequireInteger("batch_id")); });
  return AnswerWith(text, [](const std::string& t) { return t; });
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
                    .responses = {{200, "array of DocumentBatch"}},
                    .handler = with(ListBatches)});
  routes.push_back({.method = http::Method::kPost,
                    .path = "/api/v1/batch/",
                    .tag = "batch",
                    .summary = "Create a document batch",
                    .parameters = {{.name = "source",
                                    .in = In::kForm,
                                    .required = true,
                                    .description = "source system identifier"},
                                   {.name = "name",
                                    .in = In::kForm,
                                    .required = true,
                                    .description = "human-readable name"}},
                    .responses = {{201, "created"}},
                    .handler = with(CreateBatch),
                    .body = http::Body::kForm});
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/batch/start-workflows",
       .tag = "batch",
       .summary = "Start workflows for all documents of a batch",
       .parameters =
           {{.name = "batch_id", .in = In::kForm, .kind = Kind::kInteger, .required = true},
            {.name = "workflow_definition_id", .in = In::kForm, .alias = "workflow_definiton_id"},
            {.name = "param_id", .in = In::kForm},
            {.name = "priority",
             .in = In::kForm,
             .kind = Kind::kInteger,
             .otherwise = "0",
             .min = -1'000'000,
             .max = 1'000'000},
            {.name = "only_unparsed",
             .in = In::kForm,
             .kind = Kind::kBoolean,
             .description = "continue the newest run group of the same batch, workflow and "
                            "parameter set: only documents without a run in it"}},
       .responses = {{201, "started"},
                     {404, "no such batch, workflow or parameter set"},
                     {409, "the parameter set does not fit its database"}},
       .handler = with(StartWorkflows),
       .body = http::Body::kForm});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/batch/status",
                    .tag = "batch",
                    .summary = "Status of a batch",
                    .parameters = {{.name = "batch_id", .kind = Kind::kInteger, .required = true}},
                    .responses = {{200, "status"}, {404, "no such batch"}},
                    .handler = with(BatchStatus)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/batch/{batch_id}/steps",
                    .tag = "batch",
                    .summary = "All steps of a batch",
                    .parameters = {PathId("batch_id", "batch")},
                    .responses = {{200, "array of RunStep"}, {404, "no such batch"}},
                    .handler = with(BatchSteps)});
}

}  // namespace api
