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
void AddCancelRoutes(Routes& routes, const Services& services);
void AddDefinitionRoutes(Routes& routes, const Services& services);
void AddLanceRoutes(Routes& routes, const Services& services);
void AddOpenAiRoutes(Routes& routes, const Services& services);
void AddEventRoutes(Routes& routes, const Services& services);
void AddMetricsRoutes(Routes& routes, const Services& services);
void AddHealthRoutes(Routes& routes, const Services& services);
// The last: they describe all that are in the table by then, and themselves.
void AddDocumentationRoutes(Routes& routes, const Services& services);

// A handler that knows the services.
inline http::Handler With(const Services& services,
                          http::Response (*handler)(const Services&, http::Request&)) {
  return [&services, handler](http::Request& request) { return handler(services, request); };
}

// The longest name of a source, and the longest URI: also percent-encoded and both in a query,
// names of ASCII characters fit into the request line that the server takes.
constexpr int64_t kMaxSource = 1000;
constexpr int64_t kMaxUri = 4000;

// A number that the database gave: "/…/{batch_id}", or a field or a query parameter.
inline http::Parameter Id(std::string name, std::string description,
                          http::In in = http::In::kPath) {
  return {.name = std::move(name),
          .in = in,
          .kind = http::Kind::kInteger,
          .required = true,
          .description = std::move(description),
          .min = 1,
          .example = "1"};
}
inline http::Parameter OptionalId(std::string name, std::string description,
                                  http::In in = http::In::kQuery) {
  http::Parameter parameter = Id(std::move(name), std::move(description), in);
  parameter.required = false;
  return parameter;
}

inline http::Parameter Source(http::In in) {
  return {.name = "source",
          .in = in,
          .required = in == http::In::kForm,
          .description = "Name of the source system.",
          .max_length = kMaxSource,
          .example = "filesystem"};
}

// What both ways to start workflows take.
inline http::Parameter WorkflowId() {
  return {.name = "workflow_definition_id",
          .in = http::In::kForm,
          .description =
              "Workflow to use; default: DEFAULT_WORKFLOW_ID. `workflow_definiton_id` is "
              "accepted, too.",
          .alias = "workflow_definiton_id",
          .max_length = 100,
          .example = "batch"};
}
inline http::Parameter ParamId() {
  return {.name = "param_id",
          .in = http::In::kForm,
          .description = "Parameter set to use; default: DEFAULT_PARAM_ID.",
          .max_length = 100,
          .example = "default"};
}
inline http::Parameter Priority() {
  return {.name = "priority",
          .in = http::In::kForm,
          .kind = http::Kind::kInteger,
          .otherwise = "0",
          .description = "Larger goes first.",
          .min = -1'000'000,
          .max = 1'000'000};
}

// The hash in the path of "/…/{hash}".
inline http::Parameter HashParameter() {
  return {.name = "hash",
          .in = http::In::kPath,
          .required = true,
          .description = "Hash of the document: sha256- and 64 hex digits.",
          .max_length = 200,
          .format = "document-hash",
          .example = "sha256-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"};
}

}  // namespace api
