// GET /health: whether the service can do its work.
#include <fmt/format.h>

#include "api/answers.h"
#include "api/groups.h"
#include "records/batches.h"

namespace api {

void AddHealthRoutes(Routes& routes, const Services& services) {
  routes.push_back({.method = http::Method::kGet,
                    .path = "/health",
                    .tag = "health",
                    .summary = "Whether the service is up and its database answers",
                    .responses = {{200, "ready"}, {503, "not ready, with the reason"}},
                    .handler =
                        [&services](http::Request&) {
                          auto answers = services.database.Read(
                              [](sql::Tx& tx) { return records::Batches::List(tx); });
                          if (!answers)
                            return http::ErrorResponse(
                                503, "the database does not answer: " + answers.error().message());
                          return Json(fmt::format(R"({{"status":"ok","version":{}}})",
                                                  http::QuoteJson(services.version)));
                        },
                    .access = http::Access::kOpen});
}

}  // namespace api
