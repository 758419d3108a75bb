// /api/v1/lancedb
#include <fmt/format.h>

#include <boost/describe/class.hpp>

#include "api/answers.h"
#include "api/groups.h"
#include "retrieval/conditions.h"
#include "retrieval/search.h"

namespace api {
namespace {

using http::Kind;
using http::Request;
using http::Response;

// "1.00 MB", as existing clients show it.
std::string HumanSize(uint64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "KB", "MB", "GB", "TB"};
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= 1024 && unit + 1 < std::size(kUnits); ++unit) size /= 1024;
  return fmt::format("{:.2f} {}", size, kUnits[unit]);
}

struct DatabaseSummary {
  std::string name;
  std::string path;
  uint64_t size_bytes = 0;
  std::string size_human;
};
BOOST_DESCRIBE_STRUCT(DatabaseSummary, (), (name, path, size_bytes, size_human))

struct DatabaseList {
  std::string status = "ok";
  std::string lancedb_dir;
  size_t database_count = 0;
  std::vector<DatabaseSummary> databases;
};
BOOST_DESCRIBE_STRUCT(DatabaseList, (), (status, lancedb_dir, database_count, databases))

struct DatabaseVersions {
  std::string lancedb;    // the engine's
  std::string haiku_rag;  // whose layout is written
  std::optional<std::string> stored_version;
};
BOOST_DESCRIBE_STRUCT(DatabaseVersions, (), (lancedb, haiku_rag, stored_version))

struct DatabaseEmbeddings {
  std::optional<std::string> provider;
  std::optional<std::string> model;
  std::optional<uint64_t> vector_dim;
};
BOOST_DESCRIBE_STRUCT(DatabaseEmbeddings, (), (provider, model, vector_dim))

struct TableInfo {
  uint64_t count = 0;
  uint64_t size_bytes = 0;
  std::string size_human;
  uint64_t versions = 0;
};
BOOST_DESCRIBE_STRUCT(TableInfo, (), (count, size_bytes, size_human, versions))

struct IndexInfo {
  bool exists = false;
  uint64_t indexed_rows = 0;
  uint64_t unindexed_rows = 0;
};
BOOST_DESCRIBE_STRUCT(IndexInfo, (), (exists, indexed_rows, unindexed_rows))

struct DatabaseInfo {
  std::string status = "ok";
  std::string path;
  DatabaseVersions versions;
  DatabaseEmbeddings embeddings;
  TableInfo documents;
  TableInfo chunks;
  TableInfo document_items;
  IndexInfo vector_index;
  IndexInfo text_index;
  std::vector<std::string> tables;
};
BOOST_DESCRIBE_STRUCT(DatabaseInfo, (),
                      (status, path, versions, embeddings, documents, chunks, document_items,
                       vector_index, text_index, tables))

struct DatabaseDocument {
  std::string id;
  std::optional<std::string> uri;
  std::optional<std::string> title;
  std::string created_at;
  std::string updated_at;
  uint64_t chunk_count = 0;
  base::JsonText metadata;
};
BOOST_DESCRIBE_STRUCT(DatabaseDocument, (),
                      (id, uri, title, created_at, updated_at, chunk_count, metadata))

struct DatabaseDocuments {
  std::string status = "ok";
  std::string path;
  size_t document_count = 0;  // in this answer
  uint64_t total = 0;         // that fit the filter
  std::vector<DatabaseDocument> documents;
};
BOOST_DESCRIBE_STRUCT(DatabaseDocuments, (), (status, path, document_count, total, documents))

struct Vacuumed {
  std::string status = "ok";
};
BOOST_DESCRIBE_STRUCT(Vacuumed, (), (status))

// What a hit is ranked by: vector = 1 / (1 + cosine distance), bm25 of the full text; fused, for
// mode hybrid, the sum of reciprocal ranks 1 / (60 + rank) in both lists.
struct SearchScores {
  std::optional<double> vector;
  std::optional<double> distance;
  std::optional<double> bm25;
  std::optional<double> fused;
};
BOOST_DESCRIBE_STRUCT(SearchScores, (), (vector, distance, bm25, fused))

struct SearchHit {
  size_t rank = 0;
  double score = 0;
  SearchScores scores{};
  std::string document_id;
  std::optional<std::string> document_hash;
  std::optional<std::string> uri;
  std::optional<std::string> title;
  std::vector<std::string> headings;
  std::vector<int64_t> page_numbers;
  std::string chunk_id;
  std::vector<std::string> doc_item_refs;
  std::string snippet;
  std::string content;
};
BOOST_DESCRIBE_STRUCT(SearchHit, (),
                      (rank, score, scores, document_id, document_hash, uri, title, headings,
                       page_numbers, chunk_id, doc_item_refs, snippet, content))

struct SearchResults {
  std::string status = "ok";
  std::string query;
  std::string mode;
  std::vector<SearchHit> results;
};
BOOST_DESCRIBE_STRUCT(SearchResults, (), (status, query, mode, results))

Response ListDatabases(const Services& s, Request&) {
  return AnswerWith(s.catalog.Databases(), [&](const auto& databases) {
    DatabaseList list{.lancedb_dir = s.lancedb_dir, .database_count = databases.size()};
    for (const vectors::DatabaseEntry& entry : databases) {
      list.databases.push_back(
          {entry.name, entry.name, entry.size_bytes, HumanSize(entry.size_bytes)});
    }
    return reflect::ToJson(list);
  });
}

TableInfo InfoOf(const vectors::TableFacts& table) {
  return {table.count, table.size_bytes, HumanSize(table.size_bytes), table.versions};
}

IndexInfo InfoOf(const vectors::IndexFacts& index) {
  return {index.exists, index.indexed_rows, index.unindexed_rows};
}

std::string PrintFacts(const vectors::DatabaseFacts& facts) {
  return reflect::ToJson(
      DatabaseInfo{.path = facts.path,
                   .versions = {facts.lancedb_version, facts.haiku_version, facts.stored_version},
                   .embeddings = {facts.provider, facts.model, facts.dimension},
                   .documents = InfoOf(facts.documents),
                   .chunks = InfoOf(facts.chunks),
                   .document_items = InfoOf(facts.items),
                   .vector_index = InfoOf(facts.vector_index),
                   .text_index = InfoOf(facts.text_index),
                   .tables = facts.tables});
}

Response Info(const Services& s, Request& request) {
  return AnswerWith(s.catalog.Describe(request.Require("db")), PrintFacts);
}

Response Documents(const Services& s, Request& request) {
  const vectors::DocumentsQuery query{
      .limit = static_cast<size_t>(request.RequireInteger("limit")),
      .offset = static_cast<size_t>(request.RequireInteger("offset")),
      .filter = request.Text("filter").value_or("")};
  return AnswerWith(s.catalog.Documents(request.Require("db"), query),
                    [&](const vectors::DocumentPage& page) {
                      DatabaseDocuments answer{.path = s.lancedb_dir + "/" + request.Require("db"),
                                               .document_count = page.documents.size(),
                                               .total = page.total};
                      for (const vectors::StoredDocument& document : page.documents) {
                        answer.documents.push_back({document.id,
                                                    document.uri,
                                                    document.title,
                                                    document.created_at,
                                                    document.updated_at,
                                                    document.chunk_count,
                                                    {document.metadata}});
                      }
                      return reflect::ToJson(answer);
                    });
}

Response Vacuum(const Services& s, Request& request) {
  const auto done =
      s.vectors.Maintain(request.Require("db"), {.kind = vectors::Maintenance::Kind::kVacuum});
  if (!done) return http::ErrorResponse(done.error());
  return Json(reflect::ToJson(Vacuumed{}));
}

SearchScores ScoresOf(const retrieval::Passage& passage) {
  SearchScores scores{.vector = passage.vector_score, .distance = {}, .bm25 = passage.text_score};
  if (scores.vector && *scores.vector > 0) scores.distance = 1 / *scores.vector - 1;
  const bool one_part =
      passage.score == passage.vector_score || passage.score == passage.text_score;
  if (!one_part) scores.fused = passage.score;
  return scores;
}

SearchHit HitOf(const retrieval::Passage& passage) {
  return {.rank = passage.rank,
          .score = passage.score,
          .scores = ScoresOf(passage),
          .document_id = passage.document_id,
          .document_hash = passage.hash,
          .uri = passage.uri,
          .title = passage.title,
          .headings = passage.headings,
          .page_numbers = passage.page_numbers,
          .chunk_id = passage.chunk_id,
          .doc_item_refs = passage.refs,
          .snippet = passage.snippet,
          .content = passage.content};
}

vectors::SearchMode ModeOf(const std::string& mode) {
  return mode == "vector" ? vectors::SearchMode::kVector
         : mode == "fts"  ? vectors::SearchMode::kText
                          : vectors::SearchMode::kHybrid;
}

// `metadata` may stand in the query several times.
base::Result<std::string> FilterOf(const Request& request) {
  retrieval::Conditions conditions{.source = request.Text("source").value_or(""),
                                   .uri = request.Text("uri").value_or(""),
                                   .metadata = {},
                                   .filter = request.Text("filter").value_or("")};
  for (const auto& [name, value] : request.query) {
    if (name != "metadata" || value.empty()) continue;
    SI_ASSIGN(conditions.metadata.emplace_back(), retrieval::ReadPair(value));
  }
  return retrieval::ToFilter(conditions);
}

Response Search(const Services& s, Request& request) {
  const auto filter = FilterOf(request);
  if (!filter) return http::ErrorResponse(filter.error());
  const retrieval::Question question{.database = request.Require("db"),
                                     .text = request.Require("query"),
                                     .mode = ModeOf(request.Require("mode")),
                                     .limit = static_cast<size_t>(request.RequireInteger("limit")),
                                     .filter = *filter};
  return AnswerWith(retrieval::Search(s.vectors, s.embedder, question),
                    [&](const std::vector<retrieval::Passage>& passages) {
                      SearchResults answer{.query = question.text, .mode = request.Require("mode")};
                      for (const auto& passage : passages) answer.results.push_back(HitOf(passage));
                      return reflect::ToJson(answer);
                    });
}

}  // namespace

void AddLanceRoutes(Routes& routes, const Services& services) {
  const auto with = [&services](Response (*handler)(const Services&, Request&)) {
    return [&services, handler](Request& request) { return handler(services, request); };
  };
  const http::Parameter db{.name = "db",
                           .required = true,
                           .description = "Database, relative to LANCEDB_DIR; may be nested.",
                           .max_length = 255,
                           .example = "default"};
  const http::Parameter filter{
      .name = "filter",
      .description =
          "SQL condition over id, uri, title, metadata, created_at, updated_at: comparisons, LIKE, "
          "ILIKE, IN, BETWEEN, IS NULL, AND, OR, NOT, and the functions lower, upper, trim, "
          "length, "
          "character_length, strpos, contains, starts_with, ends_with.",
      .max_length = 10'000,
      .format = "sql-condition",
      .example = "uri LIKE '%report%'"};
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/lancedb/list",
                    .tag = "lancedb",
                    .summary = "List vector databases",
                    .operation_id = "list_databases",
                    .responses = {Gives<DatabaseList>(
                        200, "The databases with their sizes.",
                        {.lancedb_dir = "/data/lancedb",
                         .database_count = 1,
                         .databases = {{"default", "default", 1048576, "1.00 MB"}}})},
                    .handler = with(ListDatabases)});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/lancedb/info",
       .tag = "lancedb",
       .summary = "What a vector database holds",
       .operation_id = "get_database_info",
       .parameters = {db},
       .responses = {Gives<DatabaseInfo>(
                         200, "Versions, model, tables and indices.",
                         {.path = "/data/lancedb/default",
                          .versions = {"0.37.1", "0.38.0", "0.38.0"},
                          .embeddings = {"openai", "all-MiniLM-L6-v2", 384},
                          .documents = {100, 512000, "500.00 KB", 5},
                          .chunks = {1500, 2097152, "2.00 MB", 5},
                          .vector_index = {true, 1450, 50},
                          .tables = {"documents", "chunks", "document_items", "settings"}}),
                     {404, "no such database"}},
       .handler = with(Info)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/lancedb/vacuum",
                    .tag = "lancedb",
                    .summary = "Compact a database and drop old versions",
                    .operation_id = "vacuum_database",
                    .parameters = {db},
                    .responses = {Gives<Vacuumed>(200, "Done.", {}), {404, "no such database"}},
                    .handler = with(Vacuum)});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/lancedb/documents",
       .tag = "lancedb",
       .summary = "List documents in a vector database",
       .operation_id = "list_database_documents",
       .parameters = {db,
                      {.name = "limit",
                       .kind = Kind::kInteger,
                       .otherwise = "100",
                       .description = "At most so many.",
                       .min = 1,
                       .max = 10'000},
                      {.name = "offset",
                       .kind = Kind::kInteger,
                       .otherwise = "0",
                       .description = "How many to leave out at the beginning.",
                       .min = 0,
                       .max = 1'000'000'000},
                      filter},
       .responses = {Gives<DatabaseDocuments>(200, "The documents, oldest first.",
                                              {.path = "/data/lancedb/default",
                                               .document_count = 1,
                                               .total = 1,
                                               .documents = {{"doc-abc123",
                                                              "/documents/report.pdf",
                                                              "Q4 Report",
                                                              "2025-01-15T10:00:00",
                                                              "2025-01-15T12:00:00",
                                                              25,
                                                              {R"({"author":"John Doe"})"}}}}),
                     {400,
                      "a parameter is wrong, or the filter is not a condition over the columns"},
                     {404, "no such database"}},
       .handler = with(Documents)});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/lancedb/search",
       .tag = "lancedb",
       .summary = "Search a vector database",
       .description =
           "Each hit says what it is ranked by: `scores.vector` is 1 / (1 + `scores.distance`), "
           "the "
           "cosine distance; `scores.bm25` is that of the full text; `scores.fused`, for hybrid "
           "search, is the sum of 1 / (60 + rank) over the two lists. A part is null where the hit "
           "is not in that list. `score` is the one that decides.",
       .operation_id = "search_database",
       .parameters = {db,
                      {.name = "query",
                       .required = true,
                       .description = "The question, in words.",
                       .max_length = 8000,
                       .example = "how much rain?"},
                      {.name = "mode",
                       .otherwise = "hybrid",
                       .allowed = {"hybrid", "vector", "fts"},
                       .description = "By meaning, by words, or both."},
                      {.name = "limit",
                       .kind = Kind::kInteger,
                       .otherwise = "10",
                       .description = "At most so many hits.",
                       .min = 1,
                       .max = 1000},
                      {.name = "source",
                       .description = "Only documents of this source.",
                       .max_length = 255},
                      {.name = "uri",
                       .description = "Only documents whose URI fits: `*` stands for any "
                                      "characters, `?` for one.",
                       .max_length = 4000,
                       .example = "/documents/*"},
                      {.name = "metadata",
                       .description = "Only documents with this in their metadata: key=value. May "
                                      "be given several times; all must hold.",
                       .max_length = 4000},
                      filter},
       .responses = {Gives<SearchResults>(
                         200, "Chunks, best first.",
                         {.query = "how much rain?",
                          .mode = "hybrid",
                          .results = {{.rank = 1,
                                       .score = 0.03,
                                       .scores = {0.61, 0.64, 4.2, 0.03},
                                       .document_id = "7c1d2f0e-0000-5000-8000-000000000000",
                                       .document_hash = "sha256-abc123",
                                       .uri = "/documents/report.pdf",
                                       .title = "Q4 Report",
                                       .headings = {"Weather"},
                                       .page_numbers = {3},
                                       .chunk_id = "c1",
                                       .doc_item_refs = {"#/texts/7"},
                                       .snippet = "…31 mm of rain…",
                                       .content = "In May fell 31 mm of rain."}}}),
                     {400,
                      "a parameter is wrong, or the filter is not a condition over the columns"},
                     {404, "no such database"},
                     {409, "the database holds vectors of another model than the one served here"}},
       .handler = with(Search)});
}

}  // namespace api
