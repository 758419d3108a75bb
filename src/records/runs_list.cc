// Lists of runs for the API: filtered, paginated, with steps and document info.
#include <algorithm>
#include <map>

#include "records/runs.h"
#include "records/statement.h"
#include "records/step_rows.h"
#include "reflect/json.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using model::DocumentInfo;
using model::RunDetails;
using model::RunStep;

// A JSON array of ids, as rows.
constexpr std::string_view kIdsSqlite = "(SELECT value FROM json_each($1)) ";
constexpr std::string_view kIdsPostgres =
    "(SELECT value::bigint FROM json_array_elements_text($1::json)) ";

// A document is shown by its URI in the run's batch, else by its oldest.
std::string SelectInfo(std::string_view ids) {
  return "SELECT r.id, u.uri, u.source, d.file_size, d.mime_type FROM workflowrun r "
         "LEFT JOIN document d ON d.hash = r.doc_id "
         "LEFT JOIN documenturi u ON u.id = coalesce("
         "(SELECT min(x.id) FROM documenturi x WHERE x.doc_hash = r.doc_id AND "
         "+x.batch_id = r.batch_id), "
         "(SELECT min(x.id) FROM documenturi x WHERE x.doc_hash = r.doc_id)) "
         "WHERE r.id IN " +
         std::string(ids);
}
const Statement kInfo("runs.document_info", SelectInfo(kIdsSqlite), SelectInfo(kIdsPostgres));

std::string SelectStepsOf(std::string_view ids) {
  return SelectSteps() + "WHERE s.workflow_run_id IN " + std::string(ids) +
         "ORDER BY s.workflow_run_id, s.workflow_step_number";
}
const Statement kSteps("runs.steps", SelectStepsOf(kIdsSqlite), SelectStepsOf(kIdsPostgres));

struct Where {
  std::string text;
  std::vector<sql::Value> values;

  template <typename T>
  void Add(std::string_view column, const std::optional<T>& value) {
    if (!value) return;
    values.emplace_back(*value);
    text += (text.empty() ? "WHERE " : "AND ") + std::string(column) + " = $" +
            std::to_string(values.size()) + " ";
  }
};

Where WhereOf(const RunFilter& filter) {
  Where where;
  where.Add("r.batch_id", filter.batch_id);
  where.Add("r.run_group_id", filter.run_group_id);
  where.Add("r.status", filter.status);
  where.Add("r.doc_id", filter.doc_id);
  return where;
}

// The part of a list that is answered.
struct Slice {
  int64_t offset = 0;
  int64_t rows = -1;      // -1: all
  bool from_end = false;  // counted from the end: the shorter way
};

Slice SliceOf(const RunFilter& filter, int64_t total) {
  if (filter.rows_per_page == 0) return {};
  // A page so far behind the end that the product would not fit is as empty as the next.
  const int64_t page = std::min(filter.page - 1, total / filter.rows_per_page + 1);
  Slice slice{.offset = page * filter.rows_per_page};
  slice.rows = std::clamp<int64_t>(total - slice.offset, 0, filter.rows_per_page);
  slice.from_end = slice.offset > total / 2;
  if (slice.from_end) slice.offset = std::max<int64_t>(0, total - slice.offset - slice.rows);
  return slice;
}

// The page is picked by ids from an index alone, so that skipped rows are not read.
std::string SelectSlice(const RunFilter& filter, const Where& where, const Slice& slice,
                        std::string_view table) {
  const bool newest_first = filter.order == RunFilter::Order::kNewestFirst;
  const auto order = [](bool down) { return down ? "ORDER BY r.id DESC " : "ORDER BY r.id "; };
  std::string ids = "SELECT r.id FROM " + std::string(table) + " " + where.text +
                    order(newest_first != slice.from_end);
  if (slice.rows >= 0) {
    ids += "LIMIT $" + std::to_string(where.values.size() + 1) + " OFFSET $" +
           std::to_string(where.values.size() + 2);
  }
  return SelectRuns() + "WHERE r.id IN (" + ids + ") " + order(newest_first);
}

Result<std::vector<RunDetails>> SelectPage(sql::Tx& tx, const RunFilter& filter, const Where& where,
                                           const Slice& slice) {
  std::vector<sql::Value> values = where.values;
  if (slice.rows >= 0) {
    values.emplace_back(slice.rows);
    values.emplace_back(slice.offset);
  }
  // SQLite would walk through the rows themselves: they are in the order of their ids, but wide.
  const bool narrow = where.values.empty() && slice.rows >= 0;
  const std::string sqlite = SelectSlice(
      filter, where, slice, narrow ? "workflowrun r INDEXED BY ix_run_list" : "workflowrun r");
  const std::string postgres = SelectSlice(filter, where, slice, "workflowrun r");
  SI_ASSIGN(auto runs, ReadRuns(tx, {"runs.list", sqlite, postgres}, values));
  std::vector<RunDetails> details;
  details.reserve(runs.size());
  for (auto& run : runs) details.push_back({std::move(run), std::nullopt, std::nullopt});
  return details;
}

std::string IdsOf(const std::vector<RunDetails>& runs) {
  std::vector<int64_t> ids;
  for (const RunDetails& run : runs) ids.push_back(run.workflow_run.id);
  return reflect::ToJson(ids);
}

Result<> AddSteps(sql::Tx& tx, std::vector<RunDetails>& runs) {
  SI_ASSIGN(auto steps, ReadSteps(tx, kSteps, {IdsOf(runs)}));
  std::map<int64_t, std::vector<RunStep>> by_run;
  for (RunStep& step : steps) by_run[step.workflow_run_id].push_back(std::move(step));
  for (RunDetails& run : runs) run.steps = std::move(by_run[run.workflow_run.id]);
  return {};
}

Result<> AddDocumentInfo(sql::Tx& tx, std::vector<RunDetails>& runs) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(kInfo, {IdsOf(runs)}));
  std::map<int64_t, DocumentInfo> by_run;
  for (size_t i = 0; i < rows.size(); ++i) {
    SI_ASSIGN(by_run[rows[i][0].Int()], sql::FromRow<DocumentInfo>(rows[i], 1));
  }
  for (RunDetails& run : runs) run.document_info = by_run[run.workflow_run.id];
  return {};
}

}  // namespace

Result<model::Page<RunDetails>> Runs::List(sql::Tx& tx, const RunFilter& filter) {
  if (filter.page < 1 || filter.rows_per_page < 0) {
    return Fail(Code::kInvalidArgument, "page and rows_per_page must be 1 or more");
  }
  const Where where = WhereOf(filter);
  model::Page<RunDetails> page{.page = filter.page, .rows_per_page = filter.rows_per_page};
  if (filter.rows_per_page > 0) {
    const std::string count = "SELECT count(*) FROM workflowrun r " + where.text;
    SI_ASSIGN(const auto total, tx.Scalar<int64_t>({"runs.count", count}, where.values));
    page.total = total.value_or(0);
  }
  SI_ASSIGN(page.items, SelectPage(tx, filter, where, SliceOf(filter, page.total)));
  if (filter.include_steps) SI_TRY(AddSteps(tx, page.items));
  if (filter.include_doc_info) SI_TRY(AddDocumentInfo(tx, page.items));
  if (filter.rows_per_page == 0) {
    page.total = static_cast<int64_t>(page.items.size());
    page.total_pages = 1;
  } else {
    page.total_pages = (page.total + filter.rows_per_page - 1) / filter.rows_per_page;
  }
  return page;
}

Result<RunDetails> Runs::Details(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(auto run, Get(tx, id));
  std::vector<RunDetails> runs = {{std::move(run), std::nullopt, std::nullopt}};
  SI_TRY(AddSteps(tx, runs));
  SI_TRY(AddDocumentInfo(tx, runs));
  return std::move(runs.front());
}

}  // namespace records
