// The parts of the route table, by subject. Private to the folder.
#pragma once

#include <vector>

#include "api/services.h"
#include "http/router.h"

namespace api {

using Routes = std::vector<http::Route>;

void AddBatchRoutes(Routes& routes, const Services& services);
void AddDocumentRoutes(Routes& routes, const Services& services);
void AddIngestRoutes(Routes& routes, const Services& services);
void AddDeletionRoutes(Routes& routes, const Services& services);
void AddDetailRoutes(Routes& routes, const Services& services);
void AddDownloadRoutes(Routes& routes, const Services& services);
void AddSyncStateRoutes(Routes& routes, const Services& services);
void AddRunRoutes(Routes& routes, const Services& services);
void AddRunGroupRoutes(Routes& routes, const Services& services);
void AddDefinitionRoutes(Routes& routes, const Services& services);
void AddLanceRoutes(Routes& routes, const Services& services);
void AddOpenAiRoutes(Routes& routes, const Services& services);
void AddHealthRoutes(Routes& routes, const Services& services);
// The last: they describe all that are in the table by then, and themselves.
void AddDocumentationRoutes(Routes& routes, const Services& services);

// A handler that knows the services.
inline http::Handler With(const Services& services,
                          http::Response (*handler)(const Services&, http::Request&)) {
  return [&services, handler](http::Request& request) { return handler(services, request); };
}

// The id in the path of "/…/{name}".
inline http::Parameter PathId(std::string name, std::string description) {
  return {.name = std::move(name),
          .in = http::In::kPath,
          .kind = http::Kind::kInteger,
          .required = true,
          .description = std::move(description)};
}

// The hash in the path of "/…/{hash}".
inline http::Parameter HashParameter() {
  return {.name = "hash",
          .in = http::In::kPath,
          .required = true,
          .description = "document hash: sha256- and 64 hex digits"};
}

}  // namespace api
