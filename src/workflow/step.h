// StepHandler: what a workflow step does, as the engine sees it. The handlers are in steps/; app/
// puts them into a Registry under the method names that workflow files use.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_text.h"
#include "base/result.h"
#include "model/document.h"
#include "model/event.h"
#include "model/lifecycle.h"
#include "model/run.h"
#include "model/status.h"

namespace workflow {

// Told while a step runs: `done` of `total` pages or chunks. Thread-safe, cheap.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  virtual void OnProgress(int64_t done, int64_t total) = 0;
};

// Everything a handler may know about the attempt it carries out. Outlives the call of Run.
struct StepContext {
  int64_t batch_id = 0;
  int64_t run_group_id = 0;
  int64_t run_id = 0;
  int64_t step_id = 0;
  int64_t attempt = 0;
  model::WorkflowStepType type = model::WorkflowStepType::kIngest;

  model::Document document;
  std::vector<model::DocumentUri> uris;  // in order of id, at least one

  std::string config;          // the step's own settings, JSON object
  std::string parameters;      // of the handler in the workflow file, JSON object
  int64_t step_config_id = 0;  // artifacts of this step live under it
  // Where the artifacts of the other steps live, by type; also of those that the workflow leaves
  // out, as far as they come before this one.
  std::map<model::WorkflowStepType, int64_t> config_ids;
  // The settings of the same steps, JSON objects.
  std::map<model::WorkflowStepType, std::string> configs;
  base::JsonText run_params;                   // {param_id, workflow_id, source}
  std::vector<model::WorkflowStepType> later;  // what the run does after this step

  // Set when the result is no longer wanted (stop, cancel, lease lost): return kCancelled soon.
  std::stop_token stop;
  ProgressSink* progress = nullptr;  // never null while Run is called
  // Ok while this attempt owns the step, else kStale: asked immediately before anything becomes
  // visible outside (an artifact, rows of the vector store).
  std::function<base::Result<>()> fence;

  const model::DocumentUri& uri() const { return uris.front(); }
};

// What a route step decided. Fields that are empty change nothing.
struct RoutePlan {
  bool skip = false;  // the run is complete without its later steps
  std::optional<int64_t> priority;
  // Later steps take these step configurations (another data_dir or parameter set).
  std::map<model::WorkflowStepType, int64_t> step_configs;
  std::string why;  // the rule, for people
};

// A store step's write, to be entered in the ledger (records::Stored::Finish).
struct StoreReceipt {
  int64_t intent_id = 0;
  int64_t chunk_count = 0;
  std::string data_dir;
};

// What the step wants changed, applied in the transaction in which it completes.
struct StepOutcome {
  std::vector<model::ArtifactRecord> artifacts;  // put already, under the fence
  base::JsonText doc_meta_patch;                 // keys to set; null removes a key
  std::optional<RoutePlan> route;
  std::vector<model::Diagnostic> diagnostics;
  std::optional<StoreReceipt> stored;
  bool reused = false;         // nothing was computed
  base::JsonText status_meta;  // figures for people: pages, chunks …
};

// Carries out one attempt. Thread-safe: many attempts run at once. May run again for the same
// document (at least once), so its effects must be idempotent. An error's code says whether it is
// worth trying again.
class StepHandler {
 public:
  virtual ~StepHandler() = default;
  virtual base::Result<StepOutcome> Run(const StepContext& context) = 0;
};

// What runs at lifecycle events (start_span, notify_slack …).
struct EventContext {
  model::LifecycleEvent event = model::LifecycleEvent::kItemStart;
  std::string handler_name;
  std::string parameters;  // JSON object
  int64_t run_group_id = 0;
  int64_t run_id = 0;
  int64_t step_id = 0;  // 0: not about a step
  std::string document_hash;
  std::string message;
};

// Thread-safe. The answer is a JSON object for the lifecycle row; an error makes that row FAILED
// and changes nothing else.
class EventMethod {
 public:
  virtual ~EventMethod() = default;
  virtual base::Result<std::string> Run(const EventContext& context) = 0;
};

// The methods that workflow files may name. Filled once, then read by many threads.
class Registry {
 public:
  void Add(std::string method, std::unique_ptr<StepHandler> handler) {
    steps_[std::move(method)] = std::move(handler);
  }
  void Add(std::string method, std::unique_ptr<EventMethod> handler) {
    events_[std::move(method)] = std::move(handler);
  }
  // nullptr when there is none.
  StepHandler* Step(std::string_view method) const { return Find(steps_, method); }
  EventMethod* Event(std::string_view method) const { return Find(events_, method); }

 private:
  template <typename T>
  using Map = std::map<std::string, std::unique_ptr<T>, std::less<>>;
  template <typename T>
  static T* Find(const Map<T>& map, std::string_view method) {
    const auto at = map.find(method);
    return at == map.end() ? nullptr : at->second.get();
  }

  Map<StepHandler> steps_;
  Map<EventMethod> events_;
};

}  // namespace workflow
