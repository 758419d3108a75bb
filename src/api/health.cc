// /health, /health/live, /health/ready: whether the service can do its work.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/describe/class.hpp>

#include "api/answers.h"
#include "api/groups.h"
#include "api/health_monitor.h"

namespace api {
namespace {

using http::Request;
using http::Response;

// What all three answer.
struct Health {
  std::string status;  // ok | unavailable
  std::string version;
  std::vector<std::string> reasons;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, version, reasons))

// Has the members of an error, too: clients that look for `error` find it.
struct Unavailable {
  std::string error;
  int64_t status_code = 503;
  std::string status = "unavailable";
  std::string version;
  std::vector<std::string> reasons;
};
BOOST_DESCRIBE_STRUCT(Unavailable, (), (error, status_code, status, version, reasons))

Response Uncached(Response response) {
  response.headers.Add("Cache-Control", "no-store");
  return response;
}

Response Live(const Services& s, Request&) {
  return Uncached(
      Json(reflect::ToJson(Health{.status = "ok", .version = s.version, .reasons = {}})));
}

Response Ready(const Services& s, Request& request) {
  HealthReasons reasons = s.health.Ask();
  if (reasons.empty()) return Live(s, request);
  const Unavailable answer{.error = fmt::format("not ready: {}", fmt::join(reasons, "; ")),
                           .version = s.version,
                           .reasons = std::move(reasons)};
  return Uncached(Json(reflect::ToJson(answer), 503));
}

http::Route HealthRoute(std::string path, std::string summary, std::string description,
                        http::Handler handler) {
  return {.method = http::Method::kGet,
          .path = std::move(path),
          .tag = "operations",
          .summary = std::move(summary),
          .description = std::move(description),
          .responses = {{.status = 200, .description = "yes", .schema = SchemaOf<Health>()}},
          .handler = std::move(handler),
          .access = http::Access::kOpen};
}

}  // namespace

void AddHealthRoutes(Routes& routes, const Services& services) {
  const auto with = [&services](Response (*handler)(const Services&, Request&)) {
    return [&services, handler](Request& request) { return handler(services, request); };
  };
  const http::ResponseDoc unavailable{.status = 503,
                                      .description = "not ready; `reasons` has one per fault",
                                      .schema = SchemaOf<Unavailable>()};
  const char* kChecks =
      "Checks that the database can be written, that there is room on the disks, that artifacts "
      "can be written, that the LanceDB engine answers, that the local model is loaded and that "
      "the workers of this process give signs of life. Answers within about a second, also when "
      "one of them hangs; for two seconds the same answer is given again.";
  routes.push_back(
      HealthRoute("/health", "Whether the service can do its work", kChecks, with(Ready)));
  routes.back().responses.push_back(unavailable);
  routes.push_back(HealthRoute("/health/live", "Whether the process answers",
                               "For supervisors that restart what does not answer.", with(Live)));
  routes.push_back(HealthRoute("/health/ready", "Whether requests should be sent here",
                               std::string("For load balancers. ") + kChecks, with(Ready)));
  routes.back().responses.push_back(unavailable);
}

}  // namespace api
