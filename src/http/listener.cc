#include "http/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

namespace http {
namespace {

using base::Code;
using base::Fail;
using base::Fd;
using base::Result;

constexpr int kBacklog = 4096;
constexpr int kFlags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

union Address {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
  sockaddr_un local;
  sockaddr_storage room;
};

// An IPv4 client of a dual-stack socket is shown as IPv4.
std::string IpText(const Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.any.sa_family == AF_INET) {
    ::inet_ntop(AF_INET, &address.v4.sin_addr, text, sizeof text);
  } else if (IN6_IS_ADDR_V4MAPPED(&address.v6.sin6_addr)) {
    ::inet_ntop(AF_INET, address.v6.sin6_addr.s6_addr + 12, text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, &address.v6.sin6_addr, text, sizeof text);
  }
  return text;
}

std::unexpected<base::Error> CannotListen(std::string_view where, int error) {
  return Fail(Code::kUnavailable,
              fmt::format("cannot listen on {}: {}", where, std::strerror(error)));
}

Result<std::pair<Address, socklen_t>> ParseAddress(const std::string& host, uint16_t port) {
  Address address{};
  const std::string ip = host == "localhost" ? "127.0.0.1" : host;
  if (::inet_pton(AF_INET, ip.c_str(), &address.v4.sin_addr) == 1) {
    address.v4.sin_family = AF_INET;
    address.v4.sin_port = htons(port);
    return std::pair(address, static_cast<socklen_t>(sizeof address.v4));
  }
  if (::inet_pton(AF_INET6, ip.c_str(), &address.v6.sin6_addr) == 1) {
    address.v6.sin6_family = AF_INET6;
    address.v6.sin6_port = htons(port);
    return std::pair(address, static_cast<socklen_t>(sizeof address.v6));
  }
  return Fail(Code::kInvalidArgument,
              fmt::format("'{}' is not an IP address to listen on (127.0.0.1, 0.0.0.0, ::)", host));
}

// Removes a socket file whose server has ended.
Result<> RemoveStale(const std::string& path, const sockaddr_un& address) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode)) {
    return Fail(Code::kInvalidArgument,
                fmt::format("'{}' exists and is not a socket: it is left alone", path));
  }
  const Fd probe(::socket(AF_UNIX, kFlags, 0));
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno == EAGAIN) {
    return Fail(Code::kUnavailable,
                fmt::format("another server listens on the Unix socket '{}'", path));
  }
  if (errno == ECONNREFUSED) ::unlink(path.c_str());
  return {};
}

std::optional<int> SocketOption(int fd, int name) {
  int value = 0;
  socklen_t length = sizeof value;
  if (::getsockopt(fd, SOL_SOCKET, name, &value, &length) != 0) return std::nullopt;
  return value;
}

}  // namespace

Listener::Listener(Fd fd, Origin origin, std::string made_file)
    : fd_(std::move(fd)), origin_(origin), made_file_(std::move(made_file)) {
  Describe();
}

Listener::Listener(Listener&& other) noexcept
    : fd_(std::move(other.fd_)),
      origin_(other.origin_),
      made_file_(std::exchange(other.made_file_, "")),
      file_inode_(other.file_inode_),
      port_(other.port_),
      name_(std::move(other.name_)) {}

Listener::~Listener() { RemoveFile(); }

void Listener::Describe() {
  Address address{};
  socklen_t length = sizeof address;
  ::getsockname(fd_.get(), &address.any, &length);
  if (address.any.sa_family == AF_UNIX) {
    name_ = fmt::format("unix:{}", made_file_.empty() ? address.local.sun_path : made_file_);
  } else {
    port_ = ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
    const std::string ip = IpText(address);
    name_ = ip.find(':') == std::string::npos ? fmt::format("{}:{}", ip, port_)
                                              : fmt::format("[{}]:{}", ip, port_);
  }
  struct stat info{};
  if (!made_file_.empty() && ::stat(made_file_.c_str(), &info) == 0) file_inode_ = info.st_ino;
}

Result<Listener> Listener::Tcp(const std::string& host, uint16_t port) {
  SI_ASSIGN(const auto where, ParseAddress(host, port));
  const auto& [address, length] = where;
  const std::string shown = fmt::format("{}:{}", host, port);
  Fd fd(::socket(address.any.sa_family, kFlags, 0));
  if (!fd.valid()) return CannotListen(shown, errno);
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), &address.any, length) != 0 || ::listen(fd.get(), kBacklog) != 0)
    return CannotListen(shown, errno);
  return Listener(std::move(fd), Origin::kMade);
}

Result<Listener> Listener::Unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return Fail(Code::kInvalidArgument,
                fmt::format("the path of a Unix socket has 1 to {} bytes, not {}",
                            sizeof address.sun_path - 1, path.size()));
  }
  path.copy(address.sun_path, path.size());
  SI_TRY(RemoveStale(path, address));
  Fd fd(::socket(AF_UNIX, kFlags, 0));
  const std::string shown = fmt::format("the Unix socket '{}'", path);
  // No moment in which others could connect: the file gets the socket's mode, then the wanted one.
  if (!fd.valid() || ::fchmod(fd.get(), 0600) != 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return CannotListen(shown, errno);
  if (::chmod(path.c_str(), 0660) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    const int error = errno;
    ::unlink(path.c_str());
    return CannotListen(shown, error);
  }
  return Listener(std::move(fd), Origin::kMade, path);
}

Result<Listener> Listener::Adopt(int number) {
  const auto listening = SocketOption(number, SO_ACCEPTCONN);
  if (!listening) {
    return Fail(Code::kInvalidArgument, fmt::format("descriptor {} is not an open socket: {}",
                                                    number, std::strerror(errno)));
  }
  const auto family = SocketOption(number, SO_DOMAIN);
  const bool known = family == AF_INET || family == AF_INET6 || family == AF_UNIX;
  if (listening == 0 || SocketOption(number, SO_TYPE) != SOCK_STREAM || !known) {
    return Fail(Code::kInvalidArgument,
                fmt::format("descriptor {} is not a listening TCP or Unix socket", number));
  }
  ::fcntl(number, F_SETFL, ::fcntl(number, F_GETFL) | O_NONBLOCK);
  ::fcntl(number, F_SETFD, FD_CLOEXEC);
  return Listener(Fd(number), Origin::kInherited);
}

Result<std::optional<Accepted>> Listener::Accept() const {
  Address address{};
  socklen_t length = sizeof address;
  Fd fd(::accept4(fd_.get(), &address.any, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd.valid()) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
    const bool full = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    return Fail(full ? Code::kExhausted : Code::kIo, std::strerror(errno));
  }
  Accepted accepted{std::move(fd), address.any.sa_family, "unix"};
  if (accepted.family != AF_UNIX) {
    accepted.peer = IpText(address);
    const int on = 1;
    ::setsockopt(accepted.fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return accepted;
}

void Listener::RefuseNew() {
  if (origin_ == Origin::kInherited) return;
  RemoveFile();
  if (port_ == 0) return;
  // The kernel drops the first packet of new connections. Without this, a client whose connection
  // is made between the last accept and the close would have its request reset.
  static constexpr uint32_t kFlagsByte = 13;  // of the TCP header
  static constexpr uint32_t kSynOrAck = 0x12;
  static constexpr uint32_t kSyn = 0x02;
  sock_filter program[] = {BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kFlagsByte),
                           BPF_STMT(BPF_ALU | BPF_AND | BPF_K, kSynOrAck),
                           BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kSyn, 0, 1),
                           BPF_STMT(BPF_RET | BPF_K, 0), BPF_STMT(BPF_RET | BPF_K, UINT32_MAX)};
  const sock_fprog filter{.len = std::size(program), .filter = program};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

void Listener::RemoveFile() {
  struct stat info{};
  const bool ours =
      !made_file_.empty() && ::stat(made_file_.c_str(), &info) == 0 && info.st_ino == file_inode_;
  if (ours) ::unlink(made_file_.c_str());
  made_file_.clear();
}

}  // namespace http
