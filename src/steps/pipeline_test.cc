// The whole pipeline in one process: real SQLite, engine and steps; scripted parser, small
// embedder, stores in memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "artifacts/memory_store.h"
#include "base/files.h"
#include "base/hash.h"
#include "docling/document.h"
#include "docling/json.h"
#include "docling/markdown.h"
#include "embedding/fake.h"
#include "parsing/fake_parser.h"
#include "records/batches.h"
#include "records/documents.h"
#include "records/run_groups.h"
#include "records/runs.h"
#include "records/schema.h"
#include "records/steps.h"
#include "records/stored.h"
#include "sql/sqlite.h"
#include "steps/handlers.h"
#include "vectors/fake_store.h"
#include "workflow/runner.h"
#include "workflow/starter.h"

namespace steps {
namespace {

using base::Code;
using model::RunStatus;
using model::WorkflowStepType;
using Kind = workflow::EngineEvent::Kind;

class FakeModels final : public Models {
 public:
  base::Result<std::shared_ptr<embedding::Embedder>> Embedder(
      const workflow::EmbedSettings&) override {
    return std::shared_ptr<embedding::Embedder>(embedder);
  }
  base::Result<std::shared_ptr<const text::Tokenizer>> Tokenizer(
      const std::string&, const workflow::EmbedSettings&) override {
    return std::make_shared<const text::WordTokenizer>(256);
  }
  const std::shared_ptr<embedding::FakeEmbedder> embedder =
      std::make_shared<embedding::FakeEmbedder>();
};

class CatalogModels final : public workflow::DatabaseModels {
 public:
  explicit CatalogModels(vectors::FakeStore& store) : store_(store) {}
  base::Result<std::optional<Held>> ModelOf(std::string_view data_dir) override {
    const auto facts = store_.Describe(data_dir);
    if (!facts || !facts->model) return std::nullopt;
    return Held{*facts->model, static_cast<int64_t>(facts->dimension.value_or(0))};
  }

 private:
  vectors::FakeStore& store_;
};

class Finisher final : public workflow::GroupFinisher {
 public:
  explicit Finisher(vectors::Store& store) : store_(store) {}
  base::Result<> Finish(const model::RunGroup&, const std::set<std::string>& data_dirs,
                        std::stop_token) override {
    for (const auto& data_dir : data_dirs) SI_TRY(store_.Maintain(data_dir, {}));
    return {};
  }

 private:
  vectors::Store& store_;
};

class NoHttp final : public http::Client {
 public:
  base::Result<http::ClientResponse> Send(const http::ClientRequest&, std::stop_token) override {
    return base::Fail(Code::kUnavailable, "no network in tests");
  }
};

class Waiter final : public workflow::Listener {
 public:
  void OnEvent(const workflow::EngineEvent& event) override {
    if (event.kind != Kind::kGroupEnded) return;
    const std::lock_guard lock(mutex_);
    ++ended_;
    changed_.notify_all();
  }
  bool WaitForGroups(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return ended_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int ended_ = 0;
};

class PipelineTest : public testing::Test {
 protected:
  void SetUp() override {
    Params("default", "chunk: {chunk_size: 20}");
    Workflow("batch",
             "validate_document validate, parse_document parse, chunk_document chunk, "
             "embed_document embed, save_to_rag store");
    db_ = sql::OpenSqlite(dir_.path() / "documents.db").value();
    ASSERT_TRUE(records::Prepare(*db_, clock_.Now()));
    AddHandlers(registry_, {.db = *db_,
                            .artifacts = *artifacts_,
                            .parser = parser_,
                            .models = models_,
                            .vectors = vectors_,
                            .http = http_,
                            .params = params_,
                            .clock = clock_,
                            .log = {},
                            .options = {},
                            .versions = {}});
    auto runner = workflow::Runner::Start(
        {.worker_id = "w", .policy = {.backoff_base = std::chrono::milliseconds(10)}},
        {.db = *db_,
         .registry = registry_,
         .definitions = definitions_,
         .clock = clock_,
         .random = random_,
         .log = {},
         .listener = &waiter_,
         .finisher = &finisher_});
    ASSERT_TRUE(runner) << runner.error().ToString();
    runner_ = std::move(*runner);
  }

  // Every set embeds with the fake and stores into "main" unless `config` says otherwise.
  void Params(const std::string& id, const std::string& config) {
    const bool stores = config.find("store:") != std::string::npos;
    ASSERT_TRUE(base::WriteFileDurably(
        dir_.path() / "params" / (id + ".yaml"),
        "id: " + id + "\nconfig:\n  embed: {provider: local, model: fake, vector_dim: 8}\n" +
            (stores ? "" : "  store: {data_dir: main}\n") + "  " + config + "\n"));
  }
  // "method type, method type"
  void Workflow(const std::string& id, std::string_view steps) {
    std::string yaml = "id: " + id + "\nitem_steps:\n";
    while (!steps.empty()) {
      const size_t comma = std::min(steps.find(", "), steps.size());
      const std::string_view step = steps.substr(0, comma);
      const size_t blank = step.find(' ');
      yaml += "  " + std::string(step.substr(blank + 1)) +
              ": {retries: 2, method: " + std::string(step.substr(0, blank)) + "}\n";
      steps.remove_prefix(std::min(comma + 2, steps.size()));
    }
    ASSERT_TRUE(base::WriteFileDurably(dir_.path() / "workflows" / (id + ".yaml"), yaml));
  }

  // What the parser will say of `filename`.
  void Parses(const std::string& filename, const std::string& title, int paragraphs) {
    docling::Document document("doc");
    document.AddTitle(title);
    for (int i = 0; i < paragraphs; ++i) {
      document.AddText(docling::Label::kText, "Paragraph " + std::to_string(i) + " of " + title +
                                                  " says something about topic number " +
                                                  std::to_string(i) + ".");
    }
    parsing::Parsed parsed;
    parsed.document_json = docling::WriteJson(document);
    parsed.markdown = docling::ExportMarkdown(document);
    parsed.page_count = 2;
    parsed.facts = {.mime_type = "application/pdf",
                    .page_count = 2,
                    .title = title,
                    .author = "Ann",
                    .subject = {},
                    .keywords = {}};
    parser_.Answer(filename, std::move(parsed));
  }

  std::string Upload(const std::string& uri, const std::string& bytes) {
    auto upload = artifacts_->NewUpload();
    EXPECT_TRUE((*upload)->Write(bytes));
    const auto stored = (*upload)->Commit();
    const auto ingested = db_->Write([&](sql::Tx& tx) -> base::Result<records::Ingested> {
      if (batch_ == 0) {
        SI_ASSIGN(const auto made, records::Batches::Create(tx, "fs", "b", clock_.Now()));
        batch_ = made.id;
      }
      return records::Documents::Ingest(tx,
                                        {.source = "fs",
                                         .uri = uri,
                                         .hash = stored->hash,
                                         .md5 = stored->md5,
                                         .mime_type = "application/pdf",
                                         .file_size = static_cast<int64_t>(stored->size),
                                         .doc_meta = {R"({"team":"hr"})"},
                                         .batch_id = batch_,
                                         .upload_started = clock_.Now()},
                                        clock_.Now());
    });
    EXPECT_TRUE(ingested) << ingested.error().ToString();
    return stored->hash;
  }

  // Starts the batch and waits for the end of its group.
  int64_t RunAll(const std::string& params = "default", const std::string& workflow = "batch") {
    const auto started = starter_->Start(
        workflow::StartBatch{.batch_id = batch_, .workflow_id = workflow, .param_id = params});
    EXPECT_TRUE(started) << started.error().ToString();
    if (!started) return 0;
    runner_->Wake();
    EXPECT_TRUE(waiter_.WaitForGroups(++groups_));
    return started->run_group_id;
  }

  std::vector<model::RunDetails> Runs(int64_t group) {
    auto page = db_->Read([&](sql::Tx& tx) {
      return records::Runs::List(tx, {.run_group_id = group, .include_steps = true});
    });
    return page ? std::move(page->items) : std::vector<model::RunDetails>{};
  }
  // Names of the steps of the group's runs that found their result there already.
  std::map<std::string, int> Reused(int64_t group) {
    std::map<std::string, int> reused;
    for (const auto& run : Runs(group)) {
      for (const auto& step : *run.steps) {
        EXPECT_EQ(step.status, RunStatus::kCompleted)
            << reflect::Wire(step.step_type) << ": " << step.status_message.value_or("");
        const bool yes = step.status_meta.text.find("\"reused\":true") != std::string::npos;
        reused[std::string(reflect::Wire(step.step_type))] += yes ? 1 : 0;
      }
    }
    return reused;
  }
  std::string Meta(const std::string& hash) {
    return db_->Read([&](sql::Tx& tx) { return records::Documents::Get(tx, hash); })
        .value()
        .doc_meta.text;
  }

  base::TempDir dir_;
  base::SystemClock clock_;
  base::SeededRandom random_{7};
  const std::unique_ptr<artifacts::Store> artifacts_ = artifacts::NewMemoryStore();
  parsing::FakeParser parser_;
  FakeModels models_;
  vectors::FakeStore vectors_;
  NoHttp http_;
  workflow::Definitions definitions_{{dir_.path() / "workflows", "batch"}, clock_};
  workflow::ParamSets params_{{dir_.path() / "params", "default"}, clock_};
  CatalogModels database_models_{vectors_};
  workflow::Registry registry_;
  Finisher finisher_{vectors_};
  Waiter waiter_;
  std::unique_ptr<sql::Database> db_;
  std::unique_ptr<workflow::Starter> starter_;
  std::unique_ptr<workflow::Runner> runner_;
  int64_t batch_ = 0;
  int groups_ = 0;

  void MakeStarter() {
    starter_ = std::make_unique<workflow::Starter>(
        workflow::Starter::Dependencies{.db = *db_,
                                        .definitions = definitions_,
                                        .params = params_,
                                        .registry = registry_,
                                        .clock = clock_,
                                        .log = {},
                                        .models = &database_models_,
                                        .versions = {}});
  }
};

TEST_F(PipelineTest, DocumentsBecomeSearchable) {
  MakeStarter();
  for (int i = 0; i < 5; ++i) {
    const std::string name = "d" + std::to_string(i) + ".pdf";
    Parses(name, "Report " + std::to_string(i), 6);
    Upload("/in/" + name, "bytes " + std::to_string(i));
  }
  const int64_t group = RunAll();
  for (const auto& run : Runs(group)) {
    EXPECT_EQ(run.workflow_run.status, RunStatus::kCompleted)
        << run.workflow_run.status_message.value_or("");
  }
  const auto rows = vectors_.Rows("main");
  ASSERT_EQ(rows.size(), 5u);
  for (const auto& [id, row] : rows) {
    EXPECT_GT(row.chunks.size(), 1u);
    EXPECT_EQ(row.vectors.size(), row.chunks.size() * 8);
    EXPECT_TRUE(row.title.value_or("").starts_with("Report ")) << row.title.value_or("");
    EXPECT_NE(row.metadata.find("\"team\": \"hr\""), std::string::npos) << row.metadata;
    EXPECT_NE(row.metadata.find("\"page_count\": 2"), std::string::npos) << row.metadata;
  }
  EXPECT_EQ(vectors_.MaintainedSinceWrite("main"), 1) << "indexed before the group is complete";
  const auto ledger =
      db_->Read([&](sql::Tx& tx) { return records::Stored::InDatabase(tx, "main"); });
  EXPECT_EQ(ledger->size(), 5u);
  const auto intents =
      db_->Read([&](sql::Tx& tx) { return records::Stored::Intents(tx, std::nullopt); });
  EXPECT_TRUE(intents->empty());
}

TEST_F(PipelineTest, NothingIsComputedTwice) {
  MakeStarter();
  Parses("a.pdf", "A", 12);
  Parses("b.pdf", "B", 3);
  Upload("/in/a.pdf", "a");
  Upload("/in/b.pdf", "b");
  using Counts = std::map<std::string, int>;
  EXPECT_EQ(Reused(RunAll()),
            (Counts{{"validate", 0}, {"parse", 0}, {"chunk", 0}, {"embed", 0}, {"store", 0}}));
  const size_t calls = parser_.Calls().size();
  const size_t texts = models_.embedder->TextCount();

  EXPECT_EQ(Reused(RunAll()),
            (Counts{{"validate", 2}, {"parse", 2}, {"chunk", 2}, {"embed", 2}, {"store", 0}}));
  EXPECT_EQ(parser_.Calls().size(), calls);
  EXPECT_EQ(models_.embedder->TextCount(), texts);

  // Another chunk size: chunk and what follows, no more.
  Params("fine", "chunk: {chunk_size: 10}");
  EXPECT_EQ(Reused(RunAll("fine")),
            (Counts{{"validate", 2}, {"parse", 2}, {"chunk", 0}, {"embed", 0}, {"store", 0}}));
  EXPECT_EQ(parser_.Calls().size(), calls);
  EXPECT_GT(models_.embedder->TextCount(), texts);
  EXPECT_EQ(vectors_.Rows("main").size(), 2u) << "a document is one, however it is chunked";
}

TEST_F(PipelineTest, AWorkflowMayLeaveOutWhatIsThereAlready) {
  MakeStarter();
  Parses("a.pdf", "A", 12);
  Upload("/in/a.pdf", "a");
  RunAll();
  const size_t calls = parser_.Calls().size();
  Params("fine", "chunk: {chunk_size: 10}");
  Workflow("rechunk", "chunk_document chunk, embed_document embed, save_to_rag store");
  EXPECT_EQ(Reused(RunAll("fine", "rechunk")),
            (std::map<std::string, int>{{"chunk", 0}, {"embed", 0}, {"store", 0}}));
  EXPECT_EQ(parser_.Calls().size(), calls);
  EXPECT_EQ(vectors_.Rows("main").size(), 1u);
}

TEST_F(PipelineTest, WhatCannotBeReadFailsAloneAndSaysWhy) {
  MakeStarter();
  Parses("good.pdf", "Good", 2);
  Upload("/in/good.pdf", "good");
  parser_.Answer("secret.pdf", base::Fail(Code::kEncrypted, "the document needs a password"));
  const std::string secret = Upload("/in/secret.pdf", "secret");
  const int64_t group = RunAll();
  int failed = 0;
  for (const auto& run : Runs(group)) {
    if (run.workflow_run.doc_id != secret) {
      EXPECT_EQ(run.workflow_run.status, RunStatus::kCompleted);
      continue;
    }
    ++failed;
    EXPECT_EQ(run.workflow_run.status, RunStatus::kFailed);
    EXPECT_NE(run.workflow_run.status_message.value_or("").find("needs a password"),
              std::string::npos);
  }
  EXPECT_EQ(failed, 1);
  EXPECT_NE(Meta(secret).find("\"is_valid\":false"), std::string::npos) << Meta(secret);
  EXPECT_NE(Meta(secret).find("needs a password"), std::string::npos) << Meta(secret);
  EXPECT_EQ(vectors_.Rows("main").size(), 1u);
}

TEST_F(PipelineTest, NewBytesOfAUriReplaceTheOldRows) {
  MakeStarter();
  Parses("a.pdf", "Old", 3);
  Upload("/in/a.pdf", "old bytes");
  RunAll();
  const std::string old_id = vectors_.Rows("main").begin()->first;
  Parses("a.pdf", "New", 3);
  const std::string hash = Upload("/in/a.pdf", "new bytes");
  RunAll();
  const auto rows = vectors_.Rows("main");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_NE(rows.begin()->first, old_id);
  EXPECT_EQ(rows.begin()->second.title, "New");
  const auto ledger =
      db_->Read([&](sql::Tx& tx) { return records::Stored::InDatabase(tx, "main"); });
  ASSERT_EQ(ledger->size(), 1u);
  EXPECT_EQ(ledger->front().doc_hash, hash);
}

TEST_F(PipelineTest, AStoreThatFailsForAWhileIsTriedAgain) {
  MakeStarter();
  Parses("a.pdf", "A", 3);
  Upload("/in/a.pdf", "a");
  std::atomic<int> failures = 1;
  vectors_.Before([&](std::string_view operation, std::string_view) -> base::Result<> {
    if (operation == "upsert" && failures-- > 0) {
      return base::Fail(Code::kUnavailable, "the engine is being restarted");
    }
    return {};
  });
  const auto runs = Runs(RunAll());
  EXPECT_EQ(runs[0].workflow_run.status, RunStatus::kCompleted);
  EXPECT_EQ(runs[0].steps->back().retry, 1);
  EXPECT_EQ(vectors_.Rows("main").size(), 1u);
}

TEST_F(PipelineTest, TextWithoutChunksIsAnError) {
  MakeStarter();
  parsing::Parsed parsed;
  parsed.document_json = docling::WriteJson(docling::Document("empty"));
  parsed.markdown = "There is text.";
  parser_.Answer("odd.pdf", parsed);
  Upload("/in/odd.pdf", "odd");
  parsed.markdown = "<!-- image -->\n";
  parser_.Answer("scan.pdf", parsed);
  Upload("/in/scan.pdf", "scan");
  for (const auto& run : Runs(RunAll())) {
    const bool odd = run.workflow_run.doc_id == base::DocumentHash("odd");
    EXPECT_EQ(run.workflow_run.status, odd ? RunStatus::kFailed : RunStatus::kCompleted)
        << run.workflow_run.status_message.value_or("");
  }
}

TEST_F(PipelineTest, ADatabaseKeepsItsModel) {
  MakeStarter();
  Parses("a.pdf", "A", 3);
  Upload("/in/a.pdf", "a");
  RunAll();
  ASSERT_TRUE(base::WriteFileDurably(
      dir_.path() / "params/other.yaml",
      "id: other\nconfig: {embed: {model: big, vector_dim: 16}, store: {data_dir: main}}\n"));
  const auto refused = starter_->Start(
      workflow::StartBatch{.batch_id = batch_, .workflow_id = {}, .param_id = "other"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kConflict);
  EXPECT_NE(refused.error().message().find(
                "embeds with sentence-transformers/big (16 dimensions), but database 'main' "
                "holds vectors of fake (8 dimensions)"),
            std::string::npos)
      << refused.error().message();
}

TEST_F(PipelineTest, OnlyUnparsedContinuesTheGroup) {
  MakeStarter();
  Parses("a.pdf", "A", 1);
  Parses("b.pdf", "B", 1);
  Upload("/in/a.pdf", "a");
  const int64_t group = RunAll();
  Upload("/in/b.pdf", "b");
  const workflow::StartBatch more{
      .batch_id = batch_, .workflow_id = "batch", .param_id = "default", .only_unparsed = true};
  const auto started = starter_->Start(more);
  ASSERT_TRUE(started) << started.error().ToString();
  EXPECT_EQ(started->run_group_id, group);
  EXPECT_EQ(started->runs, 1);
  runner_->Wake();
  ASSERT_TRUE(waiter_.WaitForGroups(++groups_));
  EXPECT_EQ(starter_->Start(more)->runs, 0);
  EXPECT_FALSE(starter_->Start(workflow::StartBatch{
      .batch_id = batch_, .workflow_id = {}, .param_id = {}, .only_unparsed = true}));
}

TEST_F(PipelineTest, RulesEnrichAndRoute) {
  MakeStarter();
  Workflow("routed",
           "parse_document parse, enrich_document enrich, route_document route, "
           "chunk_document chunk, embed_document embed, save_to_rag store");
  Params("routed",
         "enrich: {static: {origin: test}, rules: [{uri: '*/secret/*', set: {level: 9}}]}\n"
         "  route: {rules: [{meta: {level: '9'}, name: secrets, data_dir: vault}, "
         "{uri: '*skip*', skip: true}]}");
  for (const std::string name : {"plain", "skipped"}) {
    Parses(name + ".pdf", name, 2);
    Upload("/in/" + name + ".pdf", name);
  }
  Parses("s.pdf", "hidden", 2);
  const std::string secret = Upload("/secret/s.pdf", "s");
  const int64_t group = RunAll("routed", "routed");
  EXPECT_EQ(vectors_.Rows("main").size(), 1u);
  EXPECT_EQ(vectors_.Rows("vault").size(), 1u);
  EXPECT_EQ(vectors_.MaintainedSinceWrite("vault"), 1);
  for (const auto& run : Runs(group)) EXPECT_EQ(run.workflow_run.status, RunStatus::kCompleted);
  EXPECT_NE(Meta(secret).find("\"level\":9"), std::string::npos) << Meta(secret);
  EXPECT_NE(Meta(secret).find("\"origin\":\"test\""), std::string::npos) << Meta(secret);
  EXPECT_NE(Meta(secret).find("\"title\":\"hidden\""), std::string::npos) << Meta(secret);
}

// An attempt that lost its lease wakes up late and goes on: nothing of it may land.
class StaleTest : public PipelineTest {
 protected:
  // The context of the first `type` step of the run as attempt 1 sees it, while attempt 2 holds it.
  workflow::StepContext Late(const model::RunDetails& run, WorkflowStepType type) {
    workflow::StepContext context;
    context.run_id = run.workflow_run.id;
    context.type = type;
    for (const auto& step : *run.steps) {
      context.config_ids[step.step_type] = step.step_config_id + 1000;  // nothing is there yet
      context.configs[step.step_type] =
          R"({"model":"fake","vector_dim":8,"chunk_size":20,"data_dir":"late"})";
      if (step.step_type == type) context.step_id = step.id;
    }
    context.config = context.configs[type];
    context.attempt = 0;
    context.document =
        db_->Read([&](sql::Tx& tx) { return records::Documents::Get(tx, run.workflow_run.doc_id); })
            .value();
    context.uris = db_->Read([&](sql::Tx& tx) {
                        return records::Documents::UrisOf(tx, run.workflow_run.doc_id);
                      })
                       .value();
    context.progress = &progress_;
    context.fence = []() -> base::Result<> {
      return base::Fail(Code::kStale, "attempt 2 holds it");
    };
    return context;
  }

  class Nothing final : public workflow::ProgressSink {
    void OnProgress(int64_t, int64_t) override {}
  } progress_;
};

TEST_F(StaleTest, NoArtifactAndNoRowOfAStaleAttemptLands) {
  MakeStarter();
  Parses("a.pdf", "A", 3);
  const std::string hash = Upload("/in/a.pdf", "a");
  const auto run = Runs(RunAll())[0];

  workflow::StepContext parse = Late(run, WorkflowStepType::kParse);
  const auto parsed = registry_.Step("parse_document")->Run(parse);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code(), Code::kStale);
  const int64_t late_id = parse.config_ids[WorkflowStepType::kParse];
  EXPECT_FALSE(*artifacts_->Size({artifacts::Type::kParsedJson, late_id, hash}));

  // The store step finds everything it needs, but its intent is refused.
  workflow::StepContext store = Late(run, WorkflowStepType::kStore);
  for (auto& [type, id] : store.config_ids) id -= 1000;
  const auto stored = registry_.Step("save_to_rag")->Run(store);
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code(), Code::kStale) << stored.error().ToString();
  EXPECT_TRUE(vectors_.Rows("late").empty());
}

}  // namespace
}  // namespace steps
