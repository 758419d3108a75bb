// What the tests of this folder share: a database, a clock that stands still, short ways to make
// batches, documents and runs. Private to the folder's tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/hash.h"
#include "records/batches.h"
#include "records/documents.h"
#include "records/run_groups.h"
#include "records/runs.h"
#include "records/schema.h"
#include "records/step_configs.h"
#include "records/steps.h"
#include "sql/postgres.h"
#include "sql/sqlite.h"
#include "sql/test_schema.h"

namespace records {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class Fixture : public ::testing::Test {
 protected:
  void SetUp() override {
    OpenDatabase();
    const auto prepared = Prepare(*db_, Now());
    ASSERT_TRUE(prepared) << prepared.error().ToString();
  }

  // SQLite, or PostgreSQL where the tests run beside a server.
  void OpenDatabase() {
    if (sql::TestSchema::Available()) {
      schema_ = std::make_unique<sql::TestSchema>();
      db_ = sql::OpenPostgres(schema_->url()).value();
    } else {
      db_ = sql::OpenSqlite(dir_.path() / "documents.db").value();
    }
  }

  base::Time Now() const { return clock_.Now(); }

  // Runs in a transaction; fails the test on an error.
  template <typename Fn>
  auto Write(Fn&& fn) {
    auto result = db_->Write(fn);
    if (!result) ADD_FAILURE() << result.error().ToString();
    if constexpr (!std::is_void_v<typename decltype(result)::value_type>) {
      return std::move(result).value();
    }
  }
  template <typename Fn>
  auto Read(Fn&& fn) {
    auto result = db_->Read(fn);
    if (!result) ADD_FAILURE() << result.error().ToString();
    return std::move(result).value();
  }

  int64_t NewBatch(const std::string& source = "fs") {
    return Write([&](sql::Tx& tx) { return Batches::Create(tx, source, "batch", Now()); }).id;
  }

  NewDocument Bytes(const std::string& bytes, const std::string& uri, int64_t batch_id) {
    return {.source = "fs",
            .uri = uri,
            .hash = base::DocumentHash(bytes),
            .md5 = base::Md5Hex(bytes),
            .mime_type = "text/plain",
            .file_size = static_cast<int64_t>(bytes.size()),
            .doc_meta = {},
            .batch_id = batch_id,
            .upload_started = Now()};
  }
  Ingested Ingest(const std::string& bytes, const std::string& uri, int64_t batch_id) {
    const auto document = Bytes(bytes, uri, batch_id);
    return Write([&](sql::Tx& tx) { return Documents::Ingest(tx, document, Now()); });
  }

  int64_t NewGroup(int64_t batch_id) {
    return Write([&](sql::Tx& tx) {
             return RunGroups::Create(tx,
                                      {.name = "group",
                                       .workflow_definition_id = "batch",
                                       .param_definition_id = "default",
                                       .batch_id = batch_id},
                                      Now());
           })
        .id;
  }

  // A run of a parse, a chunk and a store step for the document.
  model::RunDetails NewRunOf(const std::string& hash, int64_t batch_id, int64_t group_id,
                             int64_t priority = 0) {
    return Write([&](sql::Tx& tx) -> base::Result<model::RunDetails> {
      NewRun run{.workflow_definition_id = "batch",
                 .run_group_id = group_id,
                 .batch_id = batch_id,
                 .doc_id = hash,
                 .priority = priority,
                 .run_params = {R"({"param_id":"default"})"},
                 .steps = {}};
      for (const auto type : {model::WorkflowStepType::kParse, model::WorkflowStepType::kChunk,
                              model::WorkflowStepType::kStore}) {
        const std::string name(reflect::Wire(type));
        SI_ASSIGN(const int64_t config,
                  StepConfigs::GetOrCreate(tx, type, "{}", R"({"to":")" + name + "\"}", Now()));
        run.steps.push_back({.name = name, .type = type, .step_config_id = config, .retries = 3});
      }
      return Runs::Create(tx, run, Now());
    });
  }

  // `count` documents of a new batch with a run each, in one group.
  struct Work {
    int64_t batch_id = 0;
    int64_t group_id = 0;
    std::vector<model::RunDetails> runs;
  };
  Work NewWork(size_t count, int64_t priority = 0) {
    Work work;
    work.batch_id = NewBatch();
    work.group_id = NewGroup(work.batch_id);
    for (size_t i = 0; i < count; ++i) {
      const std::string name = std::to_string(work.batch_id) + "/" + std::to_string(i);
      const auto ingested = Ingest("bytes of " + name, name, work.batch_id);
      work.runs.push_back(NewRunOf(ingested.uri.doc_hash, work.batch_id, work.group_id, priority));
    }
    return work;
  }

  ClaimRequest Request(int64_t limit) {
    return {.worker_id = "w1",
            .now = Now(),
            .lease = seconds(30),
            .slots = {{model::WorkflowStepType::kParse, 100},
                      {model::WorkflowStepType::kChunk, 100},
                      {model::WorkflowStepType::kStore, 100}},
            .limit = limit};
  }
  std::vector<ClaimedStep> Claim(int64_t limit) { return Claim(Request(limit)); }
  std::vector<ClaimedStep> Claim(const ClaimRequest& request) {
    return Write([&](sql::Tx& tx) { return Steps::Claim(tx, request); });
  }
  base::Result<StepEnd> TryComplete(const model::Fence& fence, const Completion& completion = {}) {
    return db_->Write([&](sql::Tx& tx) { return Steps::Complete(tx, fence, completion, Now()); });
  }
  StepEnd Complete(const model::Fence& fence, const Completion& completion = {}) {
    auto end = TryComplete(fence, completion);
    if (!end) ADD_FAILURE() << end.error().ToString();
    return end.value_or(StepEnd{});
  }
  base::Result<StepEnd> Fail(const model::Fence& fence, std::optional<base::Time> retry_at) {
    return db_->Write([&](sql::Tx& tx) {
      return Steps::Fail(tx, fence, {.message = "bad", .status_meta = {}, .retry_at = retry_at},
                         Now());
    });
  }
  model::RunStep Step(int64_t id) {
    return Read([&](sql::Tx& tx) { return Steps::Get(tx, id); });
  }
  model::StepQueueState Queue(int64_t id) {
    return Read([&](sql::Tx& tx) { return Steps::QueueState(tx, id); });
  }
  model::WorkflowRun Run(int64_t id) {
    return Read([&](sql::Tx& tx) { return Runs::Get(tx, id); });
  }
  model::RunGroup Group(int64_t id) {
    return Read([&](sql::Tx& tx) { return RunGroups::Get(tx, id); });
  }
  model::DocumentBatch Batch(int64_t id) {
    return Read([&](sql::Tx& tx) { return Batches::Get(tx, id); });
  }
  // The first value of a query written in the test.
  sql::Value Value(std::string_view text) {
    const auto rows = Read([&](sql::Tx& tx) { return tx.Query({"test", text}); });
    return rows.empty() ? sql::Value() : rows[0][0];
  }

  base::TempDir dir_;
  base::ManualClock clock_{base::ParseTime("2025-01-15T10:00:00").value()};
  std::unique_ptr<sql::TestSchema> schema_;  // goes after the database
  std::unique_ptr<sql::Database> db_;
};

}  // namespace records
