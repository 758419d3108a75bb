// The HTTP/1.1 server: accepts, reads, hands each request to its route's handler on a pool thread,
// answers.
//
// Bodies are read as they arrive: file parts of a multipart form go piece by piece to the route's
// FileSink, so memory does not grow with the upload. Slow, idle and oversized clients are cut off,
// and where a queue is full the answer is 503 with Retry-After. Stop() loses no accepted request.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "http/limits.h"
#include "http/peers.h"
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
  // --- where it listens: the first of these that is set
  int listen_fd = -1;       // a listening socket that was inherited; becomes the server's
  std::string unix_socket;  // path of a Unix socket
  std::string host = "127.0.0.1";
  uint16_t port = 8000;  // 0: any free one

  // --- TLS when both are set: PEM files
  std::string certificate_file;
  std::string key_file;

  // --- what stands in front
  AddressList proxies;         // peers that Request::from_proxy is true for
  bool proxy_headers = false;  // take X-Forwarded-For and X-Forwarded-Proto from them
  std::string root_path;       // "/ingester": prefix of all paths, accepted with and without
  std::vector<std::string> cors_origins;  // that may call from a browser; "*" all; none: CORS off

  unsigned io_threads = 1;
  unsigned handler_threads = 16;  // they wait for disks, mostly
  Limits limits;
  bool access_log = false;
  Observer* observer = nullptr;  // not owned; outlives the server
};

// Asked before the body is read; may set request.user. An error ends the request.
using Authenticator = std::function<base::Result<>(Request&)>;

// Thread-safe.
class Server {
 public:
  // Listens when it returns. kUnavailable when the address is taken, kInvalidArgument for options
  // that cannot work (address, socket file, descriptor, certificate).
  static base::Result<std::unique_ptr<Server>> Start(ServerOptions options,
                                                     std::vector<Route> routes,
                                                     Authenticator authenticate, base::Log log);
  virtual ~Server() = default;

  virtual uint16_t port() const = 0;  // 0 on a Unix socket
  // For clients on this machine: "http://127.0.0.1:8000", "https://[::1]:8000",
  // "http+unix://%2Frun%2Fingester.sock".
  virtual std::string url() const = 0;
  // Takes no new connection; answers every request that has been sent, for at most `drain`; then
  // closes everything. Called once.
  virtual void Stop(std::chrono::milliseconds drain) = 0;
};

}  // namespace http
