#include "records/removals.h"

#include <fmt/format.h>

#include "records/runs.h"
#include "records/statement.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using model::RemovalKind;
using model::RemovalOrder;

// Artifacts that were written before they were recorded one by one (a database that was taken
// over): what the document's steps can have left.
constexpr sql::Statement kRecordArtifacts{
    "removals.record_artifacts",
    "INSERT INTO artifactrecord (hash, artifact_type, step_config_id, file_size) "
    "SELECT DISTINCT $1, a.type, s.step_config_id, 0 FROM workflowrun r "
    "JOIN runstep s ON s.workflow_run_id = r.id "
    "JOIN (SELECT 'PARSE' AS step, 'parsed_markdown' AS type UNION ALL "
    "SELECT 'PARSE', 'parsed_json' UNION ALL SELECT 'CHUNK', 'chunks' UNION ALL "
    "SELECT 'EMBED', 'embeddings' UNION ALL SELECT 'STORE', 'rag') a "
    "ON a.step = CAST(s.step_type AS VARCHAR) "
    "WHERE r.doc_id = $1 ON CONFLICT DO NOTHING"};
constexpr sql::Statement kRecordBytes{
    "removals.record_bytes",
    "INSERT INTO artifactrecord (hash, artifact_type, step_config_id, file_size) "
    "VALUES ($1, 'document', 0, 0) ON CONFLICT DO NOTHING"};
constexpr sql::Statement kOrderArtifacts{
    "removals.order_artifacts",
    "INSERT INTO removalorder (kind, doc_hash, data_dir, document_id, created_date, "
    "next_attempt_at) VALUES ('ARTIFACTS', $1, '', '', $2, $2)"};

// A step that is writing the rows learns at the end of its lease at the latest that it must stop:
// the removal waits for that.
std::string OrderVectorsText(std::string_view now) {
  return fmt::format(
      "INSERT INTO removalorder (kind, doc_hash, data_dir, document_id, created_date, "
      "next_attempt_at) "
      "SELECT 'VECTORS', $1, x.data_dir, x.document_id, {0}, max(x.due) FROM ("
      "SELECT data_dir, document_id, {0} AS due FROM storeddocument WHERE doc_hash = $1 UNION ALL "
      "SELECT data_dir, document_id, {0} FROM storeintent WHERE doc_hash = $1 UNION ALL "
      "SELECT i.data_dir, i.document_id, s.lease_until FROM storeintent i JOIN runstep s "
      "ON s.id = i.step_id AND s.status = 'RUNNING' AND s.lease_until > {0} "
      "WHERE i.doc_hash = $1) x "
      "WHERE NOT EXISTS (SELECT 1 FROM removalorder o WHERE o.doc_hash = $1 "
      "AND o.kind = 'VECTORS' AND o.data_dir = x.data_dir AND o.document_id = x.document_id "
      "AND o.done_date IS NULL) GROUP BY x.data_dir, x.document_id",
      now);
}
const Statement kOrderVectors("removals.order_vectors", OrderVectorsText("$2"),
                              OrderVectorsText("$2::timestamptz"));
constexpr sql::Statement kDropIntents{"removals.drop_intents",
                                      "DELETE FROM storeintent WHERE doc_hash = $1"};

constexpr sql::Statement kDropVoid{
    "removals.drop_void",
    "DELETE FROM removalorder WHERE done_date IS NULL AND next_attempt_at <= $1 "
    "AND (claimed_until IS NULL OR claimed_until <= $1) "
    "AND EXISTS (SELECT 1 FROM documenturi u WHERE u.doc_hash = removalorder.doc_hash)"};
const Statement kClaim(
    "removals.claim",
    "UPDATE removalorder SET claimed_until = $2, last_tried_at = $1, tries = tries + 1 "
    "WHERE id IN "
    "(SELECT id FROM removalorder WHERE done_date IS NULL AND next_attempt_at <= $1 "
    "AND (claimed_until IS NULL OR claimed_until <= $1) ORDER BY next_attempt_at, id LIMIT $3) "
    "RETURNING " +
        sql::Columns<RemovalOrder>());
constexpr sql::Statement kReleaseClaims{
    "removals.release_claims",
    "UPDATE removalorder SET claimed_until = NULL WHERE claimed_until IS NOT NULL"};
constexpr sql::Statement kNextDueAt{
    "removals.next_due_at",
    "SELECT min(CASE WHEN claimed_until > next_attempt_at THEN claimed_until "
    "ELSE next_attempt_at END) FROM removalorder WHERE done_date IS NULL"};
const Statement kDone("removals.done",
                      "UPDATE removalorder SET done_date = $2, last_error = NULL "
                      "WHERE id = $1 AND done_date IS NULL RETURNING " +
                          sql::Columns<RemovalOrder>());
constexpr sql::Statement kForgetVectors{
    "removals.forget_vectors",
    "DELETE FROM storeddocument WHERE data_dir = $1 AND doc_hash = $2 AND document_id = $3"};
constexpr sql::Statement kForgetArtifacts{"removals.forget_artifacts",
                                          "DELETE FROM artifactrecord WHERE hash = $1"};
constexpr sql::Statement kRetry{
    "removals.retry",
    "UPDATE removalorder SET claimed_until = NULL, last_error = $2, last_tried_at = $3, "
    "next_attempt_at = $4 WHERE id = $1 AND done_date IS NULL"};
const Statement kOpen("removals.open",
                      "SELECT " + sql::Columns<RemovalOrder>() +
                          " FROM removalorder WHERE done_date IS NULL ORDER BY id");
constexpr sql::Statement kPrune{"removals.prune", "DELETE FROM removalorder WHERE done_date < $1"};

}  // namespace

Result<int64_t> Removals::Order(sql::Tx& tx, const std::string& hash, base::Time now) {
  SI_TRY(tx.Execute(kRecordBytes, {hash}));
  SI_TRY(tx.Execute(kRecordArtifacts, {hash}));
  SI_TRY(tx.Execute(kOrderArtifacts, {hash, now}));
  return OrderVectors(tx, hash, now);
}

Result<int64_t> Removals::OrderVectors(sql::Tx& tx, const std::string& hash, base::Time now) {
  SI_ASSIGN(const int64_t ordered, tx.Execute(kOrderVectors, {hash, now}));
  SI_TRY(tx.Execute(kDropIntents, {hash}));
  return ordered;
}

Result<std::vector<ClaimedRemoval>> Removals::Claim(sql::Tx& tx, base::Time now, base::Time until,
                                                    int64_t limit) {
  SI_TRY(tx.Execute(kDropVoid, {now}));
  SI_ASSIGN(auto orders, tx.All<RemovalOrder>(kClaim, {now, until, limit}));
  std::vector<ClaimedRemoval> claimed;
  for (RemovalOrder& order : orders) {
    ClaimedRemoval& removal = claimed.emplace_back(ClaimedRemoval{std::move(order), {}});
    if (removal.order.kind == RemovalKind::kArtifacts) {
      SI_ASSIGN(removal.artifacts, Runs::Artifacts(tx, removal.order.doc_hash));
    }
  }
  return claimed;
}

Result<> Removals::ReleaseClaims(sql::Tx& tx) {
  SI_TRY(tx.Execute(kReleaseClaims));
  return {};
}

Result<std::optional<base::Time>> Removals::NextDueAt(sql::Tx& tx) {
  return tx.Scalar<base::Time>(kNextDueAt);
}

Result<> Removals::Done(sql::Tx& tx, int64_t id, base::Time now) {
  SI_ASSIGN(const auto order, tx.One<RemovalOrder>(kDone, {id, now}));
  if (!order) return Fail(Code::kStale, "removal order " + std::to_string(id) + " is gone");
  if (order->kind == RemovalKind::kVectors) {
    SI_TRY(tx.Execute(kForgetVectors, {order->data_dir, order->doc_hash, order->document_id}));
  } else {
    SI_TRY(tx.Execute(kForgetArtifacts, {order->doc_hash}));
  }
  return {};
}

Result<> Removals::Retry(sql::Tx& tx, int64_t id, const std::string& error, base::Time now,
                         base::Time next_attempt_at) {
  SI_TRY(tx.Execute(kRetry, {id, error, now, next_attempt_at}));
  return {};
}

Result<std::vector<RemovalOrder>> Removals::Open(sql::Tx& tx) {
  return tx.All<RemovalOrder>(kOpen);
}

Result<> Removals::Prune(sql::Tx& tx, base::Time done_before) {
  SI_TRY(tx.Execute(kPrune, {done_before}));
  return {};
}

}  // namespace records
