// The ledger of what is in which vector database, and what is on its way in or out.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace model {

// A document that can be found in `data_dir`; unique by (data_dir, doc_hash).
struct StoredDocument {
  std::string data_dir;
  std::string doc_hash;
  std::string document_id;  // the id of its rows in the vector database
  int64_t chunk_count = 0;
  int64_t step_config_id = 0;
  int64_t step_id = 0;  // the attempt that wrote it
  int64_t attempt = 0;
  base::Time stored_date;

  bool operator==(const StoredDocument&) const = default;
};
BOOST_DESCRIBE_STRUCT(StoredDocument, (),
                      (data_dir, doc_hash, document_id, chunk_count, step_config_id, step_id,
                       attempt, stored_date))

// A document that is being put into `data_dir`: written before the first row, gone after the last.
// One that is found after a crash is rolled forward.
struct StoreIntent {
  int64_t id = 0;
  std::string data_dir;
  std::string doc_hash;
  std::string document_id;
  std::vector<std::string> replaced_ids;  // documents whose rows go when the new ones are in
  int64_t step_id = 0;
  int64_t attempt = 0;
  base::Time created_date;

  bool operator==(const StoreIntent&) const = default;
};

// Stored by name: do not rename.
enum class RemovalKind {
  kVectors,    // rows of `document_id` in `data_dir`
  kArtifacts,  // all artifacts of `doc_hash`
};
BOOST_DESCRIBE_ENUM(RemovalKind, kVectors, kArtifacts)

// Something that has to go and is tried until it is gone. Written in the transaction that deletes
// the rows; before it is carried out, records::Removals::Confirm says whether it still holds.
struct RemovalOrder {
  int64_t id = 0;
  RemovalKind kind = RemovalKind::kVectors;
  std::string doc_hash;
  std::string data_dir;     // kVectors
  std::string document_id;  // kVectors
  base::Time created_date;
  base::Time next_attempt_at;
  int64_t tries = 0;
  std::optional<std::string> last_error;

  bool operator==(const RemovalOrder&) const = default;
};
BOOST_DESCRIBE_STRUCT(RemovalOrder, (),
                      (id, kind, doc_hash, data_dir, document_id, created_date, next_attempt_at,
                       tries, last_error))

}  // namespace model
