// /api/v1/document/ingest-document
#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/class.hpp>

#include "api/answers.h"
#include "api/examples.h"
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

struct IngestAnswer {
  std::optional<int64_t> batch_id;  // where the URI lives
  std::string document_uri;
  std::string document_hash;
  std::string source;
  int64_t uri_id = 0;
};
BOOST_DESCRIBE_STRUCT(IngestAnswer, (), (batch_id, document_uri, document_hash, source, uri_id))

// An uploaded file on its way into the artifact store.
class ArtifactSink final : public http::FileSink {
 public:
  ArtifactSink(std::unique_ptr<artifacts::Upload> upload, base::Time started)
      : upload_(std::move(upload)), started_(started) {}
  Result<> Write(std::string_view bytes) override { return upload_->Write(bytes); }
  std::string Digest() override { return upload_->Hash(); }
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

// The bytes of a document, written but not kept yet.
struct Given {
  ArtifactSink* sink = nullptr;
  std::string name;                     // of the file
  std::unique_ptr<ArtifactSink> own{};  // of bytes that we fetched ourselves
};

Result<std::unique_ptr<ArtifactSink>> NewSink(const Services& s) {
  const base::Time started = s.clock.Now();
  SI_ASSIGN(auto upload, s.artifacts.NewUpload());
  return std::make_unique<ArtifactSink>(std::move(upload), started);
}

Result<Given> TakeBytes(const Services& s, Request& request) {
  const auto file = std::ranges::find(request.files, "file", &http::UploadedFile::field);
  const bool sent = file != request.files.end();
  const std::string input = request.Text("input_uri").value_or("");
  if (sent == !input.empty()) {
    return Fail(Code::kInvalidArgument,
                sent ? "give one of the form fields 'file' and 'input_uri', not both"
                     : "the form field 'file' (or 'input_uri') is required");
  }
  if (sent) return Given{static_cast<ArtifactSink*>(file->sink.get()), file->filename};
  Given given;
  SI_ASSIGN(given.own, NewSink(s));
  given.sink = given.own.get();
  SI_ASSIGN(given.name, s.inputs.Fetch(input, *given.sink));
  return given;
}

Result<records::Ingested> StoreDocument(const Services& s, Request& request) {
  SI_ASSIGN(const base::JsonText meta, MetaOf(request));
  // What can be refused is refused before bytes are fetched or kept.
  SI_TRY(s.database.Read(
      [&](sql::Tx& tx) { return records::Batches::Get(tx, request.RequireInteger("batch_id")); }));
  SI_ASSIGN(const Given given, TakeBytes(s, request));
  SI_ASSIGN(const auto stored, given.sink->upload().Commit());
  records::NewDocument document{
      .source = request.Require("source"),
      .uri = request.Require("source_uri"),
      .hash = stored.hash,
      .md5 = stored.md5,
      .mime_type = DetectMime(request.Text("mime_type").value_or(""), stored.head, given.name,
                              request.Require("source_uri")),
      .file_size = static_cast<int64_t>(stored.size),
      .doc_meta = meta,
      .batch_id = request.RequireInteger("batch_id"),
      .upload_started = given.sink->started()};
  return s.database.Write(
      [&](sql::Tx& tx) { return records::Documents::Ingest(tx, document, s.clock.Now()); });
}

Response IngestDocument(const Services& s, Request& request) {
  const auto ingested = StoreDocument(s, request);
  if (!ingested) return http::ErrorResponse(ingested.error());
  const model::DocumentUri& uri = ingested->uri;
  return Json(
      reflect::ToJson(IngestAnswer{uri.batch_id, uri.uri, uri.doc_hash, uri.source, uri.id}),
      ingested->outcome == records::Ingested::Outcome::kElsewhere ? 203 : 201);
}

}  // namespace

void AddIngestRoutes(Routes& routes, const Services& services) {
  const auto answer = [](int status, std::string description) {
    return Gives<IngestAnswer>(status, std::move(description),
                               {1, "/documents/report.pdf", examples::kHash, "filesystem", 42});
  };
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/api/v1/document/ingest-document",
       .tag = "document",
       .summary = "Upload a document",
       .description =
           "It is durable when the answer comes. A URI that is known with other bytes gets a new "
           "version and moves to this batch. One that is known, unchanged, in another batch stays "
           "there: the answer names that batch with 203.",
       .operation_id = "ingest_document",
       .parameters =
           {{.name = "file",
             .in = In::kForm,
             .kind = Kind::kFile,
             .description = "The document. This or `input_uri` is required."},
            {.name = "input_uri",
             .in = In::kForm,
             .description =
                 "Where to fetch it from instead: `file:///…` below one of the folders of "
                 "INPUT_DIRS, or `http(s)://…` where INPUT_HTTP_ALLOWED is set. Addresses "
                 "that are not public are not connected to, also after a redirect.",
             .max_length = kMaxUri,
             .format = "input-uri"},
            {.name = "mime_type",
             .in = In::kForm,
             .description = "Default: recognised from the content and the name.",
             .max_length = 200,
             .example = "application/pdf"},
            {.name = "source_uri",
             .in = In::kForm,
             .required = true,
             .description = "Its name in the source; never opened.",
             .max_length = kMaxUri,
             .example = "/documents/report.pdf"},
            Source(In::kForm),
            Id("batch_id", "The batch it goes to.", In::kForm),
            {.name = "doc_meta",
             .in = In::kForm,
             .otherwise = "{}",
             .description = "What to keep with it: a JSON object.",
             .format = "json-object",
             .example = R"({"author":"John Doe"})"},
            Priority()},
       .responses = {answer(201, "Ingested, or known here already."),
                     answer(203, "Known, unchanged, in another batch."),
                     {404, "no such batch, or no such file in an input folder"},
                     {504, "the host of `input_uri` does not answer in time"}},
       .handler = [&services](Request& request) { return IngestDocument(services, request); },
       .body = http::Body::kForm,
       .file_sink = [&services](const http::UploadedFile&)
           -> Result<std::unique_ptr<http::FileSink>> { return NewSink(services); }});
}

}  // namespace api
