#include "http/answer.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <chrono>

#include "base/hash.h"
#include "http/gzip.h"
#include "http/ranges.h"
#include "http/tokens.h"

namespace http {
namespace {

constexpr size_t kGzipFrom = 2048;               // below, the head outweighs what is saved
constexpr std::string_view kGzipMark = "-gzip";  // another representation needs another ETag

bool IsRead(const Request& request) {
  return request.method == Method::kGet || request.method == Method::kHead;
}

// An opaque tag without its quotes, W/ and our mark.
std::string_view Opaque(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"')
    tag = tag.substr(1, tag.size() - 2);
  if (tag.ends_with(kGzipMark)) tag.remove_suffix(kGzipMark.size());
  return tag;
}

bool HasTag(std::string_view header, std::string_view etag) {
  const auto tags = SplitList(header);
  return std::ranges::any_of(tags,
                             [&](const auto& tag) { return tag == "*" || Opaque(tag) == etag; });
}

void AddIfAbsent(Headers& headers, std::string_view name, std::string value) {
  if (headers.Get(name).empty()) headers.Add(std::string(name), std::move(value));
}

// Takes the place of the body of a 200; what describes the resource stays.
void BecomeEmpty(Outgoing& out, int status) {
  out.response.status = status;
  out.response.body.clear();
  out.response.file.reset();
  out.length = 0;
}

// True when the client has these bytes already.
bool NotModified(const Request& request, Outgoing& out) {
  Response& r = out.response;
  if (r.etag.empty() && !r.file) r.etag = base::Sha256Hex(r.body).substr(0, 32);
  if (r.etag.empty()) return false;
  AddIfAbsent(r.headers, "Cache-Control", "no-cache");  // to be kept, and asked about each time
  if (!HasTag(request.headers.GetAll("If-None-Match"), r.etag)) return false;
  BecomeEmpty(out, 304);
  return true;
}

void CutToRange(const Request& request, Outgoing& out) {
  const uint64_t size = out.response.file->size();
  out.length = size;
  out.response.headers.Add("Accept-Ranges", "bytes");
  const std::string_view unless_changed = request.headers.Get("If-Range");
  // Dates and weak tags do not match: the whole is right then.
  const bool changed =
      !unless_changed.empty() &&
      (out.response.etag.empty() || unless_changed != fmt::format("\"{}\"", out.response.etag));
  const bool asked = request.method == Method::kGet && !changed;
  const Range range = asked ? ParseRange(request.headers.Get("Range"), size) : Range();
  if (range.kind == Range::Kind::kPart) {
    out.response.status = 206;
    out.offset = range.first;
    out.length = range.last - range.first + 1;
    out.response.headers.Add("Content-Range",
                             fmt::format("bytes {}-{}/{}", range.first, range.last, size));
  } else if (range.kind == Range::Kind::kUnsatisfiable) {
    Headers headers = std::move(out.response.headers);
    headers.Add("Content-Range", fmt::format("bytes */{}", size));
    out.response = ErrorResponse(
        416, fmt::format("the Range begins behind the end: there are {} bytes", size));
    out.response.headers = std::move(headers);
    out.length = 0;
  }
}

void Compress(const Request& request, Response& r) {
  if (r.file || r.body.size() < kGzipFrom || !IsCompressible(r.content_type) ||
      !r.headers.Get("Content-Encoding").empty())
    return;
  r.headers.Add("Vary", "Accept-Encoding");
  if (!AcceptsGzip(request.headers.GetAll("Accept-Encoding"))) return;
  auto smaller = Gzip(r.body);
  if (!smaller) return;
  r.body = std::move(*smaller);
  r.headers.Add("Content-Encoding", "gzip");
  if (!r.etag.empty()) r.etag += kGzipMark;
}

bool AllowsOrigin(const Origins& cors, std::string_view origin) {
  return std::ranges::any_of(cors, [&](const auto& o) { return o == "*" || o == origin; });
}

void AddCors(const Request& request, Response& r, const Origins& cors) {
  if (cors.empty()) return;
  r.headers.Add("Vary", "Origin");
  const std::string_view origin = request.headers.Get("Origin");
  if (origin.empty() || !AllowsOrigin(cors, origin)) return;
  r.headers.Add("Access-Control-Allow-Origin", std::string(origin));
  r.headers.Add("Access-Control-Expose-Headers",
                "ETag, X-Request-ID, Retry-After, Content-Range, Content-Disposition");
}

void HideCause(const Request& request, Response& r) {
  if (!r.cause) return;
  r.body = ErrorResponse(r.status, fmt::format("internal error; the server's log says more under "
                                               "request id {}",
                                               request.id))
               .body;
}

// Nothing that a handler puts into a header can begin another one.
void AppendHeader(std::string& text, std::string_view name, std::string_view value) {
  text += name;
  text += ": ";
  for (const char c : value) text += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c;
  text += "\r\n";
}

}  // namespace

Outgoing Complete(const Request& request, Response response, const Origins& cors) {
  Outgoing out{.response = std::move(response)};
  Response& r = out.response;
  HideCause(request, r);
  if (r.file) out.length = r.file->size();
  if (r.events) {
    r.content_type = "text/event-stream";
    AddIfAbsent(r.headers, "Cache-Control", "no-store");
    AddIfAbsent(r.headers, "X-Accel-Buffering", "no");  // proxies are to pass events on at once
  }
  const bool sized = !r.stream && !r.events;
  const bool same = IsRead(request) && r.status == 200 && sized && NotModified(request, out);
  if (!same && r.file && r.status == 200 && IsRead(request)) CutToRange(request, out);
  if (!same && sized) Compress(request, r);
  AddCors(request, r, cors);
  if (r.status == 503 || r.status == 429) AddIfAbsent(r.headers, "Retry-After", "1");
  AddIfAbsent(r.headers, "X-Content-Type-Options", "nosniff");
  if (!r.etag.empty()) r.headers.Add("ETag", fmt::format("\"{}\"", r.etag));
  r.headers.Add("X-Request-ID", request.id);
  return out;
}

std::optional<Response> Preflight(const Request& request, const std::vector<Method>& allowed,
                                  const Origins& cors) {
  const std::string_view origin = request.headers.Get("Origin");
  if (request.method != Method::kOptions || !AllowsOrigin(cors, origin) ||
      request.headers.Get("Access-Control-Request-Method").empty() || allowed.empty())
    return std::nullopt;
  std::string methods;
  for (const Method method : allowed)
    methods += std::string(methods.empty() ? "" : ", ") + std::string(Name(method));
  Response response{.status = 204};
  response.headers.Add("Access-Control-Allow-Methods", methods);
  response.headers.Add("Access-Control-Allow-Headers",
                       "Authorization, Content-Type, Idempotency-Key, If-None-Match, "
                       "Last-Event-ID, Range, X-Request-ID");
  response.headers.Add("Access-Control-Max-Age", "600");
  return response;
}

std::string HeadText(const Outgoing& answer, Framing framing, bool keep_alive) {
  const Response& r = answer.response;
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(r.status));
  const auto now =
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  std::string text = fmt::format("HTTP/1.1 {} {}\r\nServer: soliplex-ingester\r\n", r.status,
                                 std::string_view(reason.data(), reason.size()));
  AppendHeader(text, "Date", fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(now)));
  const bool has_body = r.status != 204 && r.status != 304;
  if (has_body && !r.content_type.empty()) AppendHeader(text, "Content-Type", r.content_type);
  for (const auto& [name, value] : r.headers.all()) AppendHeader(text, name, value);
  if (framing == Framing::kLength && has_body) {
    AppendHeader(text, "Content-Length", std::to_string(r.file ? answer.length : r.body.size()));
  }
  if (framing == Framing::kChunked) AppendHeader(text, "Transfer-Encoding", "chunked");
  AppendHeader(text, "Connection", keep_alive ? "keep-alive" : "close");
  return text + "\r\n";
}

std::string_view GivenId(const Headers& headers) {
  const std::string_view id = headers.Get("X-Request-ID");
  const bool sane = std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  return sane && id.size() <= 128 ? id : std::string_view();
}

}  // namespace http
