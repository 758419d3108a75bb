// Orders to remove what lies outside the database. Table removalorder.
//
//   order = (Claim | Retry)* Claim Done
//
// An order is written in the transaction that deletes the rows, carried out later and tried until
// it is done. Claim drops orders whose document has come back meanwhile; while an order is claimed,
// an ingest of the same bytes is refused for the moment, so bytes that were acknowledged are never
// removed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/event.h"
#include "model/stored.h"
#include "sql/database.h"

namespace records {

// An order that is to be carried out now.
struct ClaimedRemoval {
  model::RemovalOrder order;
  std::vector<model::ArtifactRecord> artifacts;  // kArtifacts: what is known of the document
};

// All functions run in the caller's transaction.
class Removals {
 public:
  // For a document whose last URI is gone: its artifacts, and its rows in every database of the
  // ledger. The number of databases.
  static base::Result<int64_t> Order(sql::Tx& tx, const std::string& hash, base::Time now);
  // Only its rows in databases, also those that a store step is writing just now.
  static base::Result<int64_t> OrderVectors(sql::Tx& tx, const std::string& hash, base::Time now);
  // Due orders that still hold, oldest first. They are ours until `until`; then another may try.
  static base::Result<std::vector<ClaimedRemoval>> Claim(sql::Tx& tx, base::Time now,
                                                         base::Time until, int64_t limit);
  // Claims of a process that is gone are no claims any more.
  static base::Result<> ReleaseClaims(sql::Tx& tx);
  // When Claim will find something; nullopt when no order is open.
  static base::Result<std::optional<base::Time>> NextDueAt(sql::Tx& tx);
  // It is gone: for kVectors the ledger's row goes too.
  static base::Result<> Done(sql::Tx& tx, int64_t id, base::Time now);
  // It failed and is due again later.
  static base::Result<> Retry(sql::Tx& tx, int64_t id, const std::string& error, base::Time now,
                              base::Time next_attempt_at);
  // Not done yet.
  static base::Result<std::vector<model::RemovalOrder>> Open(sql::Tx& tx);
  // Forgets done orders (kept for a while so that ingest can tell; see NewDocument).
  static base::Result<> Prune(sql::Tx& tx, base::Time done_before);
};

}  // namespace records
