// PostgreSQL behind sql::Database.
//
// Write functions of one process are committed in groups by one connection, as with SQLite; between
// processes transactions are serializable, and one that lost against another is run again. Readers
// use a pool of connections and see snapshots. A lost connection fails what runs on it with
// kUnavailable and is replaced with the next call.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/database.h"

namespace sql {

struct PostgresOptions {
  size_t read_connections = 4;  // opened when needed; more readers than these wait
  size_t max_group = 128;       // functions in one commit
  bool sole_user = false;       // kConflict while another process has the database with this set
};

// "postgresql://user:password@host:5432/name?sslmode=require", also with a driver
// ("postgresql+psycopg://…") and as "postgres://…".
bool IsPostgresUrl(std::string_view url);

// kUnavailable when no server answers, kPermissionDenied when it does not let us in.
base::Result<std::unique_ptr<Database>> OpenPostgres(std::string_view url,
                                                     const PostgresOptions& options = {});

}  // namespace sql
