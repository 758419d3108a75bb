#include "records/documents.h"

#include "records/batches.h"
#include "records/changes.h"
#include "records/ids.h"
#include "records/removals.h"
#include "records/statement.h"
#include "reflect/json.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using model::Document;
using model::DocumentUri;
using model::DocumentUriHistory;

const std::string kSelectUri = "SELECT " + sql::Columns<DocumentUri>() + " FROM documenturi ";

const Statement kGet("documents.get",
                     "SELECT " + sql::Columns<Document>() + " FROM document WHERE hash = $1");
constexpr sql::Statement kInsert{
    "documents.insert",
    "INSERT INTO document (hash, mime_type, file_size, doc_meta) VALUES ($1, $2, $3, $4)"};
constexpr sql::Statement kSetMeta{"documents.set_meta",
                                  "UPDATE document SET doc_meta = $2 WHERE hash = $1"};
constexpr sql::Statement kRecordBytes{
    "documents.record_bytes",
    "INSERT INTO artifactrecord (hash, artifact_type, step_config_id, file_size) "
    "VALUES ($1, 'document', 0, $2) ON CONFLICT DO NOTHING"};

const Statement kBySource("documents.by_source", kSelectUri + "WHERE source = $1 ORDER BY id");
const Statement kByBatch("documents.by_batch", kSelectUri + "WHERE batch_id = $1 ORDER BY id");
const Statement kByHash("documents.by_hash", kSelectUri + "WHERE doc_hash = $1 ORDER BY id");
const Statement kFindUri("documents.find_uri", kSelectUri + "WHERE uri = $1 AND source = $2");
constexpr sql::Statement kInsertUri{
    "documents.insert_uri",
    "INSERT INTO documenturi (id, doc_hash, uri, source, version, batch_id) "
    "VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr sql::Statement kMoveUri{
    "documents.move_uri",
    "UPDATE documenturi SET doc_hash = $2, version = $3, batch_id = $4 WHERE id = $1"};
constexpr sql::Statement kInsertHistory{
    "documents.insert_history",
    "INSERT INTO documenturihistory "
    "(doc_uri_id, version, hash, process_date, action, batch_id, histmeta) "
    "VALUES ($1, $2, $3, $4, $5, $6, '{}')"};
const Statement kHistory("documents.history",
                         "SELECT " + sql::Columns<DocumentUriHistory>() +
                             " FROM documenturihistory WHERE doc_uri_id = $1 ORDER BY id");
constexpr sql::Statement kStatusOfSource{
    "documents.status_of_source",
    "SELECT u.uri, u.doc_hash, json_extract(d.doc_meta, '$.md5') FROM documenturi u "
    "JOIN document d ON d.hash = u.doc_hash WHERE u.source = $1",
    "SELECT u.uri, u.doc_hash, d.doc_meta ->> 'md5' FROM documenturi u "
    "JOIN document d ON d.hash = u.doc_hash WHERE u.source = $1"};

// Bytes that are being removed, or were (also in part) since the upload began, are not there to be
// relied on. An order that nobody is carrying out is void once the document is back.
constexpr sql::Statement kBeingRemoved{
    "documents.being_removed",
    "SELECT 1 FROM removalorder WHERE doc_hash = $1 AND kind = 'ARTIFACTS' "
    "AND (done_date >= $3 OR (done_date IS NULL AND (claimed_until > $2 OR last_tried_at >= $3))) "
    "LIMIT 1"};
constexpr sql::Statement kDropOrders{
    "documents.drop_orders",
    "DELETE FROM removalorder WHERE doc_hash = $1 AND done_date IS NULL "
    "AND (claimed_until IS NULL OR claimed_until <= $2)"};

Result<> CheckBytesAreThere(sql::Tx& tx, const NewDocument& document, base::Time now) {
  SI_ASSIGN(const auto removing,
            tx.Scalar<int64_t>(kBeingRemoved, {document.hash, now, document.upload_started}));
  if (removing) {
    return Fail(Code::kUnavailable,
                "an earlier document with the same bytes is being removed: send it again");
  }
  SI_TRY(tx.Execute(kDropOrders, {document.hash, now}));
  return {};
}

// The document's row: new, or with the new metadata over the old.
Result<> PutDocument(sql::Tx& tx, const NewDocument& document) {
  const std::map<std::string, std::string> own = {{"md5", document.md5},
                                                  {"batch_id", std::to_string(document.batch_id)}};
  const auto given = reflect::MergeObjects(document.doc_meta, {reflect::ToJson(own)});
  SI_ASSIGN(const auto known, tx.One<Document>(kGet, {document.hash}));
  if (known) {
    SI_TRY(tx.Execute(kSetMeta, {document.hash, reflect::MergeObjects(known->doc_meta, given)}));
  } else {
    SI_TRY(tx.Execute(kInsert, {document.hash, document.mime_type, document.file_size, given}));
  }
  SI_TRY(tx.Execute(kRecordBytes, {document.hash, document.file_size}));
  return {};
}

Result<> Record(sql::Tx& tx, const DocumentUri& uri, const char* action, base::Time now) {
  SI_TRY(
      tx.Execute(kInsertHistory, {uri.id, uri.version, uri.doc_hash, now, action, uri.batch_id}));
  return AppendUriEvent(tx, kUriIngested, uri, action, now);
}

Result<Ingested> CreateUri(sql::Tx& tx, const NewDocument& document, base::Time now) {
  SI_TRY(PutDocument(tx, document));
  SI_ASSIGN(const int64_t id, NextId(tx, IdTable::kDocumentUri));
  DocumentUri uri{.id = id,
                  .doc_hash = document.hash,
                  .uri = document.uri,
                  .source = document.source,
                  .version = 1,
                  .batch_id = document.batch_id};
  SI_TRY(tx.Execute(kInsertUri,
                    {uri.id, uri.doc_hash, uri.uri, uri.source, uri.version, uri.batch_id}));
  SI_TRY(Record(tx, uri, "create", now));
  return Ingested{Ingested::Outcome::kCreated, std::move(uri)};
}

Result<Ingested> UpdateUri(sql::Tx& tx, DocumentUri uri, const NewDocument& document,
                           base::Time now) {
  SI_TRY(PutDocument(tx, document));
  uri.doc_hash = document.hash;
  uri.version += 1;
  uri.batch_id = document.batch_id;
  SI_TRY(tx.Execute(kMoveUri, {uri.id, uri.doc_hash, uri.version, uri.batch_id}));
  SI_TRY(Record(tx, uri, "update", now));
  return Ingested{Ingested::Outcome::kUpdated, std::move(uri)};
}

// "sha256-ab12" -> {"sha256", "ab12"}; without a prefix the first part is empty.
std::pair<std::string_view, std::string_view> SplitHash(std::string_view hash) {
  const auto at = hash.find_first_of("-:");
  if (at == std::string_view::npos) return {{}, hash};
  return {hash.substr(0, at), hash.substr(at + 1)};
}

bool SameHash(std::string_view asked, std::string_view stored, std::string_view md5) {
  const auto [algorithm, digest] = SplitHash(asked);
  return digest == (algorithm == "md5" ? md5 : SplitHash(stored).second);
}

}  // namespace

Result<Ingested> Documents::Ingest(sql::Tx& tx, const NewDocument& document, base::Time now) {
  SI_TRY(Batches::Get(tx, document.batch_id));
  SI_TRY(CheckBytesAreThere(tx, document, now));
  SI_ASSIGN(auto known, FindUri(tx, document.uri, document.source));
  if (known && known->doc_hash == document.hash) {
    const bool here = known->batch_id == document.batch_id;
    return Ingested{here ? Ingested::Outcome::kUnchanged : Ingested::Outcome::kElsewhere,
                    std::move(*known)};
  }
  SI_TRY(Batches::Reopen(tx, document.batch_id, now));
  return known ? UpdateUri(tx, std::move(*known), document, now) : CreateUri(tx, document, now);
}

Result<Document> Documents::Get(sql::Tx& tx, const std::string& hash) {
  SI_ASSIGN(auto document, tx.One<Document>(kGet, {hash}));
  if (!document) return Fail(Code::kNotFound, "no document " + hash);
  return std::move(*document);
}

Result<> Documents::MergeMeta(sql::Tx& tx, const std::string& hash, const base::JsonText& patch) {
  SI_ASSIGN(const Document document, Get(tx, hash));
  SI_TRY(tx.Execute(kSetMeta, {hash, reflect::MergeObjects(document.doc_meta, patch)}));
  return {};
}

Result<std::vector<DocumentUri>> Documents::BySource(sql::Tx& tx, const std::string& source) {
  return tx.All<DocumentUri>(kBySource, {source});
}

Result<std::vector<DocumentUri>> Documents::ByBatch(sql::Tx& tx, int64_t batch_id) {
  return tx.All<DocumentUri>(kByBatch, {batch_id});
}

Result<std::vector<DocumentUri>> Documents::UrisOf(sql::Tx& tx, const std::string& hash) {
  return tx.All<DocumentUri>(kByHash, {hash});
}

Result<std::optional<DocumentUri>> Documents::FindUri(sql::Tx& tx, const std::string& uri,
                                                      const std::string& source) {
  return tx.One<DocumentUri>(kFindUri, {uri, source});
}

Result<std::vector<DocumentUriHistory>> Documents::History(sql::Tx& tx, int64_t uri_id) {
  return tx.All<DocumentUriHistory>(kHistory, {uri_id});
}

Result<std::map<std::string, SourceAnswer>> Documents::SourceStatus(
    sql::Tx& tx, const std::string& source, const std::map<std::string, std::string>& hashes) {
  std::map<std::string, SourceAnswer> answers;
  for (const auto& [uri, hash] : hashes) {
    answers[uri] = {.status = model::SourceStatus::kNew, .asked_hash = hash, .stored_hash = {}};
  }
  SI_ASSIGN(const sql::Rows rows, tx.Query(kStatusOfSource, {source}));
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string stored(rows[i][1].Text());
    const auto [place, unasked] = answers.try_emplace(std::string(rows[i][0].Text()));
    SourceAnswer& answer = place->second;
    answer.stored_hash = stored;
    if (unasked) {
      answer.status = model::SourceStatus::kDeleted;
    } else if (SameHash(answer.asked_hash, stored, rows[i][2].Text())) {
      answer.status = model::SourceStatus::kMatched;
    } else {
      answer.status = model::SourceStatus::kMismatch;
    }
  }
  return answers;
}

}  // namespace records
