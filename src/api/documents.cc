// /api/v1/document/ and /api/v1/source-status
#include "records/documents.h"
#include "api/answers.h"
#include "api/examples.h"
#include "api/groups.h"

namespace api {
namespace {

using base::Result;
using http::In;
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

// What PrintStatus prints: of the hashes only those that apply.
std::string SourceStatusSchema(http::Schemas& schemas) {
  return R"({"type":"object","additionalProperties":{"type":"object","properties":{)"
         R"("hash":{"type":"string"},"source_hash":{"type":"string"},)"
         R"("stored_hash":{"type":"string"},"status":)" +
         reflect::AddSchema<model::SourceStatus>(schemas) + R"(},"required":["status"]}})";
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
       .summary = "List the documents of a source or a batch",
       .description = "One of both parameters is required; with both, what fits both.",
       .operation_id = "list_documents",
       .parameters = {Source(In::kQuery), OptionalId("batch_id", "The batch.")},
       .responses = {Gives<std::vector<model::DocumentUri>>(200, "Its document URIs.",
                                                            {examples::Uri()}),
                     {400, "neither source nor batch_id is given, or one is wrong"}},
       .handler = [&services](Request& request) { return ListDocuments(services, request); }});
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/source-status",
       .tag = "source",
       .summary = "What is new, changed, matched or deleted at a source",
       .description =
           "`new`: not known here; `mismatch`: known with another hash; `matched`: known with this "
           "hash; `deleted`: known here, but the source does not name it. Hashes are compared "
           "without the prefix that names their algorithm (`sha256-`); with `md5:` the stored MD5 "
           "is compared.",
       .operation_id = "get_source_status",
       .parameters = {Source(In::kForm),
                      {.name = "hashes",
                       .in = In::kForm,
                       .required = true,
                       .description = "JSON object from URI to hash: all that the source has.",
                       .format = "json-string-map",
                       .example = R"({"a.pdf":"sha256-abc","b.pdf":"sha256-def"})"}},
       .responses = {{.status = 200,
                      .description = "A status per URI.",
                      .schema = SourceStatusSchema,
                      .example = R"({"a.pdf":{"hash":"sha256-abc","status":"matched"},)"
                                 R"("b.pdf":{"source_hash":"sha256-def",)"
                                 R"("stored_hash":"sha256-123","status":"mismatch"},)"
                                 R"("c.pdf":{"stored_hash":"sha256-456","status":"deleted"}})"}},
       .handler = [&services](Request& request) { return SourceStatus(services, request); },
       .body = http::Body::kForm});
}

}  // namespace api
