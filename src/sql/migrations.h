// Numbered migrations, each applied once, in order, and recorded in table schema_migration.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace sql {

struct Migration {
  int64_t number;  // 1, 2, 3 …
  std::string_view name;
  std::function<base::Result<>(Tx&)> apply;
};

// Brings `database` to the newest of `migrations` (sorted by number) in one transaction: it is
// complete or unchanged. kConflict when the database was migrated further by a newer program.
base::Result<> Migrate(Database& database, std::span<const Migration> migrations, base::Time now);

}  // namespace sql
