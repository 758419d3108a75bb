#include "app/application.h"

#include <unistd.h>

#include <thread>

#include "api/auth.h"
#include "api/event_feed.h"
#include "api/routes.h"
#include "app/config_folders.h"
#include "app/database.h"
#include "app/health_checks.h"
#include "app/models.h"
#include "artifacts/db_store.h"
#include "artifacts/fs_store.h"
#include "base/random.h"
#include "care/caretaker.h"
#include "care/event_pruner.h"
#include "care/key_pruner.h"
#include "care/remover.h"
#include "http/server.h"
#include "parsing/local_parser.h"
#include "records/owner.h"
#include "records/schema.h"
#include "sql/owner_lock.h"
#include "steps/handlers.h"
#include "vectors/lance_store.h"
#include "workflow/cancel.h"
#include "workflow/runner.h"

namespace app {
namespace {

using base::Result;

int64_t Processors() { return std::max(1u, std::thread::hardware_concurrency()); }

artifacts::FsOptions ArtifactOptions(const Settings& s) {
  return {.root = s.file_store_dir,
          .document_dir = s.document_store_dir,
          .parsed_markdown_dir = s.parsed_markdown_store_dir,
          .parsed_json_dir = s.parsed_json_store_dir,
          .chunks_dir = s.chunks_store_dir,
          .embeddings_dir = s.embeddings_store_dir};
}

parsing::LocalParser::Options ParserOptions(const ApplicationOptions& options) {
  const Settings& s = options.settings;
  parsing::LocalParser::Options parser{.si_parse = options.resources.si_parse,
                                       .pdfium = options.resources.pdfium,
                                       .log = options.log};
  parser.workers = static_cast<int>(s.parse_workers > 0 ? s.parse_workers : Processors());
  parser.limits.page = std::chrono::seconds(s.parse_page_timeout);
  parser.limits.document = std::chrono::seconds(s.parse_document_timeout);
  parser.limits.memory = static_cast<uint64_t>(s.parse_memory_mb) << 20;
  return parser;
}

workflow::Runner::Options RunnerOptions(const Settings& s, base::Random& random) {
  workflow::Runner::Options runner;
  runner.worker_id = "worker-" + base::NewUuid(random);
  runner.policy.lease = std::chrono::seconds(s.lease_seconds);
  runner.checkin_interval = std::chrono::seconds(s.worker_checkin_interval);
  runner.checkin_timeout = std::chrono::seconds(s.worker_checkin_timeout);
  runner.drain = std::chrono::seconds(s.drain_seconds);
  runner.limits = workflow::Runner::DefaultLimits(Processors());
  for (auto& [type, limit] : runner.limits) {
    // Store steps wait together for one commit: what limits them is memory, which they bound
    // themselves.
    if (type != model::WorkflowStepType::kStore)
      limit = std::min(limit, s.ingest_worker_concurrency);
  }
  return runner;
}

Result<api::InputOptions> MakeInputOptions(const Settings& s) {
  api::InputOptions input{.http_allowed = s.input_http_allowed,
                          .max_bytes = static_cast<uint64_t>(s.max_upload_mb) << 20,
                          .timeout = std::chrono::seconds(s.input_http_timeout)};
  for (const std::string& folder : s.input_dirs) {
    std::filesystem::path path = std::filesystem::absolute(folder).lexically_normal();
    // "/data/" and "/data" are one folder.
    input.folders.push_back(path.has_filename() ? path : path.parent_path());
  }
  auto networks = http::AddressList::Parse(s.input_http_networks);
  if (!networks) return base::Fail(networks.error().Within("INPUT_HTTP_NETWORKS"));
  input.networks = std::move(*networks);
  return input;
}

// A run group is complete once the databases that it wrote are indexed.
class IndexingFinisher final : public workflow::GroupFinisher {
 public:
  explicit IndexingFinisher(vectors::Store& store) : store_(store) {}
  Result<> Finish(const model::RunGroup&, const std::set<std::string>& data_dirs,
                  std::stop_token) override {
    for (const std::string& data_dir : data_dirs) {
      auto done = store_.Maintain(data_dir, {.kind = vectors::Maintenance::Kind::kOptimize});
      if (!done && done.error().code() != base::Code::kNotFound) return done;
    }
    return {};
  }

 private:
  vectors::Store& store_;
};

}  // namespace

// In the order in which they need each other; destroyed from the last to the first.
struct Application::Parts {
  ApplicationOptions options;
  base::SystemClock clock;
  base::SeededRandom random{base::SystemSeed()};
  std::unique_ptr<http::Client> http = http::NewClient();

  std::shared_ptr<sql::OwnerLock> lock;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<artifacts::Store> artifacts;
  std::unique_ptr<parsing::LocalParser> parser;
  std::unique_ptr<ModelShelf> models;
  std::unique_ptr<vectors::LanceStore> vectors;
  std::unique_ptr<care::Caretaker> caretaker;
  std::unique_ptr<workflow::Definitions> definitions;
  std::unique_ptr<workflow::ParamSets> params;
  std::unique_ptr<CatalogModels> database_models;
  workflow::Registry registry;
  std::unique_ptr<workflow::Starter> starter;
  std::unique_ptr<IndexingFinisher> finisher;
  std::unique_ptr<workflow::Runner> runner;
  std::shared_ptr<embedding::LocalEmbedder> embedder;
  std::unique_ptr<api::EventFeed> events;
  std::unique_ptr<api::InputFetcher> inputs;
  std::unique_ptr<api::Metrics> metrics;
  std::unique_ptr<api::HealthMonitor> health;
  std::unique_ptr<api::Services> services;
  std::unique_ptr<http::Server> server;
  std::string address;

  explicit Parts(ApplicationOptions o) : options(std::move(o)) {}

  Result<> OpenStores();
  Result<> StartCaretaker();
  Result<> OpenEngine();
  Result<> StartRunner();
  Result<> StartServer();
  Result<int64_t> CancelRuns(std::span<const int64_t> run_ids, const std::string& reason);
};

Result<> Application::Parts::OpenStores() {
  const Settings& s = options.settings;
  SI_ASSIGN(const auto path, OwnedPath(s));
  if (auto created = base::CreateFolders(path.parent_path()); !created) return created;
  SI_ASSIGN(sql::OwnerLock owner, sql::OwnerLock::Acquire(path));
  lock = std::make_shared<sql::OwnerLock>(std::move(owner));
  SI_ASSIGN(database, OpenDatabase(s, lock));
  SI_TRY(records::Prepare(*database, clock.Now()));
  if (s.file_store_target == "db") {
    SI_ASSIGN(artifacts, artifacts::OpenDbStore(*database, {.spool = s.file_store_dir}));
  } else {
    SI_ASSIGN(artifacts, artifacts::OpenFsStore(ArtifactOptions(s)));
  }
  // A writer that was stopped and goes on later must not write over us: each owner has a larger
  // epoch.
  SI_ASSIGN(const int64_t epoch, database->Write([this](sql::Tx& tx) {
    return records::Owner::NextEpoch(tx, clock.Now());
  }));
  std::error_code error;
  SI_ASSIGN(vectors,
            vectors::LanceStore::Open({.node = options.resources.node,
                                       .engine = options.resources.engine,
                                       .modules = options.resources.engine_modules,
                                       .root = std::filesystem::absolute(s.lancedb_dir, error),
                                       .epoch = epoch,
                                       .log = options.log}));
  return {};
}

Result<> Application::Parts::StartCaretaker() {
  std::vector<std::unique_ptr<care::Chore>> chores;
  chores.push_back(std::make_unique<care::Remover>(
      care::Remover::Options{}, care::Remover::Dependencies{.db = *database,
                                                            .artifacts = *artifacts,
                                                            .vectors = *vectors,
                                                            .clock = clock,
                                                            .log = options.log}));
  chores.push_back(std::make_unique<care::KeyPruner>(*database, clock, options.log));
  chores.push_back(std::make_unique<care::EventPruner>(
      *database, clock, options.log, std::chrono::hours(options.settings.event_retention_hours)));
  SI_ASSIGN(caretaker, care::Caretaker::Start(std::move(chores), clock));
  return {};
}

Result<> Application::Parts::OpenEngine() {
  const Settings& s = options.settings;
  models =
      std::make_unique<ModelShelf>(ModelOptions{.local_folder = options.resources.model,
                                                .threads = static_cast<size_t>(s.embed_threads),
                                                .ollama_base_url = s.ollama_base_url,
                                                .openai_base_url = s.openai_base_url,
                                                .openai_api_key = s.openai_api_key},
                                   *http);
  SI_TRY(EnsureConfigFolders(s, options.resources));
  definitions =
      std::make_unique<workflow::Definitions>(DefinitionOptions(s, options.resources), clock);
  params = std::make_unique<workflow::ParamSets>(ParamOptions(s, options.resources), clock);
  database_models = std::make_unique<CatalogModels>(*vectors);
  starter = std::make_unique<workflow::Starter>(
      workflow::Starter::Dependencies{.db = *database,
                                      .definitions = *definitions,
                                      .params = *params,
                                      .registry = registry,
                                      .clock = clock,
                                      .log = options.log,
                                      .models = database_models.get()});
  SI_ASSIGN(parser, parsing::LocalParser::Start(ParserOptions(options)));
  steps::AddHandlers(registry,
                     {.db = *database,
                      .artifacts = *artifacts,
                      .parser = *parser,
                      .models = *models,
                      .vectors = *vectors,
                      .http = *http,
                      .params = *params,
                      .clock = clock,
                      .log = options.log,
                      .options = {.do_rag = s.do_rag,
                                  .embed_batch_size = static_cast<size_t>(s.embed_batch_size),
                                  .stop_phrases = s.stop_phrases}});
  return {};
}

Result<> Application::Parts::StartRunner() {
  finisher = std::make_unique<IndexingFinisher>(*vectors);
  SI_ASSIGN(runner, workflow::Runner::Start(RunnerOptions(options.settings, random),
                                            {.db = *database,
                                             .registry = registry,
                                             .definitions = *definitions,
                                             .clock = clock,
                                             .random = random,
                                             .log = options.log,
                                             .finisher = finisher.get()}));
  return {};
}

// With workers here, theirs are called back at once; others learn it when they next prove that they
// own the step.
Result<int64_t> Application::Parts::CancelRuns(std::span<const int64_t> run_ids,
                                               const std::string& reason) {
  if (runner) return runner->Cancel(run_ids, reason);
  SI_ASSIGN(const auto done, workflow::CancelRuns(*database, run_ids, reason, clock.Now()));
  return done.runs;
}

Result<> Application::Parts::StartServer() {
  const Settings& s = options.settings;
  SI_ASSIGN(embedder, models->Local());
  events = std::make_unique<api::EventFeed>(*database, clock, options.log);
  SI_ASSIGN(api::InputOptions input_options, MakeInputOptions(s));
  inputs = std::make_unique<api::InputFetcher>(std::move(input_options));
  metrics = std::make_unique<api::Metrics>(*database, clock, SI_VERSION);
  health = std::make_unique<api::HealthMonitor>(
      MakeHealthChecks(s, {.database = *database,
                           .artifacts = *artifacts,
                           .vectors = *vectors,
                           .embedder = *embedder,
                           .clock = clock,
                           .has_workers = options.has_workers}));
  std::error_code error;
  services = std::make_unique<api::Services>(api::Services{
      .database = *database,
      .artifacts = *artifacts,
      .definitions = *definitions,
      .params = *params,
      .starter = *starter,
      .vectors = *vectors,
      .catalog = *vectors,
      .embedder = *embedder,
      .events = *events,
      .inputs = *inputs,
      .metrics = *metrics,
      .health = *health,
      .clock = clock,
      .log = options.log,
      .lancedb_dir = std::filesystem::absolute(s.lancedb_dir, error).string(),
      .version = SI_VERSION,
      .web = options.resources.web_modules,
      .authenticates = s.api_key_enabled || s.auth_trust_proxy_headers,
      .work_arrived =
          [this] {
            if (runner) runner->Wake();
          },
      .cancel_runs = [this](std::span<const int64_t> run_ids,
                            const std::string& reason) { return CancelRuns(run_ids, reason); },
      .removals_ordered = [this] { caretaker->Wake(); }});
  SI_ASSIGN(http::ServerOptions http_options, MakeServerOptions(options.listen, s));
  http_options.observer = metrics.get();
  SI_ASSIGN(server, http::Server::Start(
                        std::move(http_options), api::MakeRoutes(*services),
                        api::MakeAuthenticator({.api_key_enabled = s.api_key_enabled,
                                                .api_key = s.api_key,
                                                .trust_proxy_headers = s.auth_trust_proxy_headers,
                                                .metrics_open = s.metrics_open}),
                        options.log));
  address = server->url();
  return lock->SetAddress(address);
}

Result<std::unique_ptr<Application>> Application::Start(ApplicationOptions options) {
  auto parts = std::make_unique<Parts>(std::move(options));
  SI_TRY(parts->OpenStores());
  SI_TRY(parts->StartCaretaker());
  SI_TRY(parts->OpenEngine());
  if (parts->options.has_workers) SI_TRY(parts->StartRunner());
  if (parts->options.serves_api) SI_TRY(parts->StartServer());
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

Result<> PrepareDatabase(const Settings& settings) {
  SI_ASSIGN(const auto database, OpenDatabase(settings, nullptr));
  return records::Prepare(*database, base::SystemClock().Now());
}

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Application::~Application() { Stop(); }

const std::string& Application::address() const { return parts_->address; }

void Application::Stop() {
  // No new work from outside, then none from the queue; what the steps use ends with the parts.
  if (parts_->inputs) parts_->inputs->Stop();
  if (parts_->server)
    parts_->server->Stop(std::chrono::seconds(parts_->options.settings.drain_seconds));
  parts_->server.reset();
  if (parts_->runner) parts_->runner->Stop();
}

}  // namespace app
