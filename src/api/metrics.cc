#include "api/metrics.h"

#include <algorithm>

#include "api/process_numbers.h"
#include "records/events.h"
#include "reflect/enum.h"

namespace api {
namespace {

using base::Result;

constexpr double kRequestBounds[] = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                     0.5,   1,     2.5,  5,     10,   30,  120};
constexpr double kStepBounds[] = {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800};

constexpr base::Duration kQueueKept = std::chrono::seconds(2);
// Events in one read, and reads in one answer: a long time without a scrape must not hold one up.
constexpr int64_t kRead = 5000;
constexpr int kReads = 20;

double SecondsBetween(base::Time from, base::Time to) {
  return std::chrono::duration<double>(to - from).count();
}

// What is not in the table, in one series: paths that somebody tries out must not make series.
std::string RouteOf(std::string_view route) {
  return std::string(route.empty() ? std::string_view("(none)") : route);
}

}  // namespace

Metrics::Metrics(sql::Database& database, const base::Clock& clock, std::string version)
    : database_(database), clock_(clock), version_(std::move(version)) {
  const auto range = database_.Read([](sql::Tx& tx) { return records::Events::Range(tx); });
  if (range) counted_to_ = range->newest;
  for (const auto type : reflect::AllOf<model::WorkflowStepType>()) {
    steps_.emplace(type, StepNumbers{.seconds = Histogram(kStepBounds)});
  }
}

void Metrics::OnRequest(const http::RequestSummary& request) {
  RouteKey key{std::string(http::Name(request.method)), RouteOf(request.route)};
  const std::lock_guard lock(requests_mutex_);
  RouteNumbers& numbers =
      routes_.try_emplace(std::move(key), RouteNumbers{.seconds = Histogram(kRequestBounds)})
          .first->second;
  numbers.seconds.Observe(request.seconds);
  ++numbers.by_status[request.status];
  numbers.bytes_in += request.bytes_in;
  numbers.bytes_out += request.bytes_out;
}

Result<std::string> Metrics::Text() {
  PrometheusText text;
  WriteRequests(text);
  {
    const std::lock_guard lock(mutex_);
    SI_TRY(CountNewEvents());
    SI_TRY(ReadQueue());
    WriteSteps(text);
    WriteQueue(text);
  }
  WriteProcess(text);
  return text.Take();
}

Result<> Metrics::CountNewEvents() {
  for (int i = 0; i < kReads; ++i) {
    SI_ASSIGN(const auto events, database_.Read([&](sql::Tx& tx) {
      return records::QueueNumbers::StepEventsAfter(tx, counted_to_, kRead);
    }));
    for (const records::StepEvent& event : events) Count(event);
    if (std::ssize(events) < kRead) break;
  }
  return {};
}

void Metrics::Count(const records::StepEvent& event) {
  counted_to_ = event.id;
  ++events_[event.kind];
  if (!event.step_type) return;
  StepNumbers& step = steps_.at(*event.step_type);
  if (event.kind == "step_retry") ++step.retries;
  if (event.kind == "step_lost") ++step.deaths;
  if (event.kind == "step_failed") ++step.failures;
  // A skipped step was never begun.
  if (event.kind == "step_end" && event.start_date && event.completed_date) {
    step.seconds.Observe(SecondsBetween(*event.start_date, *event.completed_date));
  }
}

Result<> Metrics::ReadQueue() {
  const base::Time now = clock_.Now();
  if (queue_.read_at != base::Time{} && now - queue_.read_at < kQueueKept) return {};
  SI_ASSIGN(queue_, database_.Read([&](sql::Tx& tx) -> Result<Queue> {
    Queue queue{.read_at = now};
    SI_ASSIGN(queue.counts, records::QueueNumbers::Queue(tx));
    SI_ASSIGN(queue.leases, records::QueueNumbers::Leases(tx, now));
    SI_ASSIGN(queue.removals, records::QueueNumbers::OpenRemovals(tx));
    SI_ASSIGN(const auto range, records::Events::Range(tx));
    queue.events_kept = range.newest == 0 ? 0 : range.newest - range.oldest + 1;
    return queue;
  }));
  return {};
}

void Metrics::WriteRequests(PrometheusText& text) {
  const std::lock_guard lock(requests_mutex_);
  text.Family("ingester_http_requests_total", "counter", "Requests answered.");
  for (const auto& [key, numbers] : routes_) {
    for (const auto& [status, count] : numbers.by_status) {
      text.Sample(
          static_cast<double>(count),
          {{"method", key.method}, {"route", key.route}, {"status", std::to_string(status)}});
    }
  }
  text.Family("ingester_http_request_duration_seconds", "histogram",
              "From the first byte of a request to the last of its answer.");
  for (const auto& [key, numbers] : routes_) {
    text.Sample(numbers.seconds, {{"method", key.method}, {"route", key.route}});
  }
  text.Family("ingester_http_received_bytes_total", "counter", "Bytes of request bodies.");
  for (const auto& [key, numbers] : routes_) {
    text.Sample(static_cast<double>(numbers.bytes_in),
                {{"method", key.method}, {"route", key.route}});
  }
  text.Family("ingester_http_sent_bytes_total", "counter", "Bytes of answers.");
  for (const auto& [key, numbers] : routes_) {
    text.Sample(static_cast<double>(numbers.bytes_out),
                {{"method", key.method}, {"route", key.route}});
  }
}

void Metrics::WriteSteps(PrometheusText& text) {
  const auto all = [&](const auto& value) {
    for (const auto& [type, numbers] : steps_) {
      value(numbers, Labels{{"step_type", std::string(reflect::Wire(type))}});
    }
  };
  text.Family("ingester_step_duration_seconds", "histogram",
              "Steps completed, by the time from their claim to their end.");
  all([&](const StepNumbers& n, const Labels& labels) { text.Sample(n.seconds, labels); });
  text.Family("ingester_step_retries_total", "counter", "Failed attempts that are tried again.");
  all([&](const StepNumbers& n, const Labels& labels) {
    text.Sample(static_cast<double>(n.retries), labels);
  });
  text.Family("ingester_step_deaths_total", "counter", "Attempts whose worker vanished.");
  all([&](const StepNumbers& n, const Labels& labels) {
    text.Sample(static_cast<double>(n.deaths), labels);
  });
  text.Family("ingester_step_failures_total", "counter", "Steps that failed for good.");
  all([&](const StepNumbers& n, const Labels& labels) {
    text.Sample(static_cast<double>(n.failures), labels);
  });
  text.Family("ingester_events_total", "counter", "Events since this process started.");
  for (const auto& [kind, count] : events_) {
    text.Sample(static_cast<double>(count), {{"kind", kind}});
  }
}

void Metrics::WriteQueue(PrometheusText& text) {
  const auto labels = [](const records::QueueCount& count) {
    return Labels{{"step_type", std::string(reflect::Wire(count.step_type))},
                  {"status", std::string(reflect::Wire(count.status))}};
  };
  text.Family("ingester_queue_steps", "gauge",
              "Steps that wait for a worker (PENDING, ERROR) or have one (RUNNING).");
  for (const auto& count : queue_.counts) {
    text.Sample(static_cast<double>(count.count), labels(count));
  }
  text.Family("ingester_queue_oldest_age_seconds", "gauge",
              "How long the oldest of them could have been claimed, or is running.");
  const base::Time now = clock_.Now();
  for (const auto& count : queue_.counts) {
    text.Sample(std::max(0.0, SecondsBetween(count.oldest, now)), labels(count));
  }
  text.Family("ingester_leases", "gauge", "Claims of steps.");
  text.Sample(static_cast<double>(queue_.leases.held), {{"state", "held"}});
  text.Sample(static_cast<double>(queue_.leases.expired), {{"state", "expired"}});
  text.Family("ingester_removals_open", "gauge",
              "Artifacts and vector rows of deleted documents that still have to go.");
  text.Sample(static_cast<double>(queue_.removals));
  text.Family("ingester_events_kept", "gauge", "Events that a stream can go back to.");
  text.Sample(static_cast<double>(queue_.events_kept));
}

void Metrics::WriteProcess(PrometheusText& text) const {
  const ProcessNumbers process = ReadProcessNumbers();
  const auto one = [&](std::string_view name, std::string_view type, std::string_view help,
                       double value) {
    text.Family(name, type, help);
    text.Sample(value);
  };
  one("process_cpu_seconds_total", "counter", "User and system time.", process.cpu_seconds);
  one("process_start_time_seconds", "gauge", "Start since 1970.", process.start_time_seconds);
  one("process_resident_memory_bytes", "gauge", "Resident memory.",
      static_cast<double>(process.resident_bytes));
  one("process_virtual_memory_bytes", "gauge", "Virtual memory.",
      static_cast<double>(process.virtual_bytes));
  one("process_open_fds", "gauge", "Open file descriptors.", static_cast<double>(process.open_fds));
  one("process_max_fds", "gauge", "Most file descriptors allowed.",
      static_cast<double>(process.max_fds));
  one("process_threads", "gauge", "Threads.", static_cast<double>(process.threads));
  text.Family("ingester_build_info", "gauge", "1, labelled with the version.");
  text.Sample(1, {{"version", version_}});
}

}  // namespace api
