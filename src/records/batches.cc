#include "records/batches.h"

#include "records/changes.h"
#include "records/statement.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using model::DocumentBatch;

const std::string kSelect = "SELECT " + sql::Columns<DocumentBatch>() + " FROM documentbatch ";

const Statement kList("batches.list", kSelect + "ORDER BY id");
const Statement kGet("batches.get", kSelect + "WHERE id = $1");
const Statement kBySource("batches.by_source", kSelect + "WHERE source = $1 ORDER BY id LIMIT 1");
const Statement kInsert("batches.insert",
                        "INSERT INTO documentbatch (name, source, start_date, batch_params) "
                        "VALUES ($1, $2, $3, '{}') RETURNING " +
                            sql::Columns<DocumentBatch>());
constexpr sql::Statement kReopen{
    "batches.reopen",
    "UPDATE documentbatch SET completed_date = NULL WHERE id = $1 AND completed_date IS NOT NULL"};

// One document counts once per URI, so that `remaining` reaches zero also when bytes repeat.
constexpr sql::Statement kDocuments{
    "batches.documents",
    "SELECT count(*), count(CASE WHEN (SELECT r.status FROM workflowrun r "
    "WHERE r.doc_id = u.doc_hash AND r.batch_id = $1 ORDER BY r.id DESC LIMIT 1) = 'COMPLETED' "
    "THEN 1 END) FROM documenturi u WHERE u.batch_id = $1"};
constexpr sql::Statement kRuns{
    "batches.runs", "SELECT status, count(*) FROM workflowrun WHERE batch_id = $1 GROUP BY status"};

constexpr sql::Statement kProgress{
    "batches.progress",
    "SELECT step_type, status, count(*) FROM runstep WHERE batch_id = $1 "
    "GROUP BY step_type, status"};

constexpr sql::Statement kComplete{
    "batches.complete",
    "UPDATE documentbatch SET completed_date = $2 WHERE id = $1 AND completed_date IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM workflowrun INDEXED BY ix_run_open_batch WHERE batch_id = $1 "
    "AND status NOT IN ('COMPLETED', 'FAILED')) "
    "AND EXISTS (SELECT 1 FROM documenturi WHERE batch_id = $1) "
    "AND NOT EXISTS (SELECT 1 FROM documenturi u WHERE u.batch_id = $1 AND NOT EXISTS "
    "(SELECT 1 FROM workflowrun r WHERE r.doc_id = u.doc_hash AND r.batch_id = $1))"};

}  // namespace

Result<DocumentBatch> Batches::Create(sql::Tx& tx, const std::string& source,
                                      const std::string& name, base::Time now) {
  SI_ASSIGN(auto batch, tx.One<DocumentBatch>(kInsert, {name, source, now}));
  SI_TRY(AppendBatchEvent(tx, kBatchCreated, batch->id, now));
  return std::move(*batch);
}

Result<std::vector<DocumentBatch>> Batches::List(sql::Tx& tx) {
  return tx.All<DocumentBatch>(kList);
}

Result<DocumentBatch> Batches::Get(sql::Tx& tx, int64_t id) {
  SI_ASSIGN(auto batch, tx.One<DocumentBatch>(kGet, {id}));
  if (!batch) return Fail(Code::kNotFound, "no batch " + std::to_string(id));
  return std::move(*batch);
}

Result<std::optional<DocumentBatch>> Batches::FindBySource(sql::Tx& tx, const std::string& source) {
  return tx.One<DocumentBatch>(kBySource, {source});
}

Result<model::BatchNumbers> Batches::Numbers(sql::Tx& tx, int64_t id) {
  model::BatchNumbers numbers;
  SI_ASSIGN(const sql::Rows documents, tx.Query(kDocuments, {id}));
  numbers.document_count = documents[0][0].Int();
  numbers.parsed = documents[0][1].Int();
  numbers.remaining = numbers.document_count - numbers.parsed;
  SI_ASSIGN(const sql::Rows runs, tx.Query(kRuns, {id}));
  for (size_t i = 0; i < runs.size(); ++i) {
    numbers.workflow_count[std::string(runs[i][0].Text())] = runs[i][1].Int();
  }
  return numbers;
}

Result<std::vector<model::StepCount>> Batches::Progress(sql::Tx& tx, int64_t id) {
  return tx.All<model::StepCount>(kProgress, {id});
}

Result<> Batches::Reopen(sql::Tx& tx, int64_t id, base::Time now) {
  SI_ASSIGN(const int64_t changed, tx.Execute(kReopen, {id}));
  return changed > 0 ? AppendBatchEvent(tx, kBatchReopened, id, now) : Result<>();
}

Result<bool> Batches::CompleteIfDone(sql::Tx& tx, int64_t id, base::Time now) {
  SI_ASSIGN(const int64_t changed, tx.Execute(kComplete, {id, now}));
  if (changed == 0) return false;
  SI_TRY(AppendBatchEvent(tx, kBatchCompleted, id, now));
  return true;
}

}  // namespace records
