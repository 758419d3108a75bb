#include "http/client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/guarded.h"
#include "http/forms.h"

namespace http {
namespace {

using base::Code;
using base::Fail;
using base::Result;

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct MimeDeleter {
  void operator()(curl_mime* mime) const { curl_mime_free(mime); }
};

// What the callbacks of one call fill and ask.
struct Call {
  ClientResponse response;
  size_t max_response = 0;
  bool too_large = false;
  std::stop_token stop;
  CURL* easy = nullptr;
  std::function<bool(std::string_view)> on_body;

  bool Succeeded() const {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return status >= 200 && status < 300;
  }
};

size_t OnBody(char* data, size_t size, size_t count, void* user) {
  auto& call = *static_cast<Call*>(user);
  if (call.on_body && call.Succeeded())
    return call.on_body({data, size * count}) ? size * count : 0;
  if (call.response.body.size() + size * count > call.max_response) {
    call.too_large = true;
    return 0;
  }
  call.response.body.append(data, size * count);
  return size * count;
}

size_t OnHeader(char* data, size_t size, size_t count, void* user) {
  auto& call = *static_cast<Call*>(user);
  std::string_view line(data, size * count);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) call.response.headers = {};  // an interim answer (100) came before
  if (const size_t colon = line.find(':'); colon != std::string_view::npos) {
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    call.response.headers.Add(std::string(line.substr(0, colon)), std::string(value));
  }
  return size * count;
}

int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Call*>(user)->stop.stop_requested() ? 1 : 0;
}

base::Error ErrorOf(CURLcode code, const ClientRequest& request, const Call& call) {
  const std::string what = fmt::format("{} {}", Name(request.method), request.url);
  if (call.too_large) {
    return {Code::kTooLarge,
            fmt::format("{}: the answer is larger than {} bytes", what, call.max_response)};
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return {Code::kTimeout,
              fmt::format("{}: no answer within {} ms", what, request.timeout.count())};
    case CURLE_ABORTED_BY_CALLBACK:
    case CURLE_WRITE_ERROR:
      return {Code::kCancelled, what + ": cancelled"};
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {Code::kInvalidArgument, fmt::format("'{}' is not an http(s) URL", request.url)};
    case CURLE_READ_ERROR:
      return {Code::kIo, what + ": a file to send could not be read"};
    default:
      return {Code::kUnavailable, fmt::format("{}: {}", what, curl_easy_strerror(code))};
  }
}

struct Target {
  std::string url;
  std::string unix_socket;  // "": TCP
};

// "http+unix://%2Frun%2Fx.sock/a" -> "http://localhost/a" over /run/x.sock.
Target TargetOf(const std::string& url) {
  for (const std::string scheme : {"http", "https"}) {
    const std::string prefix = scheme + "+unix://";
    if (!url.starts_with(prefix)) continue;
    const size_t end = std::min(url.find('/', prefix.size()), url.size());
    auto path = PercentDecode(url.substr(prefix.size(), end - prefix.size()), Plus::kLiteral);
    if (path) return {scheme + "://localhost" + url.substr(end), std::move(*path)};
  }
  return {url, ""};
}

class CurlClient final : public Client {
 public:
  Result<ClientResponse> Send(const ClientRequest& request, std::stop_token stop) override {
    Easy easy = Take();
    if (!easy) return Fail(Code::kInternal, "libcurl gives no handle");
    Call call;
    call.max_response = request.max_response;
    call.stop = std::move(stop);
    call.easy = easy.get();
    call.on_body = request.on_body;
    const std::unique_ptr<curl_slist, ListDeleter> headers = MakeHeaders(request);
    const std::unique_ptr<curl_mime, MimeDeleter> mime = MakeParts(easy.get(), request);
    Configure(easy.get(), request, call);
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    if (mime) curl_easy_setopt(easy.get(), CURLOPT_MIMEPOST, mime.get());
    const CURLcode code = curl_easy_perform(easy.get());
    if (code != CURLE_OK) return Fail(ErrorOf(code, request, call));
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    call.response.status = static_cast<int>(status);
    Return(std::move(easy));
    return std::move(call.response);
  }

 private:
  static constexpr size_t kIdleHandles = 16;

  Easy Take() {
    Easy easy = idle_.With([](auto& idle) {
      if (idle.empty()) return Easy();
      Easy last = std::move(idle.back());
      idle.pop_back();
      return last;
    });
    if (!easy) return Easy(curl_easy_init());
    curl_easy_reset(easy.get());  // keeps the connection
    return easy;
  }
  void Return(Easy easy) {
    idle_.With([&](auto& idle) {
      if (idle.size() < kIdleHandles) idle.push_back(std::move(easy));
    });
  }

  static std::unique_ptr<curl_slist, ListDeleter> MakeHeaders(const ClientRequest& request) {
    curl_slist* list = nullptr;
    for (const auto& [name, value] : request.headers.all())
      list = curl_slist_append(list, (name + ": " + value).c_str());
    return std::unique_ptr<curl_slist, ListDeleter>(list);
  }

  static std::unique_ptr<curl_mime, MimeDeleter> MakeParts(CURL* easy,
                                                           const ClientRequest& request) {
    if (request.parts.empty()) return nullptr;
    std::unique_ptr<curl_mime, MimeDeleter> mime(curl_mime_init(easy));
    for (const FormPart& form : request.parts) {
      curl_mimepart* part = curl_mime_addpart(mime.get());
      curl_mime_name(part, form.name.c_str());
      if (form.file.empty()) {
        curl_mime_data(part, form.value.data(), form.value.size());
      } else {
        curl_mime_filedata(part, form.file.c_str());
        curl_mime_filename(part, form.filename.c_str());
      }
      if (!form.content_type.empty()) curl_mime_type(part, form.content_type.c_str());
    }
    return mime;
  }

  static void Configure(CURL* easy, const ClientRequest& request, Call& call) {
    const Target target = TargetOf(request.url);
    curl_easy_setopt(easy, CURLOPT_URL, target.url.c_str());
    if (!target.unix_socket.empty())
      curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, target.unix_socket.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    if (request.idle_timeout.count() > 0) {
      curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
      curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME,
                       static_cast<long>(request.idle_timeout.count()));
    }
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(request.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &OnBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &call);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &OnHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &call);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &OnProgress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &call);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    if (request.method == Method::kHead) curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (request.method == Method::kPost || request.method == Method::kPut) {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    }
    if (request.method != Method::kGet && request.method != Method::kHead &&
        request.method != Method::kPost) {
      curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, std::string(Name(request.method)).c_str());
    }
  }

  base::Guarded<std::vector<Easy>> idle_;
};

}  // namespace

std::unique_ptr<Client> NewClient() { return std::make_unique<CurlClient>(); }

}  // namespace http
