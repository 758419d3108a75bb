// Numbers about run groups.
#include "records/run_groups.h"
#include "records/statement.h"
#include "reflect/enum.h"

namespace records {
namespace {

using base::Result;

using sql::Dialect;

// Seconds between two stored times.
std::string Seconds(Dialect dialect, const std::string& from, const std::string& to) {
  return dialect == Dialect::kSqlite
             ? "(julianday(" + to + ") - julianday(" + from + ")) * 86400.0"
             : "CAST(extract(epoch FROM " + to + ") - extract(epoch FROM " + from + ") AS FLOAT8)";
}

// Sum of doc_meta.page_count, 0 where it is missing or no number.
std::string Pages(Dialect dialect) {
  return dialect == Dialect::kSqlite
             ? "coalesce(sum(CASE WHEN json_valid(d.doc_meta) "
               "THEN CAST(json_extract(d.doc_meta, '$.page_count') AS INTEGER) END), 0)"
             : "coalesce(sum(CASE WHEN d.doc_meta ->> 'page_count' ~ '^[0-9]{1,9}$' "
               "THEN CAST(d.doc_meta ->> 'page_count' AS BIGINT) END), 0)::bigint";
}

// A statement that `text` writes in both dialects.
template <typename Text>
Statement InBoth(std::string_view name, const Text& text) {
  return {name, text(Dialect::kSqlite), text(Dialect::kPostgres)};
}

constexpr sql::Statement kByStatus{
    "run_groups.by_status",
    "SELECT status, count(*) FROM workflowrun WHERE run_group_id = $1 GROUP BY status"};
const Statement kDurations = InBoth("run_groups.run_durations", [](Dialect dialect) {
  return "SELECT avg(x), min(x), max(x) FROM (SELECT " +
         Seconds(dialect, "start_date", "completed_date") +
         " AS x FROM workflowrun WHERE run_group_id = $1 "
         "AND status = 'COMPLETED' AND completed_date IS NOT NULL) AS runs";
});
constexpr sql::Statement kProgress{
    "run_groups.progress",
    "SELECT step_type, status, count(*) FROM runstep WHERE run_group_id = $1 "
    "GROUP BY step_type, status"};
constexpr sql::Statement kReused{
    "run_groups.reused",
    "SELECT step_type, count(*) FROM runstep WHERE run_group_id = $1 AND status = 'COMPLETED' "
    "AND json_extract(status_meta, '$.reused') GROUP BY step_type",
    "SELECT step_type, count(*) FROM runstep WHERE run_group_id = $1 AND status = 'COMPLETED' "
    "AND status_meta ->> 'reused' = 'true' GROUP BY step_type"};
const Statement kStepDurations = InBoth("run_groups.step_durations", [](Dialect dialect) {
  return "SELECT step_type, count(*), max(x), min(x), avg(x), CAST(sum(pages) AS BIGINT), "
         "CASE WHEN sum(x) > 0 THEN sum(pages) * 60.0 / sum(x) ELSE 0.0 END, sum(x), " +
         Seconds(dialect, "min(started)", "max(ended)") + " FROM (SELECT s.step_type, " +
         Seconds(dialect, "s.start_date", "s.completed_date") +
         " AS x, s.start_date AS started, s.completed_date AS ended, " + Pages(dialect) +
         " AS pages FROM runstep s JOIN workflowrun r ON r.id = s.workflow_run_id "
         "LEFT JOIN document d ON d.hash = r.doc_id WHERE s.run_group_id = $1 "
         "AND s.status = 'COMPLETED' AND s.start_date IS NOT NULL AND s.completed_date IS NOT NULL "
         "GROUP BY s.id) AS steps GROUP BY step_type ORDER BY min(started)";
});
const Statement kStepStats = InBoth("run_groups.step_stats", [](Dialect dialect) {
  return "SELECT coalesce(b.name, ''), g.param_definition_id, s.workflow_step_name, s.status, "
         "count(*), " +
         Pages(dialect) +
         " FROM runstep s JOIN workflowrun r ON r.id = s.workflow_run_id "
         "JOIN rungroup g ON g.id = r.run_group_id LEFT JOIN documentbatch b ON b.id = r.batch_id "
         "LEFT JOIN document d ON d.hash = r.doc_id WHERE s.run_group_id = $1 "
         "GROUP BY 1, 2, 3, 4 ORDER BY min(s.workflow_step_number), 4";
});

}  // namespace

Result<model::GroupStats> RunGroups::Stats(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(const model::RunGroup group, Get(tx, id));
  model::GroupStats stats{.run_group_id = id, .group_status = group.status};
  for (const auto status : reflect::AllOf<model::RunStatus>()) {
    stats.status_counts[std::string(reflect::Name(status))] = 0;
  }
  SI_ASSIGN(const sql::Rows counts, tx.Query(kByStatus, {id}));
  for (size_t i = 0; i < counts.size(); ++i) {
    stats.status_counts[std::string(counts[i][0].Text())] = counts[i][1].Int();
    stats.total_runs += counts[i][1].Int();
  }
  SI_ASSIGN(const sql::Rows durations, tx.Query(kDurations, {id}));
  SI_ASSIGN(stats.average_duration, sql::As<std::optional<double>>(durations[0][0]));
  SI_ASSIGN(stats.min_duration, sql::As<std::optional<double>>(durations[0][1]));
  SI_ASSIGN(stats.max_duration, sql::As<std::optional<double>>(durations[0][2]));
  return stats;
}

Result<std::vector<model::StepCount>> RunGroups::Progress(sql::Tx& tx, int64_t id) {
  return tx.All<model::StepCount>(kProgress, {id});
}

Result<std::map<model::WorkflowStepType, int64_t>> RunGroups::Reused(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(kReused, {id}));
  std::map<model::WorkflowStepType, int64_t> reused;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto type = reflect::FromName<model::WorkflowStepType>(rows[i][0].Text());
    if (type) reused[*type] = rows[i][1].Int();
  }
  return reused;
}

Result<std::vector<model::StepDurations>> RunGroups::Durations(sql::Tx& tx, int64_t id) {
  SI_TRY(Get(tx, id));
  return tx.All<model::StepDurations>(kStepDurations, {id});
}

Result<std::vector<model::StepStats>> RunGroups::StepStats(sql::Tx& tx, int64_t id) {
  SI_TRY(Get(tx, id));
  return tx.All<model::StepStats>(kStepStats, {id});
}

}  // namespace records
