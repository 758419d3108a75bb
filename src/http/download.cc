#include "http/download.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>

#include "http/public_address.h"

namespace http {
namespace {

using base::Code;
using base::Fail;
using base::Result;

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

// What the callbacks of one call ask and tell.
struct Call {
  const DownloadRequest& request;
  FileSink& sink;
  const std::stop_token& stop;
  CURL* easy;
  uint64_t received = 0;
  std::string refused;  // an address that is not allowed
  Result<> written;
};

std::string AddressOf(const curl_sockaddr& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(&address.addr);
    ::inet_ntop(AF_INET, &four->sin_addr, text, sizeof(text));
  } else if (address.family == AF_INET6) {
    const auto* six = reinterpret_cast<const sockaddr_in6*>(&address.addr);
    ::inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof(text));
  }
  return text;
}

// Asked for the very address that is connected to.
curl_socket_t OnOpenSocket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& call = *static_cast<Call*>(user);
  const std::string ip = AddressOf(*address);
  if (!IsPublicAddress(ip) && !call.request.allowed.Has(ip)) {
    call.refused = ip.empty() ? "something that is no IP address" : ip;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

size_t OnBody(char* data, size_t size, size_t count, void* user) {
  auto& call = *static_cast<Call*>(user);
  const size_t bytes = size * count;
  long status = 0;
  curl_easy_getinfo(call.easy, CURLINFO_RESPONSE_CODE, &status);
  if (status < 200 || status > 299) return bytes;  // not what was asked for: told by the status
  call.received += bytes;
  if (call.received > call.request.max_bytes) {
    call.written = Fail(Code::kTooLarge, fmt::format("{} is larger than {} bytes", call.request.url,
                                                     call.request.max_bytes));
  } else {
    call.written = call.sink.Write({data, bytes});
  }
  return call.written ? bytes : 0;
}

int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Call*>(user)->stop.stop_requested() ? 1 : 0;
}

void Configure(Call& call) {
  CURL* const easy = call.easy;
  const DownloadRequest& request = call.request;
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(request.max_redirects));
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.stalled.count()));
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &OnOpenSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &call);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &call);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &OnProgress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &call);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
}

base::Error ErrorOf(CURLcode code, const Call& call) {
  const std::string& url = call.request.url;
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return {Code::kTimeout, url + " did not answer in time"};
    case CURLE_ABORTED_BY_CALLBACK:
      return {Code::kUnavailable, "the server is being stopped"};
    case CURLE_TOO_MANY_REDIRECTS:
      return {Code::kInvalidArgument,
              fmt::format("{} redirects more than {} times", url, call.request.max_redirects)};
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return {Code::kInvalidArgument, url + " is not, or redirects to what is not, an http(s) URL"};
    case CURLE_LOGIN_DENIED:
      return {Code::kInvalidArgument, "a user name in the URL is not allowed"};
    default:
      return {Code::kUnavailable,
              fmt::format("cannot fetch {}: {}", url, curl_easy_strerror(code))};
  }
}

Result<> CheckStatus(const Call& call) {
  long status = 0;
  curl_easy_getinfo(call.easy, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 200 && status <= 299) return {};
  return Fail(status >= 500 ? Code::kUnavailable : Code::kInvalidArgument,
              fmt::format("{} answers with status {}", call.request.url, status));
}

}  // namespace

Result<std::string> Download(const DownloadRequest& request, FileSink& sink,
                             const std::stop_token& stop) {
  const bool plain =
      std::ranges::none_of(request.url, [](char c) { return (c >= 0 && c <= 0x20) || c == 0x7f; });
  if (!plain) return Fail(Code::kInvalidArgument, "the URL has blanks or control characters");
  const Easy easy(curl_easy_init());
  if (!easy) return Fail(Code::kInternal, "libcurl gives no handle");
  Call call{.request = request,
            .sink = sink,
            .stop = stop,
            .easy = easy.get(),
            .refused = {},
            .written = {}};
  Configure(call);
  const CURLcode code = curl_easy_perform(easy.get());
  if (!call.written) return Fail(call.written.error());
  if (code != CURLE_OK && !call.refused.empty()) {
    return Fail(Code::kInvalidArgument,
                fmt::format("{} leads to {}, which this server does not connect to", request.url,
                            call.refused));
  }
  if (code != CURLE_OK) return Fail(ErrorOf(code, call));
  SI_TRY(CheckStatus(call));
  const char* final_url = nullptr;
  curl_easy_getinfo(easy.get(), CURLINFO_EFFECTIVE_URL, &final_url);
  return std::string(final_url == nullptr ? request.url : final_url);
}

}  // namespace http
