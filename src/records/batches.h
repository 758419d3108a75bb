// Batches: documents of one source, uploaded and processed together. Table documentbatch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/batch.h"
#include "model/progress.h"
#include "sql/database.h"

namespace records {

// All functions run in the caller's transaction.
class Batches {
 public:
  static base::Result<model::DocumentBatch> Create(sql::Tx& tx, const std::string& source,
                                                   const std::string& name, base::Time now);
  // By id.
  static base::Result<std::vector<model::DocumentBatch>> List(sql::Tx& tx);
  // kNotFound.
  static base::Result<model::DocumentBatch> Get(sql::Tx& tx, int64_t id);
  // The first batch of the source.
  static base::Result<std::optional<model::DocumentBatch>> FindBySource(sql::Tx& tx,
                                                                        const std::string& source);
  static base::Result<model::BatchNumbers> Numbers(sql::Tx& tx, int64_t id);

  // Index-only counts of its steps, for progress.
  static base::Result<std::vector<model::StepCount>> Progress(sql::Tx& tx, int64_t id);

  // A completed batch is open again (an upload or a start into it).
  static base::Result<> Reopen(sql::Tx& tx, int64_t id, base::Time now);
  // Sets completed_date when every document of the batch has a COMPLETED or FAILED run and none is
  // open. True when it did.
  static base::Result<bool> CompleteIfDone(sql::Tx& tx, int64_t id, base::Time now);
};

}  // namespace records
