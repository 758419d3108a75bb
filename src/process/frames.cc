#include "process/frames.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

#include "process/fds.h"

namespace process {
namespace {

constexpr size_t kStepSize = size_t{1} << 20;  // a string grows by at most this before bytes arrive

uint32_t GetU32(const char* bytes) {
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = (value << 8) | static_cast<uint8_t>(bytes[i]);
  return value;
}

void PutU32(std::string& out, uint32_t value) {
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

size_t PaddingAfter(size_t size) { return (8 - size % 8) % 8; }

// Milliseconds for poll(), rounded up; -1 is for ever.
int PollTimeout(std::chrono::steady_clock::time_point deadline) {
  using std::chrono::milliseconds;
  if (deadline == std::chrono::steady_clock::time_point::max()) return -1;
  const auto left =
      std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, std::numeric_limits<int>::max()));
}

// Waits for `events` on a socket under a Wait. The eventfd that wakes it on stop exists only when a
// stop can come.
class Waiter {
 public:
  explicit Waiter(const Wait& wait) : wait_(wait) {}

  base::Result<> For(int fd, short events) {
    if (wait_.stop.stop_possible() && !wake_.valid()) {
      SI_ASSIGN(wake_, EventFd());
      callback_.emplace(wait_.stop, Wake{wake_.get()});
    }
    while (true) {
      if (wait_.stop.stop_requested()) return base::Fail(base::Code::kCancelled, "cancelled");
      pollfd fds[2] = {{fd, events, 0}, {wake_.get(), POLLIN, 0}};
      const int ready = poll(fds, 2, PollTimeout(wait_.deadline));
      if (ready < 0 && errno != EINTR) return base::Fail(base::FromErrno("cannot poll", errno));
      if (ready > 0 && fds[0].revents != 0) return {};
      if (ready == 0 && std::chrono::steady_clock::now() >= wait_.deadline) {
        return base::Fail(base::Code::kTimeout, "the other process did not answer in time");
      }
    }
  }

 private:
  struct Wake {
    int fd;
    void operator()() const { SignalEvent(fd); }
  };
  const Wait& wait_;
  base::Fd wake_;
  std::optional<std::stop_callback<Wake>> callback_;
};

base::Error PeerGone() {
  return base::Error(base::Code::kUnavailable, "the other process closed the connection");
}

base::Error SocketError(const char* what, int error) {
  if (error == EPIPE || error == ECONNRESET) return PeerGone();
  return base::FromErrno(what, error);
}

// What is still to be sent of a frame: prefix and block, and maybe a descriptor with the first
// byte.
class Outgoing {
 public:
  Outgoing(std::string_view prefix, std::string_view block, int fd)
      : prefix_(prefix), block_(block), fd_(fd) {}

  bool Done() const { return prefix_.empty() && block_.empty(); }

  // One sendmsg: bytes sent, or -1 with errno.
  ssize_t SendSome(int socket) {
    std::array<iovec, 2> parts{{{const_cast<char*>(prefix_.data()), prefix_.size()},
                                {const_cast<char*>(block_.data()), block_.size()}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    if (fd_ >= 0) {
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(header), &fd_, sizeof fd_);
    }
    const ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    if (sent > 0) Consume(static_cast<size_t>(sent));
    return sent;
  }

 private:
  void Consume(size_t count) {
    fd_ = -1;
    const size_t of_prefix = std::min(count, prefix_.size());
    prefix_.remove_prefix(of_prefix);
    block_.remove_prefix(count - of_prefix);
  }

  std::string_view prefix_;
  std::string_view block_;
  int fd_;
};

// One recvmsg; a descriptor that came along goes to `fd`.
ssize_t ReceiveMessage(int socket, std::span<char> space, base::Fd& fd) {
  iovec part{space.data(), space.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (got <= 0) return got;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    int received = -1;
    std::memcpy(&received, CMSG_DATA(header), sizeof received);
    fd.Reset(received);
  }
  return got;
}

}  // namespace

base::Result<std::string> FramePrefix(uint32_t id, std::string_view header, size_t block_size) {
  constexpr size_t kMax = std::numeric_limits<uint32_t>::max();
  const size_t before_block = 12 + header.size() + PaddingAfter(12 + header.size());
  if (header.size() > kMax / 2 || block_size > kMax - 4 - before_block) {
    return base::Fail(base::Code::kTooLarge, "the message is longer than 4 GB");
  }
  std::string prefix;
  prefix.reserve(before_block);
  PutU32(prefix, static_cast<uint32_t>(before_block - 4 + block_size));
  PutU32(prefix, id);
  PutU32(prefix, static_cast<uint32_t>(header.size()));
  prefix += header;
  prefix.append(before_block - prefix.size(), '\0');
  return prefix;
}

std::span<char> FrameDecoder::Space() {
  const size_t left = wanted_ - filled_;
  if (part_ == Part::kFixed) return {fixed_ + filled_, left};
  if (part_ == Part::kPadding) return {padding_ + filled_, left};
  std::string& target = part_ == Part::kHeader ? frame_.header : frame_.block;
  if (target.size() == filled_) target.resize(filled_ + std::min(left, kStepSize));
  return {target.data() + filled_, target.size() - filled_};
}

base::Result<> FrameDecoder::Commit(size_t count) {
  filled_ += count;
  while (part_ != Part::kDone && filled_ == wanted_) {
    if (part_ == Part::kFixed) {
      SI_TRY(ReadFixed());
    } else {
      Enter(static_cast<Part>(static_cast<int>(part_) + 1));
    }
  }
  return {};
}

std::optional<Frame> FrameDecoder::Take() {
  if (part_ != Part::kDone) return std::nullopt;
  Frame frame = std::move(frame_);
  frame_ = Frame();
  Enter(Part::kFixed);
  return frame;
}

void FrameDecoder::Enter(Part part) {
  part_ = part;
  filled_ = 0;
  if (part == Part::kFixed) wanted_ = kFixed;
  if (part == Part::kPadding) wanted_ = PaddingAfter(kFixed + frame_.header.size());
  if (part == Part::kBlock) wanted_ = block_size_;
}

base::Result<> FrameDecoder::ReadFixed() {
  const size_t total = GetU32(fixed_);
  frame_.id = GetU32(fixed_ + 4);
  const size_t header = GetU32(fixed_ + 8);
  const size_t before_block = 8 + header + PaddingAfter(kFixed + header);
  if (total < before_block) {
    return base::Fail(base::Code::kDamaged, "a message whose lengths contradict each other");
  }
  if (header > limits_.header) {
    return base::Fail(base::Code::kTooLarge,
                      "a message header of " + std::to_string(header) + " bytes");
  }
  block_size_ = total - before_block;
  if (block_size_ > limits_.block) {
    return base::Fail(base::Code::kTooLarge,
                      "a message block of " + std::to_string(block_size_) + " bytes");
  }
  Enter(Part::kHeader);
  wanted_ = header;
  return {};
}

FrameChannel::FrameChannel(base::Fd socket, FrameLimits limits)
    : socket_(std::move(socket)), decoder_(limits) {
  fcntl(socket_.get(), F_SETFL, fcntl(socket_.get(), F_GETFL) | O_NONBLOCK);
}

base::Result<> FrameChannel::Send(uint32_t id, std::string_view header, std::string_view block,
                                  const Wait& wait, int fd) {
  SI_ASSIGN(const std::string prefix, FramePrefix(id, header, block.size()));
  Outgoing outgoing(prefix, block, fd);
  Waiter waiter(wait);
  const std::unique_lock lock(sending_, wait.deadline);
  if (!lock) return base::Fail(base::Code::kTimeout, "other messages were still being sent");
  while (!outgoing.Done()) {
    if (outgoing.SendSome(socket_.get()) >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN) return base::Fail(SocketError("cannot send", errno));
    SI_TRY(waiter.For(socket_.get(), POLLOUT));
  }
  return {};
}

base::Result<Frame> FrameChannel::Receive(const Wait& wait) {
  Waiter waiter(wait);
  while (true) {
    if (auto frame = decoder_.Take()) {
      frame->fd = std::move(received_fd_);
      return std::move(*frame);
    }
    const ssize_t got = ReceiveMessage(socket_.get(), decoder_.Space(), received_fd_);
    if (got > 0) {
      SI_TRY(decoder_.Commit(static_cast<size_t>(got)));
    } else if (got == 0) {
      return base::Fail(PeerGone());
    } else if (errno == EAGAIN) {
      SI_TRY(waiter.For(socket_.get(), POLLIN));
    } else if (errno != EINTR) {
      return base::Fail(SocketError("cannot receive", errno));
    }
  }
}

void FrameChannel::Shutdown() { shutdown(socket_.get(), SHUT_RDWR); }

base::Result<base::Fd> ConnectUnix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return base::Fail(base::Code::kInvalidArgument, "socket path is too long: " + path);
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  base::Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return base::Fail(base::FromErrno("cannot make a socket", errno));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return base::Fail(base::Code::kUnavailable,
                      "nobody listens on " + path + ": " + std::strerror(errno));
  }
  return fd;
}

}  // namespace process
