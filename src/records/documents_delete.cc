// Deleting documents: rows now, in one transaction with the orders to remove what lies outside.
#include "records/changes.h"
#include "records/documents.h"
#include "records/ids.h"
#include "records/removals.h"
#include "records/runs.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr sql::Statement kDeleteHistory{"documents.delete_history",
                                        "DELETE FROM documenturihistory WHERE doc_uri_id = $1"};
constexpr sql::Statement kDeleteHistoryOfHash{"documents.delete_history_of_hash",
                                              "DELETE FROM documenturihistory WHERE hash = $1"};
constexpr sql::Statement kDeleteUri{"documents.delete_uri",
                                    "DELETE FROM documenturi WHERE id = $1"};
constexpr sql::Statement kReferred{"documents.referred",
                                   "SELECT 1 FROM documenturi WHERE doc_hash = $1 LIMIT 1"};
constexpr sql::Statement kOpenRuns{"documents.open_runs",
                                   "SELECT id FROM workflowrun WHERE doc_id = $1 "
                                   "AND status NOT IN ('COMPLETED', 'FAILED') ORDER BY id"};
constexpr sql::Statement kDeleteLifecycle{"documents.delete_lifecycle",
                                          "DELETE FROM lifecyclehistory WHERE workflow_run_id IN "
                                          "(SELECT id FROM workflowrun WHERE doc_id = $1)"};
constexpr sql::Statement kDeleteDiagnostics{"documents.delete_diagnostics",
                                            "DELETE FROM rundiagnostic WHERE workflow_run_id IN "
                                            "(SELECT id FROM workflowrun WHERE doc_id = $1)"};
constexpr sql::Statement kDeleteSteps{
    "documents.delete_steps",
    "DELETE FROM runstep WHERE workflow_run_id IN (SELECT id FROM workflowrun WHERE doc_id = $1)"};
constexpr sql::Statement kDeleteRuns{"documents.delete_runs",
                                     "DELETE FROM workflowrun WHERE doc_id = $1"};
constexpr sql::Statement kDeleteDocument{"documents.delete",
                                         "DELETE FROM document WHERE hash = $1"};

// Old bytes that this URI had and to which nothing refers any more but which can still be found.
constexpr sql::Statement kFormerHashes{
    "documents.former_hashes",
    "SELECT DISTINCT h.hash FROM documenturihistory h "
    "JOIN storeddocument s ON s.doc_hash = h.hash WHERE h.doc_uri_id = $1 AND h.hash <> $2 "
    "AND NOT EXISTS (SELECT 1 FROM documenturi u WHERE u.doc_hash = h.hash)"};

// A replaced document is kept while its successor cannot be found in the same database.
constexpr sql::Statement kOrphans{
    "documents.orphans",
    "SELECT d.hash FROM document d "
    "WHERE NOT EXISTS (SELECT 1 FROM documenturi u WHERE u.doc_hash = d.hash) "
    "AND NOT EXISTS (SELECT 1 FROM storeddocument s JOIN documenturihistory h ON h.hash = d.hash "
    "JOIN documenturi u ON u.id = h.doc_uri_id WHERE s.doc_hash = d.hash AND NOT EXISTS "
    "(SELECT 1 FROM storeddocument n WHERE n.data_dir = s.data_dir AND n.doc_hash = u.doc_hash))"};

// Whoever follows the runs is told how they ended before they are gone.
Result<> CancelOpenRuns(sql::Tx& tx, const std::string& hash, base::Time now) {
  SI_ASSIGN(const sql::Rows open, tx.Query(kOpenRuns, {hash}));
  for (size_t i = 0; i < open.size(); ++i) {
    SI_TRY(Runs::Cancel(tx, open[i][0].Int(), "the document was deleted", now));
  }
  return {};
}

// The document with its runs: claims on their steps are stale from now on.
Result<> DeleteDocument(sql::Tx& tx, const std::string& hash, std::optional<int64_t> batch_id,
                        base::Time now, DeletedDocuments& deleted) {
  SI_TRY(KeepIds(tx, IdTable::kWorkflowRun));
  SI_TRY(KeepIds(tx, IdTable::kRunStep));
  SI_ASSIGN(const int64_t lifecycle, tx.Execute(kDeleteLifecycle, {hash}));
  // The orders look at who is writing just now, so they come before the cancellation.
  SI_ASSIGN(const int64_t databases, Removals::Order(tx, hash, now));
  SI_TRY(CancelOpenRuns(tx, hash, now));
  SI_TRY(tx.Execute(kDeleteDiagnostics, {hash}));
  SI_ASSIGN(const int64_t steps, tx.Execute(kDeleteSteps, {hash}));
  SI_ASSIGN(const int64_t runs, tx.Execute(kDeleteRuns, {hash}));
  SI_ASSIGN(const int64_t documents, tx.Execute(kDeleteDocument, {hash}));
  deleted.lifecycle_history += lifecycle;
  deleted.run_steps += steps;
  deleted.workflow_runs += runs;
  deleted.documents += documents;
  deleted.lancedb_documents += databases;
  return AppendDocumentEvent(tx, kDocumentDeleted, hash, batch_id, now);
}

}  // namespace

Result<DeletedDocuments> Documents::DeleteUri(sql::Tx& tx, const std::string& uri,
                                              const std::string& source, base::Time now) {
  SI_ASSIGN(const auto found, FindUri(tx, uri, source));
  if (!found) return Fail(Code::kNotFound, "no document '" + uri + "' in source '" + source + "'");
  SI_ASSIGN(const sql::Rows former, tx.Query(kFormerHashes, {found->id, found->doc_hash}));
  DeletedDocuments deleted;
  SI_TRY(KeepIds(tx, IdTable::kDocumentUri));
  SI_ASSIGN(deleted.uri_history, tx.Execute(kDeleteHistory, {found->id}));
  SI_ASSIGN(deleted.document_uris, tx.Execute(kDeleteUri, {found->id}));
  for (size_t i = 0; i < former.size(); ++i) {
    SI_ASSIGN(const int64_t databases,
              Removals::OrderVectors(tx, std::string(former[i][0].Text()), now));
    deleted.lancedb_documents += databases;
  }
  SI_ASSIGN(const auto referred, tx.Scalar<int64_t>(kReferred, {found->doc_hash}));
  SI_TRY(AppendUriEvent(tx, kUriDeleted, *found, "delete", now));
  if (!referred) SI_TRY(DeleteDocument(tx, found->doc_hash, found->batch_id, now, deleted));
  return deleted;
}

Result<DeletedDocuments> Documents::DeleteOrphans(sql::Tx& tx, base::Time now) {
  SI_ASSIGN(const sql::Rows orphans, tx.Query(kOrphans));
  DeletedDocuments deleted;
  for (size_t i = 0; i < orphans.size(); ++i) {
    const std::string hash(orphans[i][0].Text());
    SI_ASSIGN(const int64_t history, tx.Execute(kDeleteHistoryOfHash, {hash}));
    deleted.uri_history += history;
    SI_TRY(DeleteDocument(tx, hash, std::nullopt, now, deleted));
  }
  return deleted;
}

}  // namespace records
