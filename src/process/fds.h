// Small makers of file descriptors for talking to children. All are close-on-exec.
#pragma once

#include <string_view>
#include <utility>

#include "base/files.h"
#include "base/result.h"

namespace process {

// {read end, write end}
base::Result<std::pair<base::Fd, base::Fd>> Pipe();

// Two ends of one Unix stream socket.
base::Result<std::pair<base::Fd, base::Fd>> SocketPair();

// A file that exists only in memory, with `bytes` in it.
// `name` is only for people (it appears in /proc).
base::Result<base::Fd> MemoryFile(const char* name, std::string_view bytes);

// A counter one thread sets and another polls for.
base::Result<base::Fd> EventFd();
void SignalEvent(int event_fd);

// Writes all of `bytes` to a blocking descriptor.
base::Result<> WriteAll(int fd, std::string_view bytes);

}  // namespace process
