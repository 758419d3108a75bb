// What the engine's tests share: a real database, workflow files, scripted handlers.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/hash.h"
#include "base/random.h"
#include "records/batches.h"
#include "records/documents.h"
#include "records/run_groups.h"
#include "records/runs.h"
#include "records/schema.h"
#include "records/step_configs.h"
#include "records/steps.h"
#include "sql/sqlite.h"
#include "workflow/runner.h"
#include "workflow/starter.h"

namespace workflow {

// Calls a function. Thread-safe if the function is.
class ScriptedHandler final : public StepHandler {
 public:
  using Script = std::function<base::Result<StepOutcome>(const StepContext&)>;
  explicit ScriptedHandler(Script script) : script_(std::move(script)) {}
  base::Result<StepOutcome> Run(const StepContext& context) override { return script_(context); }

 private:
  const Script script_;
};

class ScriptedMethod final : public EventMethod {
 public:
  using Script = std::function<base::Result<std::string>(const EventContext&)>;
  explicit ScriptedMethod(Script script) : script_(std::move(script)) {}
  base::Result<std::string> Run(const EventContext& context) override { return script_(context); }

 private:
  const Script script_;
};

// Collects events; lets a test wait for one.
class Recorder final : public Listener {
 public:
  void OnEvent(const EngineEvent& event) override {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(event);
    }
    changed_.notify_all();
  }
  // Until `count` events of `kind` came. False after ten seconds.
  bool WaitFor(EngineEvent::Kind kind, size_t count = 1) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10),
                             [&] { return CountLocked(kind) >= count; });
  }
  std::vector<EngineEvent> Of(EngineEvent::Kind kind) const {
    const std::lock_guard lock(mutex_);
    std::vector<EngineEvent> hits;
    for (const auto& event : events_) {
      if (event.kind == kind) hits.push_back(event);
    }
    return hits;
  }

 private:
  size_t CountLocked(EngineEvent::Kind kind) const {
    return static_cast<size_t>(
        std::ranges::count_if(events_, [&](const auto& e) { return e.kind == kind; }));
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<EngineEvent> events_;
};

// A door that a handler waits at until the test opens it.
class Gate {
 public:
  void Open() {
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
    }
    changed_.notify_all();
  }
  // False after ten seconds.
  bool Wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

class EngineTest : public testing::Test {
 protected:
  static constexpr std::string_view kWorkflow =
      "id: three\nitem_steps:\n"
      "  parse: {method: parse_document, retries: 3}\n"
      "  chunk: {method: chunk_document, retries: 3}\n"
      "  store: {method: save_to_rag, retries: 3}\n";

  void SetUp() override {
    WriteWorkflow(kWorkflow);
    ASSERT_TRUE(base::WriteFileDurably(dir_.path() / "params/default.yaml",
                                       "id: default\nconfig: {store: {data_dir: main}}\n"));
    auto opened = sql::OpenSqlite(dir_.path() / "documents.db");
    ASSERT_TRUE(opened) << opened.error().ToString();
    db_ = std::move(*opened);
    ASSERT_TRUE(records::Prepare(*db_, clock().Now()));
    definitions_ = std::make_unique<Definitions>(
        Definitions::Options{dir_.path() / "workflows", "three"}, clock());
    params_ =
        std::make_unique<ParamSets>(ParamSets::Options{dir_.path() / "params", "default"}, clock());
    options_.worker_id = "worker-1";
    options_.policy.backoff_base = std::chrono::milliseconds(20);
    options_.limits = {{model::WorkflowStepType::kParse, 3},
                       {model::WorkflowStepType::kChunk, 2},
                       {model::WorkflowStepType::kStore, 2}};
  }
  void TearDown() override { runner_.reset(); }

  virtual const base::Clock& clock() const { return system_clock_; }

  void WriteWorkflow(std::string_view yaml) {
    ASSERT_TRUE(base::WriteFileDurably(dir_.path() / "workflows/three.yaml", yaml));
  }

  void On(const std::string& method, ScriptedHandler::Script script) {
    registry_.Add(method, std::make_unique<ScriptedHandler>(std::move(script)));
  }
  // What is not scripted succeeds.
  void OnTheRest() {
    for (const char* method : {"parse_document", "chunk_document", "save_to_rag"}) {
      if (registry_.Step(method) == nullptr) {
        On(method, [](const StepContext&) { return StepOutcome{}; });
      }
    }
  }

  // A batch with so many documents; its id.
  int64_t Upload(int documents) {
    auto batch = db_->Write([&](sql::Tx& tx) -> base::Result<int64_t> {
      SI_ASSIGN(const auto made, records::Batches::Create(tx, "test", "a batch", clock().Now()));
      for (int i = 0; i < documents; ++i) {
        const std::string bytes = "document " + std::to_string(i);
        SI_TRY(records::Documents::Ingest(tx,
                                          {.source = "test",
                                           .uri = "/docs/" + std::to_string(i) + ".txt",
                                           .hash = base::DocumentHash(bytes),
                                           .md5 = base::Md5Hex(bytes),
                                           .mime_type = "text/plain",
                                           .file_size = static_cast<int64_t>(bytes.size()),
                                           .doc_meta = {},
                                           .batch_id = made.id,
                                           .upload_started = clock().Now()},
                                          clock().Now()));
      }
      return made.id;
    });
    EXPECT_TRUE(batch) << batch.error().ToString();
    return batch.value_or(0);
  }

  Started StartRuns(int64_t batch_id) {
    const Starter starter({.db = *db_,
                           .definitions = *definitions_,
                           .params = *params_,
                           .registry = registry_,
                           .clock = clock(),
                           .log = {},
                           .versions = {}});
    auto started =
        starter.Start(StartBatch{.batch_id = batch_id, .workflow_id = {}, .param_id = {}});
    EXPECT_TRUE(started) << started.error().ToString();
    if (runner_) runner_->Wake();
    return started.value_or(Started{});
  }

  void StartRunner() {
    auto runner = Runner::Start(options_, {.db = *db_,
                                           .registry = registry_,
                                           .definitions = *definitions_,
                                           .clock = clock(),
                                           .random = random_,
                                           .log = log_,
                                           .listener = &recorder_});
    ASSERT_TRUE(runner) << runner.error().ToString();
    runner_ = std::move(*runner);
  }

  std::vector<model::RunDetails> Runs(int64_t group_id) {
    auto page = db_->Read([&](sql::Tx& tx) {
      return records::Runs::List(tx, {.run_group_id = group_id, .include_steps = true});
    });
    EXPECT_TRUE(page) << page.error().ToString();
    return page ? std::move(page->items) : std::vector<model::RunDetails>{};
  }
  model::RunGroup Group(int64_t id) {
    return db_->Read([&](sql::Tx& tx) { return records::RunGroups::Get(tx, id); })
        .value_or(model::RunGroup{});
  }
  model::StepQueueState Queue(int64_t step_id) {
    return db_->Read([&](sql::Tx& tx) { return records::Steps::QueueState(tx, step_id); })
        .value_or(model::StepQueueState{});
  }

  base::TempDir dir_;
  base::SystemClock system_clock_;
  base::SeededRandom random_{1};
  base::Log log_;
  Registry registry_;
  Recorder recorder_;
  Runner::Options options_;
  std::unique_ptr<sql::Database> db_;
  std::unique_ptr<Definitions> definitions_;
  std::unique_ptr<ParamSets> params_;
  std::unique_ptr<Runner> runner_;
};

}  // namespace workflow
