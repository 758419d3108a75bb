// init-haiku and validate-haiku: haiku.rag as a reader of what we write.
#include <boost/json/array.hpp>
#include <filesystem>
#include <map>
#include <memory>

#include "app/api_command.h"
#include "base/files.h"
#include "http/forms.h"

namespace app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using base::Code;
using base::Result;

struct InitCommand {
  std::string output = "haiku.rag.yaml";
  std::string database = "default";
  std::string embeddings = "http://127.0.0.1:8000/v1";
  bool force = false;
  bool json = false;
};

// Of the parameter sets' default: what the shipped model makes.
constexpr const char* kModel = "sentence-transformers/all-MiniLM-L6-v2";
constexpr int64_t kDimension = 384;

std::string HaikuYaml(const fs::path& lancedb_dir, const InitCommand& c) {
  return fmt::format(
      "# haiku.rag reads what Soliplex Ingester wrote:\n"
      "#   haiku-rag --config {} search 'a question' --db {}\n"
      "storage:\n"
      "  data_dir: '{}'\n"
      "  auto_vacuum: false      # the ingester is the one writer\n"
      "embeddings:\n"
      "  model:\n"
      "    provider: openai      # the ingester serves its model in OpenAI's shape\n"
      "    name: {}\n"
      "    vector_dim: {}\n"
      "    base_url: {}\n",
      c.output, (lancedb_dir / c.database).string(), lancedb_dir.string(), kModel, kDimension,
      c.embeddings);
}

int InitHaiku(const CommandContext& context, const InitCommand& c) {
  const auto settings = context.LoadSettings();
  if (!settings) return Report(settings.error());
  const fs::path path = context.folder / c.output;
  std::error_code error;
  if (!c.force && fs::exists(path, error))
    return Report({Code::kConflict, c.output + " exists already; --force writes over it"});
  const fs::path folder = fs::absolute(settings->lancedb_dir, error).lexically_normal();
  if (auto written = base::WriteFileDurably(path, HaikuYaml(folder, c)); !written)
    return Report(written.error());
  const std::string database = (folder / c.database).string();
  if (c.json) {
    json::object answer;
    answer["config"] = c.output;
    answer["database"] = database;
    fmt::print("{}\n", json::serialize(answer));
  } else {
    fmt::print("{} written; the database is {}\n", c.output, database);
  }
  return 0;
}

struct ValidateCommand {
  ApiOptions api;
  int64_t batch_id = 0;
};

// Chunks by document id, of one database.
Result<std::map<std::string, int64_t>> ChunksIn(const ApiClient& api, const std::string& database) {
  constexpr size_t kPage = 1000;
  std::map<std::string, int64_t> chunks;
  for (size_t offset = 0;; offset += kPage) {
    auto answer = api.Get(fmt::format("/lancedb/documents?db={}&limit={}&offset={}",
                                      http::PercentEncode(database), kPage, offset));
    if (!answer && answer.error().code() == Code::kNotFound) return chunks;
    if (!answer) return base::Fail(answer.error());
    const json::array& page = answer->as_object().at("documents").as_array();
    for (const json::value& item : page) {
      const json::object& document = item.as_object();
      chunks[TextOf(document, "id")] = IntOf(document, "chunk_count");
    }
    if (page.size() < kPage) return chunks;
  }
}

// Compares the ledger with the databases.
class Validator {
 public:
  explicit Validator(const ApiClient& api) : api_(api) {}

  Result<> CheckRun(const json::object& item) {
    const json::object& run = item.at("workflow_run").as_object();
    const std::string hash = TextOf(run, "doc_id");
    if (!seen_.emplace(hash, true).second) return {};
    SI_ASSIGN(const json::value details, api_.Get("/document/" + hash));
    const json::value* info = item.if_contains("document_info");
    const std::string uri =
        info != nullptr && info->is_object() ? TextOf(info->get_object(), "uri") : hash;
    const json::array& stored = details.as_object().at("stored").as_array();
    ++documents_;
    if (stored.empty()) AddFault(uri, "is in no vector database");
    for (const json::value& place : stored) SI_TRY(CheckPlace(uri, place.as_object()));
    return {};
  }

  json::value Report() const {
    json::object report;
    report["documents"] = documents_;
    report["chunks"] = chunks_;
    report["faults"] = faults_;
    return report;
  }

 private:
  Result<> CheckPlace(const std::string& uri, const json::object& place) {
    const std::string database = TextOf(place, "data_dir");
    if (!databases_.contains(database)) {
      SI_ASSIGN(databases_[database], ChunksIn(api_, database));
    }
    const auto& held = databases_[database];
    const auto found = held.find(TextOf(place, "document_id"));
    const int64_t expected = IntOf(place, "chunk_count");
    if (found == held.end()) {
      AddFault(uri, "is not in database " + database);
    } else if (found->second != expected) {
      AddFault(uri, fmt::format("has {} chunks in database {}, {} were written", found->second,
                                database, expected));
    } else {
      chunks_ += expected;
    }
    return {};
  }

  void AddFault(const std::string& uri, const std::string& what) {
    json::object fault;
    fault["uri"] = uri;
    fault["fault"] = what;
    faults_.emplace_back(std::move(fault));
  }

  const ApiClient& api_;
  std::map<std::string, bool> seen_;
  std::map<std::string, std::map<std::string, int64_t>> databases_;
  int64_t documents_ = 0;
  int64_t chunks_ = 0;
  json::array faults_;
};

Result<json::value> Validate(Connection& server, int64_t batch_id) {
  const ApiClient& api = server.api();
  SI_TRY(api.Get(fmt::format("/batch/status?batch_id={}", batch_id)));
  Validator validator(api);
  for (int64_t page = 1, pages = 1; page <= pages; ++page) {
    SI_ASSIGN(const json::value answer,
              api.Get(fmt::format("/workflow/by-status?status=COMPLETED&batch_id={}&page={}"
                                  "&rows_per_page=500&include_doc_info=true",
                                  batch_id, page)));
    pages = IntOf(answer.as_object(), "total_pages");
    for (const json::value& item : answer.as_object().at("items").as_array()) {
      SI_TRY(validator.CheckRun(item.as_object()));
    }
  }
  return validator.Report();
}

int ValidateHaiku(const CommandContext& context, const ValidateCommand& c) {
  auto connection = Connection::Open(context, c.api.server, Embedded::kApiOnly);
  if (!connection) return Report(connection.error());
  const auto report = Validate(*connection, c.batch_id);
  if (!report) return Report(report.error());
  const json::object& numbers = report->as_object();
  const json::array& faults = numbers.at("faults").as_array();
  if (c.api.json) {
    fmt::print("{}\n", json::serialize(*report));
  } else {
    for (const json::value& fault : faults) {
      fmt::print("{}: {}\n", TextOf(fault.as_object(), "uri"), TextOf(fault.as_object(), "fault"));
    }
    fmt::print("{} documents with {} chunks checked, {} faults\n", IntOf(numbers, "documents"),
               IntOf(numbers, "chunks"), faults.size());
  }
  return faults.empty() ? 0 : 1;
}

}  // namespace

void AddHaikuCommands(CLI::App& cli, Action& action) {
  const auto init = std::make_shared<InitCommand>();
  CLI::App* init_haiku =
      cli.add_subcommand("init-haiku", "Write a configuration with which haiku.rag reads here");
  init_haiku->add_option("--output", init->output, "File to write")->capture_default_str();
  init_haiku->add_option("--db", init->database, "Vector database")->capture_default_str();
  init_haiku->add_option("--embeddings", init->embeddings, "URL of the embeddings endpoint")
      ->capture_default_str();
  init_haiku->add_flag("--force", init->force, "Write over an existing file");
  init_haiku->add_flag("--json", init->json, "Print what was written as JSON");
  init_haiku->callback([&action, init] {
    action = [init](const CommandContext& c) { return InitHaiku(c, *init); };
  });
  const auto validate = std::make_shared<ValidateCommand>();
  CLI::App* validate_haiku = cli.add_subcommand(
      "validate-haiku",
      "Check that each completed document of a batch is in its vector database, with its chunks");
  AddApiOptions(*validate_haiku, validate->api);
  validate_haiku->add_option("batch", validate->batch_id, "Batch id")->required();
  validate_haiku->callback([&action, validate] {
    action = [validate](const CommandContext& c) { return ValidateHaiku(c, *validate); };
  });
}

}  // namespace app
