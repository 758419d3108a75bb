// The database's schema: the tables of the reference implementation by their own names, our extra
// columns (all with defaults) and our own tables.
#pragma once

#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"
#include "sql/migrations.h"

namespace records {

std::span<const sql::Migration> Migrations();

// Makes a fresh database, upgrades ours, or takes over one of the reference implementation as it
// stands (steps that it left running become claimable).
base::Result<> Prepare(sql::Database& database, base::Time now);

}  // namespace records
