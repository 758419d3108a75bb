// Lists of runs for the API: filtered, paginated, with steps and document info.
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

Result<std::vector<RunDetails>> SelectPage(sql::Tx& tx, const RunFilter& filter,
                                           const Where& where) {
  const std::string order =
      filter.order == RunFilter::Order::kNewestFirst ? "ORDER BY r.id DESC " : "ORDER BY r.id ";
  std::string limit;
  std::vector<sql::Value> values = where.values;
  if (filter.rows_per_page > 0) {
    values.emplace_back(filter.rows_per_page);
    values.emplace_back((filter.page - 1) * filter.rows_per_page);
    limit =
        "LIMIT $" + std::to_string(values.size() - 1) + " OFFSET $" + std::to_string(values.size());
  }
  // The page is picked by id alone, so that skipped rows are not read whole.
  const std::string text = SelectRuns() + "WHERE r.id IN (SELECT r.id FROM workflowrun r " +
                           where.text + order + limit + ") " + order;
  SI_ASSIGN(auto runs, ReadRuns(tx, {"runs.list", text}, values));
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
  model::Page<RunDetails> page;
  SI_ASSIGN(page.items, SelectPage(tx, filter, where));
  if (filter.include_steps) SI_TRY(AddSteps(tx, page.items));
  if (filter.include_doc_info) SI_TRY(AddDocumentInfo(tx, page.items));
  page.page = filter.page;
  page.rows_per_page = filter.rows_per_page;
  if (filter.rows_per_page == 0) {
    page.total = static_cast<int64_t>(page.items.size());
    page.total_pages = 1;
    return page;
  }
  const std::string count = "SELECT count(*) FROM workflowrun r " + where.text;
  SI_ASSIGN(const auto total, tx.Scalar<int64_t>({"runs.count", count}, where.values));
  page.total = total.value_or(0);
  page.total_pages = (page.total + filter.rows_per_page - 1) / filter.rows_per_page;
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
