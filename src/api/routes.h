// The REST API as a route table.
#pragma once

#include <vector>

#include "api/services.h"
#include "http/router.h"

namespace api {

// Every operation that is served. The services must outlive the routes.
std::vector<http::Route> MakeRoutes(const Services& services);

}  // namespace api
