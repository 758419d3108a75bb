#include "vectors/lance_store.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "vectors/engine.h"
#include "vectors/filter.h"
#include "vectors/intents.h"
#include "vectors/names.h"
#include "vectors/wire.h"

extern char** environ;

namespace vectors {
namespace {

namespace fs = std::filesystem;

// Maintenance waits behind writes and rewrites whole tables.
constexpr int kMaintenanceFactor = 6;

// What the engine needs of our environment: not our secrets, but AWS_* for databases in S3.
std::vector<std::string> Environment(const LanceOptions& options) {
  std::vector<std::string> out = {"LANCEDB_MODULES=" + options.modules.string(), "RUST_LOG=error"};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    const bool wanted = name.starts_with("AWS_") || name.starts_with("LANCE_") || name == "PATH" ||
                        name == "HOME" || name == "TMPDIR" || name == "TZ";
    if (wanted) out.emplace_back(text);
  }
  out.insert(out.end(), options.environment.begin(), options.environment.end());
  return out;
}

base::Result<> CheckOptions(const LanceOptions& options) {
  std::error_code error;
  if (!options.root.is_absolute()) {
    return base::Fail(base::Code::kInvalidArgument,
                      "the database folder must be an absolute path: " + options.root.string());
  }
  for (const fs::path& file : {options.node, options.engine / "main.mjs",
                               options.modules / "node_modules/@lancedb/lancedb/package.json"}) {
    if (!fs::exists(file, error)) {
      return base::Fail(base::Code::kInvalidArgument,
                        "the vector database engine is incomplete: no " + file.string());
    }
  }
  return {};
}

}  // namespace

struct LanceStore::State {
  explicit State(LanceOptions given)
      : options(std::move(given)),
        engine({.argv = {options.node.string(), (options.engine / "main.mjs").string(),
                         "--grace-seconds", std::to_string(options.grace.count())},
                .environment = Environment(options),
                .hello = HelloRequest(options.epoch),
                .log = options.log}) {}

  base::Result<std::string> Call(const Request& request, int factor = 1) {
    auto answer = engine.Call(request, options.timeout * factor);
    // To whoever asks, a hung engine is one that is not there now: the next call has another one.
    if (!answer && answer.error().code() == base::Code::kTimeout)
      return base::Fail(base::Code::kUnavailable, answer.error().message());
    return answer;
  }

  const LanceOptions options;
  Engine engine;
  Intents intents;
};

base::Result<std::unique_ptr<LanceStore>> LanceStore::Open(LanceOptions options) {
  SI_TRY(CheckOptions(options));
  return std::unique_ptr<LanceStore>(new LanceStore(std::make_unique<State>(std::move(options))));
}

LanceStore::LanceStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
LanceStore::~LanceStore() = default;

base::Result<RowCounts> LanceStore::Upsert(std::string_view database, DocumentRow row,
                                           const Fence& fence) {
  SI_ASSIGN(const std::string path, ResolveName(state_->options.root, database));
  SI_TRY(Check(row));
  SI_TRY(state_->intents.Admit(path, row.id, fence.intent));
  SI_ASSIGN(const std::string answer, state_->Call(UpsertRequest(path, row, fence.epoch)));
  SI_ASSIGN(const RowCounts counts, DecodeUpsert(answer));
  const RowCounts expected{1, 1, row.items.size(), row.chunks.size()};
  if (counts != expected) {
    return base::Fail(base::Code::kInternal,
                      "document " + row.id + ": rows read back differ from rows written");
  }
  return counts;
}

base::Result<size_t> LanceStore::Remove(std::string_view database,
                                        const std::vector<std::string>& document_ids,
                                        const Fence& fence) {
  SI_ASSIGN(const std::string path, ResolveName(state_->options.root, database));
  for (const std::string& id : document_ids) {
    SI_TRY(state_->intents.Admit(path, id, fence.intent));
  }
  SI_ASSIGN(const std::string answer, state_->Call(RemoveRequest(path, document_ids, fence.epoch)));
  return DecodeRemove(answer);
}

base::Result<RowCounts> LanceStore::Verify(std::string_view database,
                                           const std::string& document_id) {
  SI_ASSIGN(const std::string path, ResolveName(state_->options.root, database));
  SI_ASSIGN(const std::string answer, state_->Call(VerifyRequest(path, document_id)));
  auto counts = DecodeVerify(answer, document_id);
  if (!counts && counts.error().code() == base::Code::kNotFound) return RowCounts{};
  return counts;
}

base::Result<std::vector<Hit>> LanceStore::Search(std::string_view database,
                                                  const SearchQuery& query) {
  SI_ASSIGN(const std::string path, ResolveName(state_->options.root, database));
  SearchQuery checked = query;
  SI_ASSIGN(checked.filter, ReadFilter(query.filter));
  SI_ASSIGN(const std::string answer, state_->Call(SearchRequest(path, checked)));
  return DecodeSearch(answer);
}

base::Result<> LanceStore::Maintain(std::string_view database, const Maintenance& what) {
  SI_ASSIGN(const std::string path, ResolveName(state_->options.root, database));
  SI_ASSIGN(const std::string answer,
            state_->Call(MaintainRequest(path, what), kMaintenanceFactor));
  return DecodeDone(answer);
}

base::Result<std::vector<DatabaseEntry>> LanceStore::Databases() {
  return ListDatabases(state_->options.root);
}

base::Result<DatabaseFacts> LanceStore::Describe(std::string_view database) {
  SI_ASSIGN(const std::string path, ResolveName(state_->options.root, database));
  SI_ASSIGN(const std::string answer, state_->Call(DescribeRequest(path)));
  return DecodeDescribe(answer);
}

base::Result<DocumentPage> LanceStore::Documents(std::string_view database,
                                                 const DocumentsQuery& query) {
  SI_ASSIGN(const std::string path, ResolveName(state_->options.root, database));
  DocumentsQuery checked = query;
  SI_ASSIGN(checked.filter, ReadFilter(query.filter));
  SI_ASSIGN(const std::string answer, state_->Call(DocumentsRequest(path, checked)));
  return DecodeDocuments(answer);
}

int LanceStore::EnginePid() const { return state_->engine.Pid(); }

}  // namespace vectors
