#include "sql/migrations.h"

#include <string>

namespace sql {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr std::string_view kTable =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    "number INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied_date VARCHAR NOT NULL)";

constexpr Statement kNewest{"migrations.newest", "SELECT max(number) FROM schema_migration"};
constexpr Statement kRecord{
    "migrations.record",
    "INSERT INTO schema_migration (number, name, applied_date) VALUES ($1, $2, $3)"};

}  // namespace

Result<> Migrate(Database& database, std::span<const Migration> migrations, base::Time now) {
  return database.Write([&](Tx& tx) -> Result<> {
    SI_TRY(tx.Script(kTable));
    SI_ASSIGN(const auto newest, tx.Scalar<int64_t>(kNewest));
    const int64_t known = migrations.empty() ? 0 : migrations.back().number;
    if (newest.value_or(0) > known) {
      return Fail(Code::kConflict, "the database is at version " + std::to_string(*newest) +
                                       ", this program knows only " + std::to_string(known) +
                                       ": a newer program has used it");
    }
    for (const Migration& migration : migrations) {
      if (migration.number <= newest.value_or(0)) continue;
      if (auto applied = migration.apply(tx); !applied) {
        return Fail(applied.error().Within("migration " + std::to_string(migration.number) + " (" +
                                           std::string(migration.name) + ")"));
      }
      SI_TRY(tx.Execute(kRecord, {migration.number, migration.name, now}));
    }
    return {};
  });
}

}  // namespace sql
