#include "process/fds.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace process {

base::Result<std::pair<base::Fd, base::Fd>> Pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::Fail(base::FromErrno("cannot make a pipe", errno));
  return std::pair(base::Fd(ends[0]), base::Fd(ends[1]));
}

base::Result<std::pair<base::Fd, base::Fd>> SocketPair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return base::Fail(base::FromErrno("cannot make a socket pair", errno));
  }
  return std::pair(base::Fd(ends[0]), base::Fd(ends[1]));
}

base::Result<base::Fd> MemoryFile(const char* name, std::string_view bytes) {
  base::Fd fd(memfd_create(name, MFD_CLOEXEC));
  if (!fd.valid()) return base::Fail(base::FromErrno("cannot make a file in memory", errno));
  SI_TRY(WriteAll(fd.get(), bytes));
  return fd;
}

base::Result<base::Fd> EventFd() {
  base::Fd fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd.valid()) return base::Fail(base::FromErrno("cannot make an eventfd", errno));
  return fd;
}

void SignalEvent(int event_fd) {
  const uint64_t one = 1;
  // Can only fail when the counter is full, and then it is readable already.
  [[maybe_unused]] const ssize_t written = write(event_fd, &one, sizeof one);
}

base::Result<> WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::Fail(base::FromErrno("cannot write", errno));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

}  // namespace process
