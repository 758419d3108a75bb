// The database that DOC_DB_URL names, and who owns the data that goes with it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/settings.h"
#include "base/result.h"
#include "sql/database.h"
#include "sql/owner_lock.h"

namespace app {

// Where the owner's lock is: beside the SQLite file, or, with PostgreSQL, in the folder of the
// vector databases, which have one writer.
base::Result<std::filesystem::path> OwnedPath(const Settings& settings);

// `lock` is held for OwnedPath. kConflict when another process, also on another machine, serves
// from the same PostgreSQL database.
base::Result<std::unique_ptr<sql::Database>> OpenDatabase(const Settings& settings,
                                                          std::shared_ptr<sql::OwnerLock> lock);

// The URL as it may be shown: without its password.
std::string WithoutPassword(const std::string& url);

}  // namespace app
