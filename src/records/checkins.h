// Signs of life of workers. Table workercheckin.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/worker.h"
#include "sql/database.h"

namespace records {

// All functions run in the caller's transaction.
class CheckIns {
 public:
  static base::Result<> CheckIn(sql::Tx& tx, const std::string& worker_id, base::Time now);
  static base::Result<std::vector<model::WorkerCheckin>> List(sql::Tx& tx);
  // Workers whose last sign of life is older than `before`; they are forgotten.
  static base::Result<std::vector<std::string>> TakeExpired(sql::Tx& tx, base::Time before);
  static base::Result<> Remove(sql::Tx& tx, const std::string& worker_id);
};

}  // namespace records
