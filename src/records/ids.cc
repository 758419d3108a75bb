#include "records/ids.h"

#include <utility>

namespace records {
namespace {

// A table's highest id, or what it was before rows were deleted (idfloor).
constexpr sql::Statement kNext[] = {
    {"ids.next_documenturi",
     "SELECT 1 + max(coalesce((SELECT max(id) FROM documenturi), 0), "
     "coalesce((SELECT value FROM idfloor WHERE name = 'documenturi'), 0))"},
    {"ids.next_rungroup",
     "SELECT 1 + max(coalesce((SELECT max(id) FROM rungroup), 0), "
     "coalesce((SELECT value FROM idfloor WHERE name = 'rungroup'), 0))"},
    {"ids.next_workflowrun",
     "SELECT 1 + max(coalesce((SELECT max(id) FROM workflowrun), 0), "
     "coalesce((SELECT value FROM idfloor WHERE name = 'workflowrun'), 0))"},
    {"ids.next_runstep",
     "SELECT 1 + max(coalesce((SELECT max(id) FROM runstep), 0), "
     "coalesce((SELECT value FROM idfloor WHERE name = 'runstep'), 0))"},
};

constexpr std::string_view kNames[] = {"documenturi", "rungroup", "workflowrun", "runstep"};

constexpr sql::Statement kKeep{
    "ids.keep",
    "INSERT INTO idfloor (name, value) VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)"};

}  // namespace

base::Result<int64_t> NextId(sql::Tx& tx, IdTable table) {
  SI_ASSIGN(const auto next, tx.Scalar<int64_t>(kNext[std::to_underlying(table)]));
  return next.value_or(1);
}

base::Result<> KeepIds(sql::Tx& tx, IdTable table) {
  SI_ASSIGN(const int64_t next, NextId(tx, table));
  SI_TRY(tx.Execute(kKeep, {kNames[std::to_underlying(table)], next - 1}));
  return {};
}

}  // namespace records
