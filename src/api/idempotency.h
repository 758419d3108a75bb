// Idempotency-Key: a client that does not know whether its POST arrived sends it again with the
// same key, and it is carried out once. Private to the folder.
//
//   the same request again      the kept answer, with `Idempotent-Replayed: true`
//   … while the first one runs  409, Retry-After
//   another request             422
//
// Kept are answers that changed something (2xx), for a day; after any other answer the key is free.
// A request is known by method, path, fields and the bytes of its files; a key belongs to its user.
// The answer is written right after the change, not with it: a server that is killed in between
// carries the request out again.
#pragma once

#include "base/clock.h"
#include "http/router.h"
#include "sql/database.h"

namespace api {

// Wraps the route's handler and documents what it answers besides. Both must outlive the route.
void MakeIdempotent(http::Route& route, sql::Database& database, const base::Clock& clock);

}  // namespace api
