// HTTP client: one call, one answer. For embedding services, webhooks and our own CLI.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace http {

// A part of a multipart form: a text value, or a file that is streamed from disk.
struct FormPart {
  std::string name;
  std::string value;
  std::filesystem::path file;  // when not empty, sent instead of `value`
  std::string filename;        // as which the file is sent
  std::string content_type;
};

struct ClientRequest {
  Method method = Method::kGet;
  std::string url;  // http, https, or http+unix://%2Fpath%2Fof%2Fsocket/…
  Headers headers;
  std::string body;             // with its Content-Type among the headers
  std::vector<FormPart> parts;  // when not empty, sent as multipart/form-data instead of `body`
  std::chrono::milliseconds timeout{30'000};  // of the whole call; 0 = none
  std::chrono::milliseconds connect_timeout{10'000};
  size_t max_response = 64 << 20;
  // When set, gets the body of a 2xx answer piece by piece as it arrives; false ends the call with
  // kCancelled.
  std::function<bool(std::string_view)> on_body;
  std::chrono::seconds idle_timeout{0};  // without a byte for so long it is kTimeout; 0 = none
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

// Thread-safe; connections are kept and used again. Redirects are not followed. An answer of any
// status is a result; errors are kUnavailable (no connection), kTimeout, kTooLarge (the answer),
// kInvalidArgument (URL), kCancelled.
//
// An interface, because tests answer calls themselves.
class Client {
 public:
  virtual ~Client() = default;
  virtual base::Result<ClientResponse> Send(const ClientRequest& request,
                                            std::stop_token stop = {}) = 0;
};

// On libcurl.
std::unique_ptr<Client> NewClient();

}  // namespace http
