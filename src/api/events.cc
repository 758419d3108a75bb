// /api/v1/events: what happens, while it happens.
#include "api/answers.h"
#include "api/event_feed.h"
#include "api/groups.h"
#include "records/batches.h"

namespace api {
namespace {

using http::In;
using http::Kind;
using http::Request;
using http::Response;

constexpr const char* kDescription =
    "A stream of server-sent events, one for every change of a batch, a document, a run group, a "
    "run or a step, in the order of commit. `id` counts up, `event` is the kind, `data` the event "
    "as JSON.\n\nWithout an id the stream begins with what happens from now on. A client that was "
    "cut off goes on with the id of the last event it saw, as browsers do by themselves: none is "
    "left out, none comes twice. When the events after that id are not kept any more, one event "
    "`reset` says so: read the state again, the stream goes on from there.\n\nA comment is sent "
    "after `heartbeat` seconds without an event.";

constexpr const char* kExample =
    "id: 7\nevent: step_end\ndata: {\"id\":7,\"event_date\":\"2025-01-15T10:00:00\",\"kind\":"
    "\"step_end\",\"batch_id\":1,\"run_group_id\":1,\"workflow_run_id\":1,\"step_id\":2,"
    "\"doc_hash\":null,\"data\":{\"status\":\"COMPLETED\",\"step_type\":\"parse\","
    "\"step_name\":\"parse\",\"step_number\":2,\"attempt\":1,\"worker_id\":\"worker-1\"}}\n\n";

Response Follow(const Services& s, Request& request) {
  EventQuery query{.after = request.Integer("Last-Event-ID"),
                   .batch_id = request.Integer("batch_id"),
                   .follow = request.Flag("follow", true)};
  if (!query.after) query.after = request.Integer("last_event_id");
  query.from_oldest = !query.after && request.Text("from") == "0";
  query.heartbeat = std::chrono::seconds(request.RequireInteger("heartbeat"));
  if (query.batch_id) {
    const auto batch =
        s.database.Read([&](sql::Tx& tx) { return records::Batches::Get(tx, *query.batch_id); });
    if (!batch) return http::ErrorResponse(batch.error());
  }
  auto stream = s.events.Open(query);
  if (!stream) return http::ErrorResponse(stream.error());
  Response response;
  response.content_type = "text/event-stream";
  response.headers.Add("Cache-Control", "no-store");
  response.headers.Add("X-Accel-Buffering", "no");  // nginx would keep events back
  response.events = std::move(*stream);
  return response;
}

}  // namespace

void AddEventRoutes(Routes& routes, const Services& services) {
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/events",
       .tag = "operations",
       .summary = "Follow what happens",
       .description = kDescription,
       .operation_id = "follow_events",
       .parameters =
           {{.name = "Last-Event-ID",
             .in = In::kHeader,
             .kind = Kind::kInteger,
             .description = "go on after this event; sent by browsers when they connect again",
             .min = 0,
             .example = "0"},
            {.name = "last_event_id",
             .kind = Kind::kInteger,
             .description = "the same, for clients that cannot set headers; the header wins",
             .min = 0,
             .example = "0"},
            {.name = "from",
             .otherwise = "now",
             .allowed = {"now", "0"},
             .description = "where to begin without an id: with what happens from now on, or with "
                            "the oldest event that is kept"},
            {.name = "batch_id",
             .kind = Kind::kInteger,
             .description = "only events of this batch, its documents, run groups, runs and steps",
             .example = "1"},
            {.name = "follow",
             .kind = Kind::kBoolean,
             .otherwise = "true",
             .description = "false: the stream ends with the newest event there is now"},
            {.name = "heartbeat",
             .kind = Kind::kInteger,
             .otherwise = "15",
             .description = "seconds without an event after which a comment is sent",
             .min = 1,
             .max = 300}},
       .responses = {{.status = 200,
                      .description = "the stream",
                      .content_type = "text/event-stream",
                      .example = kExample},
                     {.status = 404, .description = "no such batch"}},
       .handler = [&services](Request& request) { return Follow(services, request); }});
}

}  // namespace api
