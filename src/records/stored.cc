#include "records/stored.h"

#include <algorithm>

#include "records/statement.h"
#include "records/steps.h"
#include "reflect/json.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using model::StoredDocument;
using model::StoreIntent;

constexpr std::string_view kIntentColumns =
    "id, data_dir, doc_hash, document_id, replaced_ids, step_id, attempt, created_date";

const Statement kFindIntent("stored.find_intent",
                            "SELECT " + std::string(kIntentColumns) +
                                " FROM storeintent WHERE data_dir = $1 AND doc_hash = $2");
const Statement kGetIntent("stored.get_intent", "SELECT " + std::string(kIntentColumns) +
                                                    " FROM storeintent WHERE id = $1");
const Statement kIntents("stored.intents",
                         "SELECT " + std::string(kIntentColumns) +
                             " FROM storeintent "
                             "WHERE data_dir = coalesce($1, data_dir) ORDER BY id");
constexpr sql::Statement kPutIntent{
    "stored.put_intent",
    "INSERT INTO storeintent (data_dir, doc_hash, document_id, replaced_ids, step_id, attempt, "
    "created_date) VALUES ($1, $2, $3, $4, $5, $6, $7) "
    "ON CONFLICT (data_dir, doc_hash) DO UPDATE SET document_id = excluded.document_id, "
    "replaced_ids = excluded.replaced_ids, step_id = excluded.step_id, "
    "attempt = excluded.attempt RETURNING id"};
constexpr sql::Statement kDropIntent{"stored.drop_intent", "DELETE FROM storeintent WHERE id = $1"};

// Another id of the same bytes (parsed with another configuration), and older bytes of the URIs of
// this document to which no URI refers any more.
constexpr sql::Statement kReplaced{
    "stored.replaced",
    "SELECT document_id FROM storeddocument "
    "WHERE data_dir = $1 AND doc_hash = $2 AND document_id <> $3 UNION "
    "SELECT s.document_id FROM documenturi u JOIN documenturihistory h ON h.doc_uri_id = u.id "
    "JOIN storeddocument s ON s.data_dir = $1 AND s.doc_hash = h.hash "
    "WHERE u.doc_hash = $2 AND h.hash <> $2 "
    "AND NOT EXISTS (SELECT 1 FROM documenturi o WHERE o.doc_hash = h.hash)"};

constexpr sql::Statement kBeingRemoved{
    "stored.being_removed",
    "SELECT 1 FROM removalorder WHERE kind = 'VECTORS' AND doc_hash = $1 AND data_dir = $2 "
    "AND done_date IS NULL AND claimed_until > $3 LIMIT 1"};
constexpr sql::Statement kDropOrders{
    "stored.drop_orders",
    "DELETE FROM removalorder WHERE kind = 'VECTORS' AND doc_hash = $1 AND data_dir = $2 "
    "AND done_date IS NULL"};

constexpr sql::Statement kForget{
    "stored.forget", "DELETE FROM storeddocument WHERE data_dir = $1 AND document_id = $2"};
constexpr sql::Statement kPut{
    "stored.put",
    "INSERT INTO storeddocument (data_dir, doc_hash, document_id, chunk_count, step_config_id, "
    "step_id, attempt, stored_date) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
    "ON CONFLICT (data_dir, doc_hash) DO UPDATE SET document_id = excluded.document_id, "
    "chunk_count = excluded.chunk_count, step_config_id = excluded.step_config_id, "
    "step_id = excluded.step_id, attempt = excluded.attempt, stored_date = excluded.stored_date"};
const std::string kSelect = "SELECT " + sql::Columns<StoredDocument>() + " FROM storeddocument ";
const Statement kOfDocument("stored.of_document",
                            kSelect + "WHERE doc_hash = $1 ORDER BY data_dir");
const Statement kInDatabase("stored.in_database",
                            kSelect + "WHERE data_dir = $1 ORDER BY doc_hash");
constexpr sql::Statement kDatabases{"stored.databases",
                                    "SELECT DISTINCT data_dir FROM storeddocument ORDER BY 1"};

Result<StoreIntent> ReadIntent(sql::Row row) {
  SI_ASSIGN(auto replaced, reflect::FromJson<std::vector<std::string>>(row[4].Text()));
  SI_ASSIGN(const auto created, sql::As<base::Time>(row[7]));
  return StoreIntent{.id = row[0].Int(),
                     .data_dir = std::string(row[1].Text()),
                     .doc_hash = std::string(row[2].Text()),
                     .document_id = std::string(row[3].Text()),
                     .replaced_ids = std::move(replaced),
                     .step_id = row[5].Int(),
                     .attempt = row[6].Int(),
                     .created_date = created};
}

Result<std::optional<StoreIntent>> OneIntent(sql::Tx& tx, const sql::Statement& statement,
                                             sql::Params params) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(statement, params));
  if (rows.empty()) return std::nullopt;
  SI_ASSIGN(auto intent, ReadIntent(rows[0]));
  return std::optional(std::move(intent));
}

Result<> CheckNotRemoving(sql::Tx& tx, const NewIntent& intent, base::Time now) {
  SI_ASSIGN(const auto removing,
            tx.Scalar<int64_t>(kBeingRemoved, {intent.doc_hash, intent.data_dir, now}));
  if (removing) {
    return Fail(Code::kUnavailable, "the document is being removed from " + intent.data_dir);
  }
  SI_TRY(tx.Execute(kDropOrders, {intent.doc_hash, intent.data_dir}));
  return {};
}

// What an intent that another attempt left open was going to replace; kUnavailable while that
// attempt is still at work.
Result<std::vector<std::string>> TakeOver(sql::Tx& tx, const model::Fence& fence,
                                          const NewIntent& intent) {
  SI_ASSIGN(auto open, OneIntent(tx, kFindIntent, {intent.data_dir, intent.doc_hash}));
  if (!open) return std::vector<std::string>();
  const model::Fence other{open->step_id, open->attempt};
  if (other != fence && Steps::CheckFence(tx, other)) {
    return Fail(Code::kUnavailable, "step " + std::to_string(open->step_id) +
                                        " is storing the same document in " + intent.data_dir);
  }
  open->replaced_ids.push_back(open->document_id);
  return std::move(open->replaced_ids);
}

}  // namespace

Result<StoreIntent> Stored::Begin(sql::Tx& tx, const model::Fence& fence, const NewIntent& intent,
                                  base::Time now) {
  SI_TRY(Steps::CheckFence(tx, fence));
  SI_TRY(CheckNotRemoving(tx, intent, now));
  SI_ASSIGN(auto replaced, TakeOver(tx, fence, intent));
  SI_ASSIGN(const sql::Rows rows,
            tx.Query(kReplaced, {intent.data_dir, intent.doc_hash, intent.document_id}));
  for (size_t i = 0; i < rows.size(); ++i) replaced.emplace_back(rows[i][0].Text());
  std::sort(replaced.begin(), replaced.end());
  replaced.erase(std::unique(replaced.begin(), replaced.end()), replaced.end());
  std::erase(replaced, intent.document_id);
  SI_ASSIGN(const auto id,
            tx.Scalar<int64_t>(kPutIntent,
                               {intent.data_dir, intent.doc_hash, intent.document_id,
                                reflect::ToJson(replaced), fence.step_id, fence.attempt, now}));
  return StoreIntent{.id = id.value(),
                     .data_dir = intent.data_dir,
                     .doc_hash = intent.doc_hash,
                     .document_id = intent.document_id,
                     .replaced_ids = std::move(replaced),
                     .step_id = fence.step_id,
                     .attempt = fence.attempt,
                     .created_date = now};
}

Result<> Stored::Finish(sql::Tx& tx, const model::Fence& fence, int64_t intent_id,
                        int64_t chunk_count, int64_t step_config_id, base::Time now) {
  SI_TRY(Steps::CheckFence(tx, fence));
  SI_ASSIGN(const auto intent, OneIntent(tx, kGetIntent, {intent_id}));
  if (!intent || model::Fence{intent->step_id, intent->attempt} != fence) {
    return Fail(Code::kStale, "the intent to store belongs to another attempt");
  }
  for (const std::string& replaced : intent->replaced_ids) {
    SI_TRY(tx.Execute(kForget, {intent->data_dir, replaced}));
  }
  SI_TRY(tx.Execute(kPut, {intent->data_dir, intent->doc_hash, intent->document_id, chunk_count,
                           step_config_id, fence.step_id, fence.attempt, now}));
  SI_TRY(tx.Execute(kDropIntent, {intent_id}));
  return {};
}

Result<std::vector<StoreIntent>> Stored::Intents(sql::Tx& tx,
                                                 const std::optional<std::string>& data_dir) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(kIntents, {data_dir}));
  std::vector<StoreIntent> intents;
  for (size_t i = 0; i < rows.size(); ++i) {
    SI_ASSIGN(auto intent, ReadIntent(rows[i]));
    intents.push_back(std::move(intent));
  }
  return intents;
}

Result<std::vector<StoredDocument>> Stored::OfDocument(sql::Tx& tx, const std::string& hash) {
  return tx.All<StoredDocument>(kOfDocument, {hash});
}

Result<std::vector<StoredDocument>> Stored::InDatabase(sql::Tx& tx, const std::string& data_dir) {
  return tx.All<StoredDocument>(kInDatabase, {data_dir});
}

Result<std::vector<std::string>> Stored::Databases(sql::Tx& tx) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(kDatabases));
  std::vector<std::string> names;
  for (size_t i = 0; i < rows.size(); ++i) names.emplace_back(rows[i][0].Text());
  return names;
}

}  // namespace records
