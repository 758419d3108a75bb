// SQLite behind sql::Database: WAL, synchronous=FULL, foreign keys on.
//
// One writer thread takes all functions that wait, runs each in its own savepoint, commits once and
// answers after the commit (group commit): many small writes cost one fsync. Readers use a pool of
// connections and never wait for the writer. The caller never sees "database is locked" by us.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sql/database.h"
#include "sql/owner_lock.h"

namespace sql {

struct SqliteOptions {
  size_t read_connections = 4;  // opened when needed; more readers than these wait
  size_t max_group = 128;       // functions in one commit
  int busy_timeout_ms = 30000;  // how long to wait for other programs that lock the file
  // Taken by OpenSqlite when empty. Give one that is held already when the owner has to set its
  // address later.
  std::shared_ptr<OwnerLock> lock;
};

// Creates file and folders when absent. kConflict when another process owns the database, kDamaged
// when the file is no SQLite database.
base::Result<std::unique_ptr<Database>> OpenSqlite(const std::filesystem::path& path,
                                                   const SqliteOptions& options = {});

// The file that a DOC_DB_URL names: "sqlite:///./db/documents.db" (relative to the working folder),
// "sqlite:////var/lib/x.db" (absolute), also with a driver: "sqlite+aiosqlite:///…". kUnsupported
// for postgresql and for databases in memory, kInvalidArgument for everything else.
base::Result<std::filesystem::path> SqlitePathFromUrl(std::string_view url);

}  // namespace sql
