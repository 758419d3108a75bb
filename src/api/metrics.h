// What this process and its database do, as numbers for Prometheus: GET /metrics.
//
// Requests are counted as they are answered. Steps are counted from the events of the database,
// from the start of this process on, so that those of workers in other processes are in it, too.
// The queue is counted when asked, at most every few seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "api/prometheus.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/server.h"
#include "records/queue_numbers.h"
#include "sql/database.h"

namespace api {

// Thread-safe. `database` and `clock` outlive it.
class Metrics final : public http::Observer {
 public:
  Metrics(sql::Database& database, const base::Clock& clock, std::string version);

  void OnRequest(const http::RequestSummary& request) override;
  // The whole text.
  base::Result<std::string> Text();

 private:
  struct RouteKey {
    std::string method;
    std::string route;
    auto operator<=>(const RouteKey&) const = default;
  };
  struct RouteNumbers {
    Histogram seconds;
    std::map<int, uint64_t> by_status;
    uint64_t bytes_in = 0;
    uint64_t bytes_out = 0;
  };
  struct StepNumbers {
    Histogram seconds;
    uint64_t retries = 0;
    uint64_t deaths = 0;
    uint64_t failures = 0;
  };
  // What is read of the database, kept for a while.
  struct Queue {
    std::vector<records::QueueCount> counts;
    records::LeaseCount leases;
    int64_t removals = 0;
    int64_t events_kept = 0;
    base::Time read_at;
  };

  base::Result<> CountNewEvents();
  void Count(const records::StepEvent& event);
  base::Result<> ReadQueue();
  void WriteRequests(PrometheusText& text);
  void WriteSteps(PrometheusText& text);
  void WriteQueue(PrometheusText& text);
  void WriteProcess(PrometheusText& text) const;

  sql::Database& database_;
  const base::Clock& clock_;
  const std::string version_;

  std::mutex requests_mutex_;  // guards routes_
  std::map<RouteKey, RouteNumbers> routes_;

  std::mutex mutex_;  // guards what follows: one reads the database at a time
  int64_t counted_to_ = 0;
  std::map<std::string, uint64_t> events_;  // by kind
  std::map<model::WorkflowStepType, StepNumbers> steps_;
  Queue queue_;
};

}  // namespace api
