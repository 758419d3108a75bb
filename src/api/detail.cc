// GET /api/v1/document/{hash}
#include "api/answers.h"
#include "api/groups.h"
#include "model/document_details.h"
#include "records/documents.h"
#include "records/runs.h"
#include "records/stored.h"

namespace api {
namespace {

using base::Result;
using http::Request;
using http::Response;
using model::DocumentDetails;

// More runs of one document than this are found through /workflow/.
constexpr int64_t kMostRuns = 50;

Result<> AddUris(sql::Tx& tx, DocumentDetails& details) {
  SI_ASSIGN(const auto uris, records::Documents::UrisOf(tx, details.document.hash));
  for (const model::DocumentUri& uri : uris) {
    SI_ASSIGN(auto history, records::Documents::History(tx, uri.id));
    details.uris.push_back({.id = uri.id,
                            .uri = uri.uri,
                            .source = uri.source,
                            .version = uri.version,
                            .batch_id = uri.batch_id,
                            .history = std::move(history)});
  }
  return {};
}

Result<> AddRuns(sql::Tx& tx, DocumentDetails& details) {
  SI_ASSIGN(auto runs, records::Runs::List(tx, {.doc_id = details.document.hash,
                                                .order = records::RunFilter::Order::kNewestFirst,
                                                .rows_per_page = kMostRuns}));
  details.total_runs = runs.total;
  for (model::RunDetails& run : runs.items) {
    const int64_t id = run.workflow_run.id;
    SI_ASSIGN(const auto diagnostics, records::Runs::Diagnostics(tx, id));
    for (const model::Diagnostic& d : diagnostics) {
      details.diagnostics.push_back({id, d.severity, d.what, d.location});
    }
    details.runs.push_back(std::move(run.workflow_run));
  }
  return {};
}

Result<DocumentDetails> DetailsOf(sql::Tx& tx, const std::string& hash) {
  DocumentDetails details;
  SI_ASSIGN(details.document, records::Documents::Get(tx, hash));
  SI_TRY(AddUris(tx, details));
  SI_TRY(AddRuns(tx, details));
  SI_ASSIGN(details.artifacts, records::Runs::Artifacts(tx, hash));
  SI_ASSIGN(details.stored, records::Stored::OfDocument(tx, hash));
  return details;
}

Response OneDocument(const Services& s, Request& request) {
  return Answer(
      s.database.Read([&](sql::Tx& tx) { return DetailsOf(tx, request.Require("hash")); }));
}

}  // namespace

void AddDetailRoutes(Routes& routes, const Services& services) {
  routes.push_back({.method = http::Method::kGet,
                    .path = "/api/v1/document/{hash}",
                    .tag = "document",
                    .summary = "All that is known of a document",
                    .description =
                        "Its URIs with their history (oldest first), its newest 50 runs and what "
                        "they had to drop or doubt, its artifacts, the databases it can be found "
                        "in.",
                    .operation_id = "get_document",
                    .parameters = {HashParameter()},
                    .responses = {{200, "What is known.", SchemaOf<DocumentDetails>()},
                                  {404, "no such document"}},
                    .handler = With(services, OneDocument)});
}

}  // namespace api
