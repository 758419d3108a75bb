// /api/v1/document/ and /api/v1/source-status
#include "records/documents.h"
#include "api/answers.h"
#include "api/groups.h"

namespace api {
namespace {

using base::Result;
using http::In;
using http::Kind;
using http::Request;
using http::Response;

Response ListDocuments(const Services& s, Request& request) {
  const auto source = request.Text("source");
  const auto batch = request.Integer("batch_id");
  if (!source && !batch)
    return http::ErrorResponse(400,
                               "one of the query parameters 'source' and 'batch_id' is required");
  return Answer(s.database.Read([&](sql::Tx& tx) -> Result<std::vector<model::DocumentUri>> {
    if (!batch) return records::Documents::BySource(tx, *source);
    SI_ASSIGN(auto uris, records::Documents::ByBatch(tx, *batch));
    if (source)
      std::erase_if(uris, [&](const model::DocumentUri& uri) { return uri.source != *source; });
    return uris;
  }));
}

std::string PrintStatus(const std::map<std::string, records::SourceAnswer>& answers) {
  reflect::JsonWriter w;
  w.BeginObject();
  for (const auto& [uri, answer] : answers) {
    w.Key(uri);
    w.BeginObject();
    const bool mismatch = answer.status == model::SourceStatus::kMismatch;
    if (!answer.asked_hash.empty()) {
      w.Key(mismatch ? "source_hash" : "hash");
      w.String(answer.asked_hash);
    }
    if (mismatch || answer.status == model::SourceStatus::kDeleted) {
      w.Key("stored_hash");
      w.String(answer.stored_hash);
    }
    w.Key("status");
    w.String(reflect::Wire(answer.status));
    w.EndObject();
  }
  w.EndObject();
  return w.Take();
}

Response SourceStatus(const Services& s, Request& request) {
  const auto hashes =
      reflect::FromJson<std::map<std::string, std::string>>(request.Require("hashes"));
  if (!hashes)
    return http::ErrorResponse(400, "parameter 'hashes' must be a JSON object from URI to hash: " +
                                        hashes.error().message());
  return AnswerWith(s.database.Read([&](sql::Tx& tx) {
    return records::Documents::SourceStatus(tx, request.Require("source"), *hashes);
  }),
                    PrintStatus);
}

}  // namespace

void AddDocumentRoutes(Routes& routes, const Services& services) {
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/api/v1/document/",
       .tag = "document",
       .summary = "Documents of a source or a batch",
       .parameters = {{.name = "source"}, {.name = "batch_id", .kind = Kind::kInteger}},
       .responses = {{200, "array of DocumentURI"}, {400, "neither source nor batch_id given"}},
       .handler = [&services](Request& request) { return ListDocuments(services, request); }});
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/source-status",
       .tag = "source",
       .summary = "Which documents of a source are new, changed, matched or deleted",
       .parameters = {{.name = "source", .in = In::kForm, .required = true},
                      {.name = "hashes",
                       .in = In::kForm,
                       .required = true,
                       .description = "JSON object from URI to hash"}},
       .responses = {{200, "a status per URI"}},
       .handler = [&services](Request& request) { return SourceStatus(services, request); },
       .body = http::Body::kForm});
}

}  // namespace api
