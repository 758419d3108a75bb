// GET /metrics
#include "api/answers.h"
#include "api/groups.h"
#include "api/metrics.h"

namespace api {

void AddMetricsRoutes(Routes& routes, const Services& services) {
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/metrics",
       .tag = "operations",
       .summary = "Numbers for Prometheus",
       .description =
           "Requests, queue, leases, steps, events and the process, in Prometheus' text format. "
           "Counters begin with the process. docs/operations.md explains each.",
       .responses = {{.status = 200,
                      .description = "the numbers",
                      .content_type = "text/plain",
                      .example = "# HELP ingester_removals_open Removals that wait.\n"
                                 "# TYPE ingester_removals_open gauge\n"
                                 "ingester_removals_open 0\n"}},
       .handler = [&services](http::Request&) {
         auto text = services.metrics.Text();
         if (!text) return http::ErrorResponse(text.error());
         http::Response response = Json(std::move(*text));
         response.content_type = "text/plain; version=0.0.4; charset=utf-8";
         response.headers.Add("Cache-Control", "no-store");
         return response;
       }});
}

}  // namespace api
