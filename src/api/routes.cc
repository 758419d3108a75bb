#include "api/routes.h"

#include "api/groups.h"
#include "api/idempotency.h"

namespace api {

std::vector<http::Route> MakeRoutes(const Services& services) {
  Routes routes;
  AddDocumentRoutes(routes, services);
  AddIngestRoutes(routes, services);
  AddDeletionRoutes(routes, services);
  AddDetailRoutes(routes, services);
  AddDownloadRoutes(routes, services);
  AddSyncStateRoutes(routes, services);
  AddBatchRoutes(routes, services);
  AddRunRoutes(routes, services);
  AddRunGroupRoutes(routes, services);
  AddCancelRoutes(routes, services);
  AddDefinitionRoutes(routes, services);
  AddLanceRoutes(routes, services);
  AddOpenAiRoutes(routes, services);
  AddEventRoutes(routes, services);
  AddMetricsRoutes(routes, services);
  AddHealthRoutes(routes, services);
  for (http::Route& route : routes) {
    // What is computed only (/v1/embeddings) may be asked twice.
    if (route.method == http::Method::kPost && route.path.starts_with("/api/")) {
      MakeIdempotent(route, services.database, services.clock);
    }
  }
  AddDocumentationRoutes(routes, services);
  return routes;
}

}  // namespace api
