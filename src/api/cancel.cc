// Cancelling runs: one, those of a run group, those of a batch.
#include <fmt/format.h>

#include "api/answers.h"
#include "api/groups.h"
#include "records/batches.h"
#include "records/run_groups.h"
#include "records/runs.h"

namespace api {
namespace {

using base::Result;
using http::In;
using http::Request;
using http::Response;
using records::RunFilter;

constexpr int64_t kAtOnce = 500;  // runs in one transaction

// What the answer looks like.
struct CancelledRuns {
  std::string message;
  int64_t cancelled_runs = 0;
};
BOOST_DESCRIBE_STRUCT(CancelledRuns, (), (message, cancelled_runs))

std::string ReasonOf(const Request& request) {
  const std::string reason = request.Text("reason").value_or("");
  const std::string by = request.user.empty() ? "" : " by " + request.user;
  return "cancelled" + by + (reason.empty() ? "" : ": " + reason);
}

Response Told(const Result<int64_t>& cancelled) {
  return AnswerWith(cancelled, [](int64_t runs) {
    return reflect::ToJson(
        CancelledRuns{.message = fmt::format("{} runs cancelled", runs), .cancelled_runs = runs});
  });
}

// Until none is open. Runs that are started meanwhile are cancelled, too.
Result<int64_t> CancelAll(const Services& s, const RunFilter& filter, const std::string& reason) {
  int64_t total = 0;
  while (true) {
    SI_ASSIGN(const auto ids, s.database.Read([&](sql::Tx& tx) {
      return records::Runs::OpenIds(tx, filter, kAtOnce);
    }));
    if (ids.empty()) return total;
    SI_ASSIGN(const int64_t cancelled, s.cancel_runs(ids, reason));
    total += cancelled;
  }
}

Response CancelRun(const Services& s, Request& request) {
  const int64_t id = request.RequireInteger("workflow_id");
  return Told(s.cancel_runs({{id}}, ReasonOf(request)));
}

Response CancelGroup(const Services& s, Request& request) {
  const int64_t id = request.RequireInteger("run_group_id");
  const auto known = s.database.Read([&](sql::Tx& tx) { return records::RunGroups::Get(tx, id); });
  if (!known) return http::ErrorResponse(known.error());
  return Told(CancelAll(s, {.run_group_id = id}, ReasonOf(request)));
}

Response CancelBatch(const Services& s, Request& request) {
  const int64_t id = request.RequireInteger("batch_id");
  const auto known = s.database.Read([&](sql::Tx& tx) { return records::Batches::Get(tx, id); });
  if (!known) return http::ErrorResponse(known.error());
  return Told(CancelAll(s, {.batch_id = id}, ReasonOf(request)));
}

http::Route CancelRoute(const Services& services, std::string path, std::string tag,
                        std::string what, std::string operation_id, http::Parameter id,
                        Response (*handler)(const Services&, Request&)) {
  return {.method = http::Method::kPost,
          .path = std::move(path),
          .tag = std::move(tag),
          .summary = "Cancel " + what,
          .description =
              "Open runs become FAILED with `status_meta.cancelled`; what works on them "
              "is called back at once, and nothing of it counts any more. Runs that "
              "have ended stay as they are.",
          .operation_id = std::move(operation_id),
          .parameters = {std::move(id),
                         {.name = "reason",
                          .in = In::kForm,
                          .description = "Why; shown in the runs' status_message.",
                          .max_length = 500,
                          .example = "wrong parameter set"}},
          .responses = {Gives<CancelledRuns>(200, "How many runs were open.",
                                             {.message = "3 runs cancelled", .cancelled_runs = 3}),
                        {404, "not known"}},
          .handler = With(services, handler),
          .body = http::Body::kForm};
}

}  // namespace

void AddCancelRoutes(Routes& routes, const Services& services) {
  routes.push_back(CancelRoute(services, "/api/v1/workflow/runs/{workflow_id}/cancel", "workflow",
                               "a workflow run", "cancel_workflow_run",
                               Id("workflow_id", "The run."), CancelRun));
  routes.push_back(CancelRoute(services, "/api/v1/workflow/run_groups/{run_group_id}/cancel",
                               "workflow", "all open runs of a run group", "cancel_run_group",
                               Id("run_group_id", "The run group."), CancelGroup));
  routes.push_back(CancelRoute(services, "/api/v1/batch/{batch_id}/cancel", "batch",
                               "all open runs of a batch", "cancel_batch",
                               Id("batch_id", "The batch."), CancelBatch));
}

}  // namespace api
