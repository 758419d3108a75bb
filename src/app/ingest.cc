#include "app/ingest.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "app/event_watch.h"
#include "app/json_fields.h"
#include "app/source_files.h"
#include "http/forms.h"

namespace app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using base::Code;
using base::Fail;
using base::Result;

std::unexpected<base::Error> Unexpected(std::string_view where) {
  return Fail(Code::kInternal,
              fmt::format("the server's answer to {} has another form than expected", where));
}

// The batch of that source and name, or a new one.
Result<int64_t> FindOrCreateBatch(const ApiClient& api, const IngestOptions& options) {
  SI_ASSIGN(const json::value batches, api.Get("/batch/"));
  if (!batches.is_array()) return Unexpected("GET /batch/");
  for (const json::value& item : batches.get_array()) {
    const json::object& batch = item.as_object();
    if (TextOf(batch, "source") == options.source && TextOf(batch, "name") == options.batch)
      return IntOf(batch, "id");
  }
  SI_ASSIGN(const json::value made,
            api.Post("/batch/", {{"source", options.source}, {"name", options.batch}}));
  return IntOf(made.as_object(), "batch_id");
}

// What the uploads came to.
struct UploadResult {
  std::set<int64_t> batches;  // where the documents live
  int64_t elsewhere = 0;      // unchanged, in another batch
  int64_t failed = 0;
};

class Uploader {
 public:
  Uploader(const ApiClient& api, const IngestOptions& options, int64_t batch, ProgressView& view,
           std::stop_token stop)
      : api_(api), options_(options), batch_(batch), view_(view), stop_(std::move(stop)) {}

  UploadResult Run(const std::vector<fs::path>& files) {
    const auto began = std::chrono::steady_clock::now();
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < std::min<size_t>(options_.uploads, files.size()); ++i) {
      threads.emplace_back([&] {
        for (size_t next; (next = next_++) < files.size() && !stop_.stop_requested();) {
          UploadOne(files[next]);
          const std::lock_guard lock(mutex_);
          ++done_;
          view_.Show({{.name = "upload",
                       .total = static_cast<int64_t>(files.size()),
                       .done = done_ - result_.failed,
                       .failed = result_.failed}},
                     std::chrono::steady_clock::now() - began);
        }
      });
    }
    threads.clear();
    return result_;
  }

 private:
  void UploadOne(const fs::path& file) {
    const std::string uri = UriOf(file);
    auto answer =
        api_.Upload("/document/ingest-document",
                    {{.name = "source", .value = options_.source},
                     {.name = "source_uri", .value = uri},
                     {.name = "batch_id", .value = std::to_string(batch_)},
                     {.name = "file", .file = file, .filename = file.filename().string()}},
                    stop_);
    const std::lock_guard lock(mutex_);
    if (!answer) {
      ++result_.failed;
      view_.Print(fmt::format("FAILED  {}: {}", uri, answer.error().message()));
      return;
    }
    result_.batches.insert(IntOf(answer->body.as_object(), "batch_id"));
    if (answer->status == 203) ++result_.elsewhere;
  }

  const ApiClient& api_;
  const IngestOptions& options_;
  const int64_t batch_;
  ProgressView& view_;
  const std::stop_token stop_;
  std::atomic<size_t> next_{0};
  std::mutex mutex_;  // guards what follows, and view_
  UploadResult result_;
  int64_t done_ = 0;
};

constexpr auto kShowInterval = std::chrono::milliseconds(50);
constexpr auto kPollInterval = std::chrono::milliseconds(450);  // while the event stream is cut
constexpr auto kLongestWait = std::chrono::milliseconds(2000);  // rates change also without events

// Follows one run group until it is done.
class Follower {
 public:
  Follower(const ApiClient& api, ProgressView& view, std::stop_token stop)
      : api_(api), view_(view), stop_(std::move(stop)) {}

  Result<> Follow(int64_t group, int64_t batch) {
    const auto began = std::chrono::steady_clock::now();
    EventWatch watch(api_, batch, group);
    while (true) {
      SI_ASSIGN(const json::value answer,
                api_.Get(fmt::format("/workflow/run-groups/{}/stats", group), stop_));
      if (!answer.is_object()) return Unexpected("run-group stats");
      const json::object& stats = answer.get_object();
      std::vector<StepCount> steps = StepsOf(stats);
      view_.Show(steps, std::chrono::steady_clock::now() - began);
      const std::string status = TextOf(stats, "group_status");
      if (IntOf(stats, "FAILED") > reported_) SI_TRY(ReportFailures(group, batch));
      if (status == "COMPLETED" || status == "FAILED") {
        steps_ = std::move(steps);
        completed_ += IntOf(stats, "COMPLETED");
        return {};
      }
      if (stop_.stop_requested())
        return Fail(Code::kCancelled, "stopped; the work continues when a server runs");
      // Many events in a row are shown together.
      std::this_thread::sleep_for(kShowInterval);
      watch.Wait(kLongestWait, kPollInterval);
    }
  }

  int64_t failed() const { return static_cast<int64_t>(shown_.size()); }
  int64_t completed() const { return completed_; }
  const std::vector<StepCount>& steps() const { return steps_; }

 private:
  static std::vector<StepCount> StepsOf(const json::object& stats) {
    std::vector<StepCount> steps;
    const json::value* list = stats.if_contains("steps");
    if (list == nullptr || !list->is_array()) return steps;
    for (const json::value& item : list->get_array()) {
      const json::object& step = item.as_object();
      StepCount count{.name = TextOf(step, "step_type"),
                      .done = IntOf(step, "COMPLETED"),
                      .reused = IntOf(step, "reused"),
                      .failed = IntOf(step, "FAILED"),
                      .running = IntOf(step, "RUNNING")};
      count.total =
          count.done + count.failed + count.running + IntOf(step, "PENDING") + IntOf(step, "ERROR");
      steps.push_back(std::move(count));
    }
    return steps;
  }

  Result<> ReportFailures(int64_t group, int64_t batch) {
    SI_ASSIGN(
        const json::value answer,
        api_.Get(fmt::format("/workflow/by-status?status=FAILED&batch_id={}&include_doc_info=true",
                             batch),
                 stop_));
    if (!answer.is_array()) return Unexpected("by-status");
    for (const json::value& item : answer.get_array()) {
      const json::object& run = item.as_object().at("workflow_run").as_object();
      if (IntOf(run, "run_group_id") != group || !shown_.insert(IntOf(run, "id")).second) continue;
      const json::value* document = item.as_object().if_contains("document_info");
      const std::string uri = document != nullptr && document->is_object()
                                  ? TextOf(document->get_object(), "uri")
                                  : TextOf(run, "doc_id");
      view_.Print(fmt::format("FAILED  {}: {}", uri, TextOf(run, "status_message")));
      ++reported_;
    }
    return {};
  }

  const ApiClient& api_;
  ProgressView& view_;
  const std::stop_token stop_;
  std::set<int64_t> shown_;
  int64_t reported_ = 0;
  int64_t completed_ = 0;
  std::vector<StepCount> steps_;
};

// "computed: parse 22, chunk 22, embed 22; taken from earlier runs: none"
std::string Work(const std::vector<StepCount>& steps) {
  std::string computed, reused;
  for (const StepCount& step : steps) {
    if (step.done > step.reused)
      computed +=
          fmt::format("{}{} {}", computed.empty() ? "" : ", ", step.name, step.done - step.reused);
    if (step.reused > 0)
      reused += fmt::format("{}{} {}", reused.empty() ? "" : ", ", step.name, step.reused);
  }
  return fmt::format("computed: {}; taken from earlier runs: {}",
                     computed.empty() ? "nothing" : computed, reused.empty() ? "nothing" : reused);
}

// Starts what of the batch has not been through the workflow, and tries again what failed. The run
// group to follow, or nothing when all is done.
Result<std::optional<int64_t>> StartOrRetry(const ApiClient& api, const IngestOptions& options,
                                            int64_t batch, ProgressView& view) {
  SI_ASSIGN(const json::value started,
            api.Post("/batch/start-workflows", {{"batch_id", std::to_string(batch)},
                                                {"workflow_definition_id", options.workflow},
                                                {"param_id", options.params},
                                                {"only_unparsed", "true"}}));
  const int64_t group = IntOf(started.as_object(), "run_group");
  SI_ASSIGN(const json::value stats, api.Get(fmt::format("/workflow/run-groups/{}/stats", group)));
  const int64_t failed = IntOf(stats.as_object(), "FAILED");
  if (failed > 0) {
    SI_TRY(api.Post("/workflow/retry", {{"run_group_id", std::to_string(group)}}));
    view.Print(
        fmt::format("batch {}: trying {} documents again that failed before", batch, failed));
  }
  if (failed > 0 || IntOf(started.as_object(), "workflows") > 0) return group;
  view.Print(fmt::format(
      "batch {}: nothing to do, every document has been through workflow '{}' with parameters '{}'",
      batch, options.workflow, options.params));
  return std::nullopt;
}

}  // namespace

Result<IngestSummary> Ingest(const ApiClient& api, const IngestOptions& options,
                             const std::vector<fs::path>& files, ProgressView& view,
                             std::stop_token stop) {
  SI_ASSIGN(const int64_t batch, FindOrCreateBatch(api, options));
  view.Print(fmt::format("batch {} '{}' of source '{}': {} files", batch, options.batch,
                         options.source, files.size()));
  const UploadResult uploads = Uploader(api, options, batch, view, stop).Run(files);
  if (stop.stop_requested())
    return Fail(Code::kCancelled, "stopped while uploading; what was uploaded is kept");

  IngestSummary summary{.failed = uploads.failed, .unchanged = uploads.elsewhere};
  Follower follower(api, view, stop);
  for (const int64_t each : uploads.batches) {
    SI_ASSIGN(const auto group, StartOrRetry(api, options, each, view));
    if (!group) continue;
    SI_TRY(follower.Follow(*group, each));
    view.Print(fmt::format("batch {}: {}", each, Work(follower.steps())));
  }
  summary.failed += follower.failed();
  summary.completed = follower.completed();
  return summary;
}

Result<int64_t> Upload(const ApiClient& api, const IngestOptions& options, int64_t batch_id,
                       const std::vector<fs::path>& files, ProgressView& view,
                       std::stop_token stop) {
  const UploadResult uploads = Uploader(api, options, batch_id, view, stop).Run(files);
  if (stop.stop_requested())
    return Fail(Code::kCancelled, "stopped while uploading; what was uploaded is kept");
  return uploads.failed;
}

Result<int64_t> Prune(const ApiClient& api, const IngestOptions& options, ProgressView& view) {
  SI_ASSIGN(const auto files, CollectFiles(options.files));
  json::object hashes;
  for (const fs::path& file : files) hashes[UriOf(file)] = "-";  // only whether it is known counts
  SI_ASSIGN(const json::value answer,
            api.Post("/source-status",
                     {{"source", options.source}, {"hashes", json::serialize(hashes)}}));
  if (!answer.is_object()) return Unexpected("source-status");
  int64_t deleted = 0;
  for (const auto& item : answer.get_object()) {
    const std::string uri(item.key());
    if (TextOf(item.value().as_object(), "status") != "deleted" || !IsGone(options.files, uri))
      continue;
    view.Print(fmt::format("DELETED {}", uri));
    SI_TRY(api.Delete(fmt::format("/document/by-uri?uri={}&source={}", http::PercentEncode(uri),
                                  http::PercentEncode(options.source))));
    ++deleted;
  }
  return deleted;
}

}  // namespace app
