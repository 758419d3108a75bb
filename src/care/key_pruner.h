// KeyPruner: forgets answers that were kept for an Idempotency-Key and have expired.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "care/chore.h"
#include "sql/database.h"

namespace care {

class KeyPruner final : public Chore {
 public:
  // All must outlive it.
  KeyPruner(sql::Database& db, const base::Clock& clock, base::Log log)
      : db_(db), clock_(clock), log_(std::move(log)) {}

  base::Result<> Recover() override;
  base::Time Tick() override;

 private:
  sql::Database& db_;
  const base::Clock& clock_;
  const base::Log log_;
  base::Time next_;
};

}  // namespace care
