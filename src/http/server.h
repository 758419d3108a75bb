// The HTTP/1.1 server: accepts, reads, hands each request to its route's handler on a pool thread,
// answers.
//
// Bodies are read as they arrive: file parts of a multipart form go piece by piece to the route's
// FileSink, so memory does not grow with the upload. Slow, idle and oversized clients are cut off.
// Stop() finishes the requests that run.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "http/router.h"

namespace http {

// One answered request, for metrics. The views live as long as the call.
struct RequestSummary {
  Method method;
  std::string_view route;  // the pattern in the route table; "" when none fits
  int status;
  double seconds;      // from the first byte of the request to the last of the answer
  uint64_t bytes_in;   // of the body
  uint64_t bytes_out;  // of the answer
  std::string_view user;
  std::string_view remote;
  std::string_view id;
};

// Told of every answered request, on the server's threads: must be thread-safe and quick.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void OnRequest(const RequestSummary& request) = 0;
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 8000;  // 0: any free one
  unsigned io_threads = 1;
  unsigned handler_threads = 8;
  size_t max_connections = 1000;  // one more is answered 503
  uint32_t max_header_bytes = 32 * 1024;
  uint64_t max_body_bytes =
      16 * 1024 * 1024;  // forms without files, whole bodies, and all text fields of a multipart
  uint64_t max_upload_bytes = 16ULL * 1024 * 1024 * 1024;  // a multipart body in all
  std::chrono::seconds header_timeout{
      30};  // from the first byte to the end of the headers, and between requests
  std::chrono::seconds read_timeout{60};   // between two pieces of a body
  std::chrono::seconds write_timeout{60};  // until a piece of the answer is taken
  bool access_log = false;
  Observer* observer = nullptr;  // not owned; outlives the server
};

// Asked before the body is read; may set request.user. An error ends the request.
using Authenticator = std::function<base::Result<>(Request&)>;

// Thread-safe.
class Server {
 public:
  // Listens when it returns. kUnavailable when the address is taken.
  static base::Result<std::unique_ptr<Server>> Start(ServerOptions options,
                                                     std::vector<Route> routes,
                                                     Authenticator authenticate, base::Log log);
  virtual ~Server() = default;

  virtual uint16_t port() const = 0;
  // Takes no new connection, finishes what runs, for at most `drain`; then closes everything.
  // Called once.
  virtual void Stop(std::chrono::milliseconds drain) = 0;
};

}  // namespace http
