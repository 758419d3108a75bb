// The OpenAPI 3.1 document of a route table: every operation with its parameters, bodies, answers
// and the schemas they name. What follows from a route is not repeated in the table but added here.
#pragma once

#include <string>
#include <vector>

#include "http/router.h"

namespace api {

struct OpenApiOptions {
  std::string version;         // of the program
  bool authenticates = false;  // some switch of authentication is on: 401 exists
};

// "list_batches", or made from method and path: "get_workflow_runs_workflow_id".
std::string OperationId(const http::Route& route);

// Everything the operation can answer: what the route lists, and 400, 401, 413, 415, 500, 503 where
// they can occur. In the order of the status.
std::vector<http::ResponseDoc> AnswersOf(const http::Route& route, const OpenApiOptions& options);

// JSON text.
std::string OpenApiDocument(const std::vector<http::Route>& routes, const OpenApiOptions& options);

}  // namespace api
