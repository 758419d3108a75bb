// What the handlers of the API use. Plain references: whoever serves the routes keeps the services
// alive longer.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "api/event_feed.h"
#include "api/health_monitor.h"
#include "api/input_uri.h"
#include "api/metrics.h"
#include "artifacts/store.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "embedding/embedder.h"
#include "sql/database.h"
#include "vectors/catalog.h"
#include "vectors/store.h"
#include "workflow/definition.h"
#include "workflow/params.h"
#include "workflow/starter.h"

namespace api {

struct Services {
  sql::Database& database;
  artifacts::Store& artifacts;
  const workflow::Definitions& definitions;
  workflow::ParamSets& params;
  workflow::Starter& starter;
  vectors::Store& vectors;
  vectors::Catalog& catalog;
  embedding::Embedder&
      embedder;  // the local model: served at /v1/embeddings, embeds the questions of searches
  EventFeed& events;
  InputFetcher& inputs;
  Metrics& metrics;
  HealthMonitor& health;
  const base::Clock& clock;
  base::Log log;
  std::string lancedb_dir;
  std::string version;
  std::filesystem::path web;           // folder of the npm packages of the documentation pages
  bool authenticates = false;          // some switch of authentication is on
  std::function<void()> work_arrived;  // wakes the workers of this process
  // Ends runs and calls back what works on them here; how many were open.
  std::function<base::Result<int64_t>(std::span<const int64_t> run_ids, const std::string& reason)>
      cancel_runs;
  std::function<void()> removals_ordered;  // wakes who carries them out
};

}  // namespace api
