#include "vectors/fake_store.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "vectors/names.h"

namespace vectors {
namespace {

using base::Code;
using base::Fail;

constexpr double kRrf = 60;

std::unexpected<base::Error> Missing(std::string_view database) {
  return Fail(Code::kNotFound, "no database " + std::string(database));
}

double VectorScore(const DocumentRow& row, size_t chunk, const std::vector<float>& question) {
  double square = 0;
  for (size_t i = 0; i < question.size(); ++i) {
    const double d = row.vectors[chunk * question.size() + i] - question[i];
    square += d * d;
  }
  return 1 / (1 + square);
}

// How many of the question's words the text has.
double TextScore(const std::string& text, const std::string& question) {
  std::istringstream words(question);
  double score = 0;
  for (std::string word; words >> word;) score += text.contains(word) ? 1 : 0;
  return score;
}

Hit MakeHit(const DocumentRow& row, size_t chunk) {
  Hit hit;
  hit.chunk_id = row.chunks[chunk].id;
  hit.document_id = row.id;
  hit.content = row.chunks[chunk].content;
  hit.order = static_cast<int64_t>(chunk);
  hit.uri = row.uri;
  hit.title = row.title;
  return hit;
}

// 1/(60+rank), rank from 1, in the order of one score.
void AddRanks(std::vector<Hit>& hits, std::optional<double> Hit::* part) {
  std::ranges::sort(hits, [&](const Hit& a, const Hit& b) {
    return a.*part != b.*part ? a.*part > b.*part : a.chunk_id < b.chunk_id;
  });
  double rank = 0;
  for (Hit& hit : hits) {
    if ((hit.*part).value_or(0) > 0) hit.score += 1 / (kRrf + ++rank);
  }
}

RowCounts CountsOf(const DocumentRow& row) { return {1, 1, row.items.size(), row.chunks.size()}; }

}  // namespace

void FakeStore::Before(Hook hook) {
  state_.With([&](State& state) { state.hook = std::move(hook); });
}

std::map<std::string, DocumentRow> FakeStore::Rows(std::string_view database) const {
  return state_.With([&](const State& state) {
    const auto found = state.databases.find(database);
    return found == state.databases.end() ? std::map<std::string, DocumentRow>()
                                          : found->second.rows;
  });
}

int FakeStore::MaintainedSinceWrite(std::string_view database) const {
  return state_.With([&](const State& state) {
    const auto found = state.databases.find(database);
    return found == state.databases.end() ? 0 : found->second.maintained;
  });
}

base::Result<> FakeStore::Begin(std::string_view operation, std::string_view database) {
  SI_TRY(ResolveName("/fake", database));
  const Hook hook = state_.With([](State& state) { return state.hook; });
  if (hook) SI_TRY(hook(operation, database));
  return {};
}

base::Result<> FakeStore::Admit(std::string_view database, const std::string& id,
                                const Fence& fence) {
  SI_TRY(state_.With([&](State& state) -> base::Result<> {
    if (fence.epoch != 0 && fence.epoch < state.newest_epoch) {
      return Fail(Code::kStale, "a newer writer owns the database");
    }
    state.newest_epoch = std::max(state.newest_epoch, fence.epoch);
    return {};
  }));
  return intents_.Admit(database, id, fence.intent);
}

base::Result<RowCounts> FakeStore::Upsert(std::string_view database, DocumentRow row,
                                          const Fence& fence) {
  SI_TRY(Begin("upsert", database));
  SI_TRY(Check(row));
  SI_TRY(Admit(database, row.id, fence));
  return state_.With([&](State& state) -> base::Result<RowCounts> {
    auto [entry, added] = state.databases.try_emplace(std::string(database));
    Database& db = entry->second;
    if (added) db.embedding = row.embedding;
    if (db.embedding != row.embedding) {
      return Fail(Code::kConflict, std::string(database) + " holds vectors of another model");
    }
    const auto old = db.rows.find(row.id);
    if (old != db.rows.end()) row.created_at = old->second.created_at;
    const RowCounts counts = CountsOf(row);
    std::string id = row.id;
    db.rows.insert_or_assign(std::move(id), std::move(row));
    db.maintained = 0;
    return counts;
  });
}

base::Result<size_t> FakeStore::Remove(std::string_view database,
                                       const std::vector<std::string>& document_ids,
                                       const Fence& fence) {
  SI_TRY(Begin("remove", database));
  for (const std::string& id : document_ids) SI_TRY(Admit(database, id, fence));
  return state_.With([&](State& state) -> size_t {
    const auto found = state.databases.find(database);
    if (found == state.databases.end()) return 0;
    size_t removed = 0;
    for (const std::string& id : document_ids) removed += found->second.rows.erase(id);
    found->second.maintained = 0;
    return removed;
  });
}

base::Result<RowCounts> FakeStore::Verify(std::string_view database,
                                          const std::string& document_id) {
  SI_TRY(Begin("verify", database));
  const auto rows = Rows(database);
  const auto found = rows.find(document_id);
  return found == rows.end() ? RowCounts{} : CountsOf(found->second);
}

base::Result<std::vector<Hit>> FakeStore::Search(std::string_view database,
                                                 const SearchQuery& query) {
  SI_TRY(Begin("search", database));
  if (!query.filter.empty()) return Fail(Code::kUnsupported, "the fake knows no filters");
  const bool by_vector = query.mode != SearchMode::kText;
  const bool by_text = query.mode != SearchMode::kVector;
  return state_.With([&](const State& state) -> base::Result<std::vector<Hit>> {
    const auto found = state.databases.find(database);
    if (found == state.databases.end()) return Missing(database);
    if (by_vector && query.vector.size() != found->second.embedding.dimension) {
      return Fail(Code::kInvalidArgument, "the question's vector has another dimension");
    }
    if (by_vector && !query.model.empty() && query.model != found->second.embedding.name) {
      return Fail(Code::kConflict, "the database holds vectors of another model");
    }
    std::vector<Hit> hits;
    for (const auto& [id, row] : found->second.rows) {
      for (size_t i = 0; i < row.chunks.size(); ++i) {
        Hit hit = MakeHit(row, i);
        if (by_vector) hit.vector_score = VectorScore(row, i, query.vector);
        if (by_text) hit.text_score = TextScore(row.chunks[i].content_fts, query.text);
        hits.push_back(std::move(hit));
      }
    }
    if (by_vector) AddRanks(hits, &Hit::vector_score);
    if (by_text) AddRanks(hits, &Hit::text_score);
    std::erase_if(hits, [](const Hit& hit) { return hit.score == 0; });
    std::ranges::sort(hits, [](const Hit& a, const Hit& b) {
      return a.score != b.score ? a.score > b.score : a.chunk_id < b.chunk_id;
    });
    if (hits.size() > query.limit) hits.resize(query.limit);
    return hits;
  });
}

base::Result<> FakeStore::Maintain(std::string_view database, const Maintenance&) {
  SI_TRY(Begin("maintain", database));
  return state_.With([&](State& state) -> base::Result<> {
    const auto found = state.databases.find(database);
    if (found == state.databases.end()) return Missing(database);
    ++found->second.maintained;
    return {};
  });
}

base::Result<std::vector<DatabaseEntry>> FakeStore::Databases() {
  return state_.With([](const State& state) {
    std::vector<DatabaseEntry> out;
    for (const auto& [name, db] : state.databases) out.push_back({name, db.rows.size()});
    return out;
  });
}

base::Result<DatabaseFacts> FakeStore::Describe(std::string_view database) {
  SI_TRY(ResolveName("/fake", database));
  return state_.With([&](const State& state) -> base::Result<DatabaseFacts> {
    const auto found = state.databases.find(database);
    if (found == state.databases.end()) return Missing(database);
    const Database& db = found->second;
    DatabaseFacts facts;
    facts.path = "/fake/" + std::string(database);
    facts.provider = db.embedding.provider;
    facts.model = db.embedding.name;
    facts.dimension = db.embedding.dimension;
    facts.documents.count = db.rows.size();
    for (const auto& [id, row] : db.rows) {
      facts.chunks.count += row.chunks.size();
      facts.items.count += row.items.size();
    }
    facts.text_index = {true, facts.chunks.count, 0};
    facts.tables = {"settings", "documents", "document_meta", "document_items", "chunks"};
    return facts;
  });
}

base::Result<DocumentPage> FakeStore::Documents(std::string_view database,
                                                const DocumentsQuery& query) {
  SI_TRY(ResolveName("/fake", database));
  if (!query.filter.empty()) return Fail(Code::kUnsupported, "the fake knows no filters");
  return state_.With([&](const State& state) -> base::Result<DocumentPage> {
    const auto found = state.databases.find(database);
    if (found == state.databases.end()) return Missing(database);
    DocumentPage page;
    page.total = found->second.rows.size();
    size_t index = 0;
    for (const auto& [id, row] : found->second.rows) {
      if (index++ < query.offset || page.documents.size() == query.limit) continue;
      page.documents.push_back({id, row.uri, row.title, row.created_at, row.updated_at,
                                row.chunks.size(), row.metadata});
    }
    return page;
  });
}

}  // namespace vectors
