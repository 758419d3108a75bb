// /api/v1/document/ingest-document
#include <fmt/format.h>

#include <algorithm>

#include "api/answers.h"
#include "api/groups.h"
#include "api/mime.h"
#include "records/batches.h"
#include "records/documents.h"

namespace api {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using http::In;
using http::Kind;
using http::Request;
using http::Response;

// An uploaded file on its way into the artifact store.
class ArtifactSink final : public http::FileSink {
 public:
  ArtifactSink(std::unique_ptr<artifacts::Upload> upload, base::Time started)
      : upload_(std::move(upload)), started_(started) {}
  Result<> Write(std::string_view bytes) override { return upload_->Write(bytes); }
  artifacts::Upload& upload() { return *upload_; }
  base::Time started() const { return started_; }

 private:
  std::unique_ptr<artifacts::Upload> upload_;
  base::Time started_;
};

// doc_meta as given, with the batch's id as text, as clients of existing installations expect.
Result<base::JsonText> MetaOf(const Request& request) {
  SI_ASSIGN(base::JsonText meta, reflect::CheckJsonObject(request.Text("doc_meta").value_or("{}"),
                                                          "parameter 'doc_meta'"));
  return reflect::MergeObjects(
      meta, {fmt::format(R"({{"batch_id":"{}"}})", request.RequireInteger("batch_id"))});
}

// Everything that can be refused before the bytes are made durable.
Result<ArtifactSink*> CheckUpload(const Services& s, Request& request) {
  if (!request.Text("input_uri").value_or("").empty()) {
    return Fail(Code::kUnsupported,
                "input_uri is not served by this version: send the bytes as 'file'");
  }
  const auto file = std::ranges::find(request.files, "file", &http::UploadedFile::field);
  if (file == request.files.end())
    return Fail(Code::kInvalidArgument, "the form field 'file' (or 'input_uri') is required");
  SI_TRY(s.database.Read(
      [&](sql::Tx& tx) { return records::Batches::Get(tx, request.RequireInteger("batch_id")); }));
  return static_cast<ArtifactSink*>(file->sink.get());
}

Result<records::Ingested> StoreDocument(const Services& s, Request& request) {
  SI_ASSIGN(const base::JsonText meta, MetaOf(request));
  SI_ASSIGN(ArtifactSink* const sink, CheckUpload(s, request));
  SI_ASSIGN(const auto stored, sink->upload().Commit());
  const std::string& filename =
      std::ranges::find(request.files, "file", &http::UploadedFile::field)->filename;
  records::NewDocument document{
      .source = request.Require("source"),
      .uri = request.Require("source_uri"),
      .hash = stored.hash,
      .md5 = stored.md5,
      .mime_type = DetectMime(request.Text("mime_type").value_or(""), stored.head, filename,
                              request.Require("source_uri")),
      .file_size = static_cast<int64_t>(stored.size),
      .doc_meta = meta,
      .batch_id = request.RequireInteger("batch_id"),
      .upload_started = sink->started()};
  return s.database.Write(
      [&](sql::Tx& tx) { return records::Documents::Ingest(tx, document, s.clock.Now()); });
}

Response IngestDocument(const Services& s, Request& request) {
  const auto ingested = StoreDocument(s, request);
  if (!ingested) return http::ErrorResponse(ingested.error());
  reflect::JsonWriter w;
  w.BeginObject();
  w.Key("batch_id");
  ingested->uri.batch_id ? w.Int(*ingested->uri.batch_id) : w.Null();
  w.Key("document_uri");
  w.String(ingested->uri.uri);
  w.Key("document_hash");
  w.String(ingested->uri.doc_hash);
  w.Key("source");
  w.String(ingested->uri.source);
  w.Key("uri_id");
  w.Int(ingested->uri.id);
  w.EndObject();
  return Json(w.Take(), ingested->outcome == records::Ingested::Outcome::kElsewhere ? 203 : 201);
}

}  // namespace

void AddIngestRoutes(Routes& routes, const Services& services) {
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/document/ingest-document",
       .tag = "document",
       .summary = "Upload a document; it is durable when the answer comes",
       .parameters =
           {{.name = "file", .in = In::kForm, .kind = Kind::kFile, .description = "the document"},
            {.name = "input_uri", .in = In::kForm, .description = "where to fetch it from instead"},
            {.name = "mime_type", .in = In::kForm},
            {.name = "source_uri",
             .in = In::kForm,
             .required = true,
             .description = "its name in the source"},
            {.name = "source",
             .in = In::kForm,
             .required = true,
             .description = "source system identifier"},
            {.name = "batch_id", .in = In::kForm, .kind = Kind::kInteger, .required = true},
            {.name = "doc_meta", .in = In::kForm, .otherwise = "{}", .description = "JSON object"},
            {.name = "priority", .in = In::kForm, .kind = Kind::kInteger, .otherwise = "0"}},
       .responses = {{201, "ingested"},
                     {203, "known, unchanged, in another batch"},
                     {400, "wrong parameters"},
                     {404, "no such batch"}},
       .handler = [&services](Request& request) { return IngestDocument(services, request); },
       .body = http::Body::kForm,
       .file_sink =
           [&services](const http::UploadedFile&) -> Result<std::unique_ptr<http::FileSink>> {
         const base::Time started = services.clock.Now();
         SI_ASSIGN(auto upload, services.artifacts.NewUpload());
         return std::make_unique<ArtifactSink>(std::move(upload), started);
       }});
}

}  // namespace api
