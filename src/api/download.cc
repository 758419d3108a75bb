// GET /api/v1/document/{hash}/{original|markdown|json|chunks}
//
// What is sent was made by strangers and comes from our origin: it is always an attachment, never
// sniffed, and without rights if a browser should show it all the same.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/answers.h"
#include "api/groups.h"
#include "api/mime.h"
#include "http/forms.h"
#include "records/documents.h"
#include "records/step_configs.h"

namespace api {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using http::Request;
using http::Response;
using model::WorkflowStepType;

// What can be downloaded, and which step made it.
struct Download {
  std::string_view name;  // last segment of the path
  artifacts::Type type;
  WorkflowStepType step;
  std::string_view content_type;  // "": the document's own
  std::string_view suffix;        // of the file's name, instead of the document's own
  std::string_view summary;
};

constexpr std::array kDownloads = {
    Download{"original", artifacts::Type::kDocument, WorkflowStepType::kIngest, "", "",
             "The bytes of a document as they were uploaded"},
    Download{"markdown", artifacts::Type::kParsedMarkdown, WorkflowStepType::kParse,
             "text/markdown; charset=utf-8", ".md", "A document as Markdown"},
    Download{"json", artifacts::Type::kParsedJson, WorkflowStepType::kParse, "application/json",
             ".json", "A document as DoclingDocument JSON"},
    Download{"chunks", artifacts::Type::kChunks, WorkflowStepType::kChunk, "application/json",
             ".chunks.json", "The chunks of a document"},
};

// A document that is known, with the key of what is asked for.
struct Found {
  model::Document document;
  std::string name;  // of a file
  artifacts::Key key;
};

// The last part of the URI under which the document is known longest.
std::string FileName(const std::vector<model::DocumentUri>& uris, const std::string& hash) {
  if (uris.empty()) return hash;
  const std::string& uri = uris.front().uri;
  std::string name = uri.substr(uri.find_last_of("/\\") + 1);
  return name.empty() ? hash : name;
}

Result<int64_t> ConfigOf(sql::Tx& tx, const Request& request, const Download& download) {
  if (download.type == artifacts::Type::kDocument) return 0;
  if (const auto config = request.Integer("step_config_id")) return *config;
  const auto run = request.Integer("run_id");
  SI_ASSIGN(const auto used,
            records::StepConfigs::UsedFor(tx, request.Require("hash"), download.step, run));
  if (used) return *used;
  return Fail(Code::kNotFound,
              fmt::format("no {} of {} is there: {} has completed its {} step", download.name,
                          request.Require("hash"),
                          run ? fmt::format("its run {} is not there or not", *run) : "no run",
                          reflect::Wire(download.step)));
}

Result<Found> Find(sql::Tx& tx, const Request& request, const Download& download) {
  const std::string hash = request.Require("hash");
  Found found;
  SI_ASSIGN(found.document, records::Documents::Get(tx, hash));
  SI_ASSIGN(const auto uris, records::Documents::UrisOf(tx, hash));
  found.name = FileName(uris, hash);
  found.key = {.type = download.type, .step_config_id = 0, .hash = hash};
  SI_ASSIGN(found.key.step_config_id, ConfigOf(tx, request, download));
  return found;
}

// For clients that know only ASCII, and for all others (RFC 6266).
std::string Attachment(const std::string& name) {
  std::string ascii = name;
  std::ranges::replace_if(
      ascii, [](char c) { return c < 0x20 || c > 0x7e || c == '"' || c == '\\'; }, '_');
  return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", ascii,
                     http::PercentEncode(name));
}

Response Send(const Services& s, Request& request, const Download& download) {
  const auto found = s.database.Read([&](sql::Tx& tx) { return Find(tx, request, download); });
  if (!found) return http::ErrorResponse(found.error());
  const auto file = s.artifacts.Open(found->key);
  if (!file) return http::ErrorResponse(file.error());
  auto bytes = http::OpenFile(file->path());
  if (!bytes) return http::ErrorResponse(bytes.error());
  const artifacts::Key& key = found->key;
  const bool own = download.content_type.empty();
  const std::string stem = found->name.substr(0, found->name.rfind('.'));
  Response response;
  response.file = std::move(*bytes);
  response.content_type =
      own ? HeaderMime(found->document.mime_type) : std::string(download.content_type);
  // Artifacts never change; one that was made anew has another size or is the same.
  response.etag = fmt::format("{}-{}-{}-{}", key.hash, download.name, key.step_config_id,
                              response.file->size());
  response.headers.Add("Content-Disposition",
                       Attachment(own ? found->name : stem + std::string(download.suffix)));
  response.headers.Add("X-Content-Type-Options", "nosniff");
  response.headers.Add("Content-Security-Policy", "default-src 'none'; sandbox");
  return response;
}

std::vector<http::Parameter> ParametersOf(const Download& download) {
  if (download.type == artifacts::Type::kDocument) return {HashParameter()};
  return {HashParameter(),
          {.name = "run_id",
           .kind = http::Kind::kInteger,
           .description = "what this run of the document made; default: the newest completed run",
           .min = 1},
          {.name = "step_config_id",
           .kind = http::Kind::kInteger,
           .description = "what was made under this step configuration; stronger than run_id",
           .min = 1}};
}

std::vector<http::ResponseDoc> ResponsesOf(const Download& download) {
  const std::string_view stated = download.content_type;
  const std::string type(stated.empty() ? "*/*" : stated.substr(0, stated.find(';')));
  return {{.status = 200, .description = "the file, as an attachment", .content_type = type},
          {.status = 206, .description = "the range that was asked for", .content_type = type},
          {404, "no such document, or nothing was made of it yet"},
          {416, "the file has no such range"}};
}

}  // namespace

void AddDownloadRoutes(Routes& routes, const Services& services) {
  for (const Download& download : kDownloads) {
    routes.push_back({.method = http::Method::kGet,
                      .path = fmt::format("/api/v1/document/{{hash}}/{}", download.name),
                      .tag = "document",
                      .summary = std::string(download.summary),
                      .description = "Always sent as an attachment, with `nosniff` and a sandbox "
                                     "policy; ranges are served.",
                      .operation_id = fmt::format("download_document_{}", download.name),
                      .parameters = ParametersOf(download),
                      .responses = ResponsesOf(download),
                      .handler = [&services, download](Request& request) {
                        return Send(services, request, download);
                      }});
  }
}

}  // namespace api
