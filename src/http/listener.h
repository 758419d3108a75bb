// Sockets that listen: an address, a Unix socket file, or one that was inherited. Private to the
// folder.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/files.h"
#include "base/result.h"

namespace http {

// An accepted connection.
struct Accepted {
  base::Fd fd;       // non-blocking
  int family = 0;    // AF_INET, AF_INET6 or AF_UNIX
  std::string peer;  // IP address; "unix" for a Unix socket
};

// Not thread-safe. The destructor closes it and removes the Unix socket file it made.
class Listener {
 public:
  // "localhost" or an IP address; port 0 takes any free one. kUnavailable when it is in use.
  static base::Result<Listener> Tcp(const std::string& host, uint16_t port);
  // Makes the file with mode 0660. A socket file that nobody listens on any more is replaced;
  // one that is in use is kUnavailable, any other file kInvalidArgument.
  static base::Result<Listener> Unix(const std::string& path);
  // Takes over descriptor `number`, which must be a listening stream socket (systemd's sockets
  // start at 3).
  static base::Result<Listener> Adopt(int number);

  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  int fd() const { return fd_.get(); }
  uint16_t port() const { return port_; }  // 0: not a TCP socket
  // "127.0.0.1:8000", "[::1]:8000" or "unix:/run/ingester.sock".
  const std::string& name() const { return name_; }

  // The next waiting connection, nothing when there is none now. kExhausted: no descriptors left;
  // other errors are of that one connection.
  base::Result<std::optional<Accepted>> Accept() const;

  // From now on nobody new can connect; who has begun to can be accepted. Not for an inherited
  // socket, which others may share.
  void RefuseNew();
  void Close() { fd_.Reset(); }

 private:
  enum class Origin { kMade, kInherited };
  Listener(base::Fd fd, Origin origin, std::string made_file = {});
  void Describe();
  void RemoveFile();

  base::Fd fd_;
  Origin origin_;
  std::string made_file_;
  uint64_t file_inode_ = 0;
  uint16_t port_ = 0;
  std::string name_;
};

}  // namespace http
