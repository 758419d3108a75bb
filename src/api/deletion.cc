// DELETE /api/v1/document/by-uri, POST /api/v1/document/cleanup-orphans
#include "api/answers.h"
#include "api/groups.h"
#include "records/documents.h"

namespace api {

// Rows that were deleted. LanceDB's documents are counted from the ledger of what was stored; they
// go after the answer and are not part of the total.
struct DeletedByUri {
  int64_t deleted_document_uris = 0;
  int64_t deleted_uri_history = 0;
  int64_t deleted_documents = 0;
  int64_t deleted_workflow_runs = 0;
  int64_t deleted_run_steps = 0;
  int64_t deleted_lifecycle_history = 0;
  int64_t total_deleted = 0;
  int64_t deleted_lancedb_documents = 0;
};
BOOST_DESCRIBE_STRUCT(DeletedByUri, (),
                      (deleted_document_uris, deleted_uri_history, deleted_documents,
                       deleted_workflow_runs, deleted_run_steps, deleted_lifecycle_history,
                       total_deleted, deleted_lancedb_documents))

struct DeletedOrphans {
  int64_t deleted_documents = 0;
  int64_t deleted_history = 0;
  int64_t deleted_workflow_runs = 0;
  int64_t deleted_run_steps = 0;
  int64_t deleted_lifecycle_history = 0;
  int64_t deleted_lancedb_documents = 0;
};
BOOST_DESCRIBE_STRUCT(DeletedOrphans, (),
                      (deleted_documents, deleted_history, deleted_workflow_runs, deleted_run_steps,
                       deleted_lifecycle_history, deleted_lancedb_documents))

struct DeleteByUriAnswer {
  std::string message;
  std::string uri;
  std::string source;
  DeletedByUri statistics;
};
BOOST_DESCRIBE_STRUCT(DeleteByUriAnswer, (), (message, uri, source, statistics))

struct CleanupOrphansAnswer {
  std::string message;
  DeletedOrphans statistics;
};
BOOST_DESCRIBE_STRUCT(CleanupOrphansAnswer, (), (message, statistics))

namespace {

using http::Request;
using http::Response;

// Rows are gone when this is called; what lies outside the database follows.
void TellWorkers(const Services& s, const records::DeletedDocuments& deleted) {
  if (deleted.documents > 0 || deleted.lancedb_documents > 0) s.removals_ordered();
  if (deleted.workflow_runs > 0) s.work_arrived();  // steps to call back, groups to close
}

Response DeleteByUri(const Services& s, Request& request) {
  const std::string uri = request.Require("uri");
  const std::string source = request.Require("source");
  const auto deleted = s.database.Write(
      [&](sql::Tx& tx) { return records::Documents::DeleteUri(tx, uri, source, s.clock.Now()); });
  if (!deleted) return http::ErrorResponse(deleted.error());
  TellWorkers(s, *deleted);
  const DeleteByUriAnswer answer{
      .message = "DocumentURI deleted successfully",
      .uri = uri,
      .source = source,
      .statistics = {.deleted_document_uris = deleted->document_uris,
                     .deleted_uri_history = deleted->uri_history,
                     .deleted_documents = deleted->documents,
                     .deleted_workflow_runs = deleted->workflow_runs,
                     .deleted_run_steps = deleted->run_steps,
                     .deleted_lifecycle_history = deleted->lifecycle_history,
                     .total_deleted = deleted->Total(),
                     .deleted_lancedb_documents = deleted->lancedb_documents}};
  return Json(reflect::ToJson(answer));
}

Response CleanUpOrphans(const Services& s, Request&) {
  const auto deleted = s.database.Write(
      [&](sql::Tx& tx) { return records::Documents::DeleteOrphans(tx, s.clock.Now()); });
  if (!deleted) return http::ErrorResponse(deleted.error());
  TellWorkers(s, *deleted);
  const CleanupOrphansAnswer answer{
      .message = "Orphaned documents cleaned up",
      .statistics = {.deleted_documents = deleted->documents,
                     .deleted_history = deleted->uri_history,
                     .deleted_workflow_runs = deleted->workflow_runs,
                     .deleted_run_steps = deleted->run_steps,
                     .deleted_lifecycle_history = deleted->lifecycle_history,
                     .deleted_lancedb_documents = deleted->lancedb_documents}};
  return Json(reflect::ToJson(answer));
}

}  // namespace

void AddDeletionRoutes(Routes& routes, const Services& services) {
  routes.push_back(
      {.method = http::Method::kDelete,
       .path = "/api/v1/document/by-uri",
       .tag = "document",
       .summary = "Delete a URI and, with its last one, the document",
       .description =
           "When other URIs refer to the document, only this one and its history go "
           "(`deleted_documents` is 0). With the last one the document, its runs, steps and "
           "lifecycle history go in one transaction; open runs are cancelled first. Artifacts and "
           "LanceDB rows follow the answer and are retried until they are gone: "
           "`deleted_lancedb_documents` says from how many databases.",
       .operation_id = "delete_document_uri",
       .parameters = {{.name = "uri",
                       .required = true,
                       .description = "The document's name in the source.",
                       .max_length = kMaxUri,
                       .example = "/documents/report.pdf"},
                      {.name = "source",
                       .required = true,
                       .description = "Name of the source system.",
                       .max_length = kMaxSource,
                       .example = "filesystem"}},
       .responses = {Gives<DeleteByUriAnswer>(200, "Deleted, with the number of rows by table.",
                                              {.message = "DocumentURI deleted successfully",
                                               .uri = "/documents/report.pdf",
                                               .source = "filesystem",
                                               .statistics = {1, 3, 1, 2, 10, 6, 23, 1}}),
                     {404, "the source has no such URI"}},
       .handler = With(services, DeleteByUri)});
  routes.push_back({.method = http::Method::kPost,
                    .path = "/api/v1/document/cleanup-orphans",
                    .tag = "document",
                    .summary = "Delete documents that no URI refers to, with their history",
                    .operation_id = "clean_up_orphans",
                    .responses = {Gives<CleanupOrphansAnswer>(
                        200, "Deleted, with the number of rows by table.",
                        {.message = "Orphaned documents cleaned up",
                         .statistics = {.deleted_documents = 5, .deleted_history = 12}})},
                    .handler = With(services, CleanUpOrphans)});
}

}  // namespace api
