// Documents and the URIs that refer to them. Tables document, documenturi, documenturihistory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/result.h"
#include "model/document.h"
#include "sql/database.h"

namespace records {

// A document whose bytes are safely stored (as artifact `document`) and which is to be known.
struct NewDocument {
  std::string source;
  std::string uri;
  std::string hash;  // "sha256-…"
  std::string md5;   // kept as doc_meta.md5
  std::string mime_type;
  int64_t file_size = 0;
  base::JsonText doc_meta;
  int64_t batch_id = 0;
  // When storing the bytes began: they are not trusted if the same bytes were removed since then.
  base::Time upload_started;
};

struct Ingested {
  enum class Outcome {
    kCreated,    // a new URI: version 1                                  -> 201
    kUpdated,    // the URI has other bytes now: version + 1, this batch  -> 201
    kUnchanged,  // known in this batch: nothing written                  -> 201
    kElsewhere,  // known, unchanged, in another batch: nothing written   -> 203
  };
  Outcome outcome = Outcome::kCreated;
  model::DocumentUri uri;  // its batch_id is the batch where it lives
};

// What a source status question is answered with, per URI.
struct SourceAnswer {
  model::SourceStatus status = model::SourceStatus::kNew;
  std::string asked_hash;   // as the source sent it; "" for kDeleted
  std::string stored_hash;  // "" for kNew
};

// Rows that a deletion removed. `lancedb_documents` counts the databases' documents that will go
// (their removal is ordered in the same transaction) and is not part of Total().
struct DeletedDocuments {
  int64_t document_uris = 0;
  int64_t uri_history = 0;
  int64_t documents = 0;
  int64_t workflow_runs = 0;
  int64_t run_steps = 0;
  int64_t lifecycle_history = 0;
  int64_t lancedb_documents = 0;

  int64_t Total() const {
    return document_uris + uri_history + documents + workflow_runs + run_steps + lifecycle_history;
  }
};

// All functions run in the caller's transaction.
class Documents {
 public:
  // The whole ingest rule. Opens a completed batch again. kNotFound for an unknown batch;
  // kUnavailable when the same bytes are being removed just now (the caller may try again after
  // storing them again).
  static base::Result<Ingested> Ingest(sql::Tx& tx, const NewDocument& document, base::Time now);

  static base::Result<model::Document> Get(sql::Tx& tx, const std::string& hash);
  // Puts the members of `patch` over doc_meta; null removes one. kNotFound.
  static base::Result<> MergeMeta(sql::Tx& tx, const std::string& hash,
                                  const base::JsonText& patch);

  static base::Result<std::vector<model::DocumentUri>> BySource(sql::Tx& tx,
                                                                const std::string& source);
  static base::Result<std::vector<model::DocumentUri>> ByBatch(sql::Tx& tx, int64_t batch_id);
  // Those that refer to the document, lowest id first (that one names it in a vector database).
  static base::Result<std::vector<model::DocumentUri>> UrisOf(sql::Tx& tx, const std::string& hash);
  static base::Result<std::optional<model::DocumentUri>> FindUri(sql::Tx& tx,
                                                                 const std::string& uri,
                                                                 const std::string& source);
  static base::Result<std::vector<model::DocumentUriHistory>> History(sql::Tx& tx, int64_t uri_id);

  // Compares what a source has (uri -> hash, with or without an algorithm prefix) with what is
  // known of it.
  static base::Result<std::map<std::string, SourceAnswer>> SourceStatus(
      sql::Tx& tx, const std::string& source, const std::map<std::string, std::string>& hashes);

  // Deletes the URI; with the last one its document, runs and history, and orders the removal of
  // artifacts and vector rows. kNotFound.
  static base::Result<DeletedDocuments> DeleteUri(sql::Tx& tx, const std::string& uri,
                                                  const std::string& source, base::Time now);
  // Documents that no URI refers to, in the same way, with the history that tells of them.
  static base::Result<DeletedDocuments> DeleteOrphans(sql::Tx& tx, base::Time now);
};

}  // namespace records
