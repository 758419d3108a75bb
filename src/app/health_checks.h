// What has to work for the service to be ready.
#pragma once

#include <vector>

#include "api/health_monitor.h"
#include "app/settings.h"
#include "artifacts/store.h"
#include "base/clock.h"
#include "embedding/embedder.h"
#include "sql/database.h"
#include "vectors/lance_store.h"

namespace app {

// All must outlive the checks.
struct HealthSubjects {
  sql::Database& database;
  artifacts::Store& artifacts;
  const vectors::LanceStore& vectors;
  const embedding::Embedder& embedder;
  const base::Clock& clock;
  bool has_workers = true;  // this process works, not only serves
};

std::vector<api::HealthCheck> MakeHealthChecks(const Settings& settings,
                                               const HealthSubjects& subjects);

}  // namespace app
