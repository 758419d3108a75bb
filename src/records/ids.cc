#include "records/ids.h"

#include <utility>

namespace records {
namespace {

// A table's highest id, or what it was before rows were deleted (idfloor).
constexpr sql::Statement kNext[] = {
    {"ids.next_documenturi",
     "SELECT 1 + max(x) FROM (SELECT max(id) AS x FROM documenturi UNION ALL "
     "SELECT value FROM idfloor WHERE name = 'documenturi') AS highest"},
    {"ids.next_rungroup",
     "SELECT 1 + max(x) FROM (SELECT max(id) AS x FROM rungroup UNION ALL "
     "SELECT value FROM idfloor WHERE name = 'rungroup') AS highest"},
    {"ids.next_workflowrun",
     "SELECT 1 + max(x) FROM (SELECT max(id) AS x FROM workflowrun UNION ALL "
     "SELECT value FROM idfloor WHERE name = 'workflowrun') AS highest"},
    {"ids.next_runstep",
     "SELECT 1 + max(x) FROM (SELECT max(id) AS x FROM runstep UNION ALL "
     "SELECT value FROM idfloor WHERE name = 'runstep') AS highest"},
};

constexpr std::string_view kNames[] = {"documenturi", "rungroup", "workflowrun", "runstep"};

constexpr sql::Statement kKeep{
    "ids.keep",
    "INSERT INTO idfloor (name, value) VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE excluded.value > idfloor.value"};

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
