// /api/v1/lancedb
#include <fmt/format.h>

#include "api/answers.h"
#include "api/groups.h"
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

void WriteSize(reflect::JsonWriter& w, uint64_t bytes) {
  w.Key("size_bytes");
  w.Unsigned(bytes);
  w.Key("size_human");
  w.String(HumanSize(bytes));
}

void BeginOk(reflect::JsonWriter& w) {
  w.BeginObject();
  w.Key("status");
  w.String("ok");
}

Response ListDatabases(const Services& s, Request&) {
  return AnswerWith(s.catalog.Databases(), [&](const auto& databases) {
    reflect::JsonWriter w;
    BeginOk(w);
    w.Key("lancedb_dir");
    w.String(s.lancedb_dir);
    w.Key("database_count");
    w.Unsigned(databases.size());
    w.Key("databases");
    w.BeginArray();
    for (const vectors::DatabaseEntry& entry : databases) {
      w.BeginObject();
      w.Key("name");
      w.String(entry.name);
      w.Key("path");
      w.String(entry.name);
      WriteSize(w, entry.size_bytes);
      w.EndObject();
    }
    w.EndArray();
    w.EndObject();
    return w.Take();
  });
}

void WriteTable(reflect::JsonWriter& w, std::string_view name, const vectors::TableFacts& table) {
  w.Key(name);
  w.BeginObject();
  w.Key("count");
  w.Unsigned(table.count);
  WriteSize(w, table.size_bytes);
  w.Key("versions");
  w.Unsigned(table.versions);
  w.EndObject();
}

void WriteIndex(reflect::JsonWriter& w, std::string_view name, const vectors::IndexFacts& index) {
  w.Key(name);
  w.BeginObject();
  w.Key("exists");
  w.Bool(index.exists);
  w.Key("indexed_rows");
  w.Unsigned(index.indexed_rows);
  w.Key("unindexed_rows");
  w.Unsigned(index.unindexed_rows);
  w.EndObject();
}

std::string PrintFacts(const vectors::DatabaseFacts& facts) {
  reflect::JsonWriter w;
  BeginOk(w);
  w.Key("path");
  w.String(facts.path);
  w.Key("versions");
  w.BeginObject();
  w.Key("lancedb");
  w.String(facts.lancedb_version);
  w.Key("haiku_rag");
  w.String(facts.haiku_version);
  w.Key("stored_version");
  reflect::WriteJson(w, facts.stored_version);
  w.EndObject();
  w.Key("embeddings");
  w.BeginObject();
  w.Key("provider");
  reflect::WriteJson(w, facts.provider);
  w.Key("model");
  reflect::WriteJson(w, facts.model);
  w.Key("vector_dim");
  reflect::WriteJson(w, facts.dimension);
  w.EndObject();
  WriteTable(w, "documents", facts.documents);
  WriteTable(w, "chunks", facts.chunks);
  WriteTable(w, "document_items", facts.items);
  WriteIndex(w, "vector_index", facts.vector_index);
  WriteIndex(w, "text_index", facts.text_index);
  w.Key("tables");
  reflect::WriteJson(w, facts.tables);
  w.EndObject();
  return w.Take();
}

Response Info(const Services& s, Request& request) {
  return AnswerWith(s.catalog.Describe(request.Require("db")), PrintFacts);
}

Response Documents(const Services& s, Request& request) {
  const vectors::DocumentsQuery query{
      .limit = static_cast<size_t>(request.Integer("limit").value_or(100)),
      .offset = static_cast<size_t>(request.Integer("offset").value_or(0)),
      .filter = request.Text("filter").value_or("")};
  return AnswerWith(s.catalog.Documents(request.Require("db"), query),
                    [&](const vectors::DocumentPage& page) {
                      reflect::JsonWriter w;
                      BeginOk(w);
                      w.Key("path");
                      w.String(s.lancedb_dir + "/" + request.Require("db"));
                      w.Key("document_count");
                      w.Unsigned(page.documents.size());
                      w.Key("total");
                      w.Unsigned(page.total);
                      w.Key("documents");
                      w.BeginArray();
                      for (const vectors::StoredDocument& document : page.documents) {
                        w.BeginObject();
                        w.Key("id");
                        w.String(document.id);
                        w.Key("uri");
                        reflect::WriteJson(w, document.uri);
                        w.Key("title");
                        reflect::WriteJson(w, document.title);
                        w.Key("created_at");
                        w.String(document.created_at);
                        w.Key("updated_at");
                        w.String(document.updated_at);
                        w.Key("chunk_count");
                        w.Unsigned(document.chunk_count);
                        w.Key("metadata");
                        w.Raw(document.metadata);
                        w.EndObject();
                      }
                      w.EndArray();
                      w.EndObject();
                      return w.Take();
                    });
}

Response Vacuum(const Services& s, Request& request) {
  const auto done =
      s.vectors.Maintain(request.Require("db"), {.kind = vectors::Maintenance::Kind::kVacuum});
  if (!done) return http::ErrorResponse(done.error());
  return Json(R"({"status":"ok"})");
}

void WritePassage(reflect::JsonWriter& w, const retrieval::Passage& passage) {
  w.BeginObject();
  w.Key("rank");
  w.Unsigned(passage.rank);
  w.Key("score");
  w.Double(passage.score);
  w.Key("document_id");
  w.String(passage.document_id);
  w.Key("document_hash");
  reflect::WriteJson(w, passage.hash);
  w.Key("uri");
  reflect::WriteJson(w, passage.uri);
  w.Key("title");
  reflect::WriteJson(w, passage.title);
  w.Key("headings");
  reflect::WriteJson(w, passage.headings);
  w.Key("page_numbers");
  reflect::WriteJson(w, passage.page_numbers);
  w.Key("chunk_id");
  w.String(passage.chunk_id);
  w.Key("doc_item_refs");
  reflect::WriteJson(w, passage.refs);
  w.Key("snippet");
  w.String(passage.snippet);
  w.Key("content");
  w.String(passage.content);
  w.EndObject();
}

vectors::SearchMode ModeOf(const std::string& mode) {
  return mode == "vector" ? vectors::SearchMode::kVector
         : mode == "fts"  ? vectors::SearchMode::kText
                          : vectors::SearchMode::kHybrid;
}

Response Search(const Services& s, Request& request) {
  const retrieval::Question question{.database = request.Require("db"),
                                     .text = request.Require("query"),
                                     .mode = ModeOf(request.Require("mode")),
                                     .limit = static_cast<size_t>(request.RequireInteger("limit")),
                                     .filter = request.Text("filter").value_or("")};
  return AnswerWith(retrieval::Search(s.vectors, s.embedder, question),
                    [&](const std::vector<retrieval::Passage>& passages) {
                      reflect::JsonWriter w;
                      BeginOk(w);
                      w.Key("query");
                      w.String(question.text);
                      w.Key("mode");
                      w.String(request.Require("mode"));
                      w.Key("results");
                      w.BeginArray();
                      for (const retrieval::Passage& passage : passages) WritePassage(w, passage);
                      w.EndArray();
                      w.EndObject();
                      return w.Take();
                    });
}

}  // namespace

void AddLanceRoutes(Routes& routes, const Services& services) {
  const auto with = [&services](Response (*handler)(const Services&, Request&)) {
    return [&services, handler](Request& request) { return handler(services, request); };
  };
  const http::Parameter db{
      .name = "db", .required = true, .description = "database, relative to LANCEDB_DIR"};
  const http::Parameter filter{
      .name = "filter", .description = "SQL over id, uri, title, metadata, created_at, updated_at"};
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/lancedb/list",
                    .tag = "lancedb",
                    .summary = "Vector databases",
                    .responses = {{200, "databases with their sizes"}},
                    .handler = with(ListDatabases)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/lancedb/info",
                    .tag = "lancedb",
                    .summary = "What a vector database holds",
                    .parameters = {db},
                    .responses = {{200, "facts"}, {404, "no such database"}},
                    .handler = with(Info)});
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/lancedb/vacuum",
                    .tag = "lancedb",
                    .summary = "Compact a database and drop old versions",
                    .parameters = {db},
                    .responses = {{200, "done"}, {404, "no such database"}},
                    .handler = with(Vacuum)});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/lancedb/documents",
       .tag = "lancedb",
       .summary = "Documents in a vector database",
       .parameters = {db,
                      {.name = "limit", .kind = Kind::kInteger, .min = 1, .max = 10'000},
                      {.name = "offset", .kind = Kind::kInteger, .min = 0},
                      filter},
       .responses = {{200, "documents"},
                     {400, "the filter is not valid"},
                     {404, "no such database"}},
       .handler = with(Documents)});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/lancedb/search",
       .tag = "lancedb",
       .summary = "Search a vector database",
       .parameters =
           {db,
            {.name = "query", .required = true},
            {.name = "mode", .otherwise = "hybrid", .allowed = {"hybrid", "vector", "fts"}},
            {.name = "limit", .kind = Kind::kInteger, .otherwise = "10", .min = 1, .max = 1000},
            filter},
       .responses = {{200, "chunks, best first"}, {404, "no such database"}},
       .handler = with(Search)});
}

}  // namespace api
