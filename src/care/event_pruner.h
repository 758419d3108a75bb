// EventPruner: forgets events that are too old for anybody to ask for.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "care/chore.h"
#include "sql/database.h"

namespace care {

class EventPruner final : public Chore {
 public:
  // All must outlive it.
  EventPruner(sql::Database& db, const base::Clock& clock, base::Log log, base::Duration retention)
      : db_(db), clock_(clock), log_(std::move(log)), retention_(retention) {}

  base::Result<> Recover() override { return {}; }
  // One piece; due again at once while there is more.
  base::Time Tick() override;

 private:
  sql::Database& db_;
  const base::Clock& clock_;
  const base::Log log_;
  const base::Duration retention_;
  base::Time next_;
};

}  // namespace care
