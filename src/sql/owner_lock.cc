#include "sql/owner_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

namespace sql {
namespace {

using base::Code;
using base::Fail;
using base::FromErrno;
using base::Result;

std::filesystem::path LockPath(const std::filesystem::path& database) {
  return database.string() + ".lock";
}

// "<pid> <address>\n"
OwnerLock::Owner ReadOwner(int fd) {
  char buffer[512];
  const ssize_t n = ::pread(fd, buffer, sizeof buffer, 0);
  std::string_view text(buffer, n > 0 ? static_cast<size_t>(n) : 0);
  text = text.substr(0, text.find('\n'));
  OwnerLock::Owner owner;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), owner.pid).ptr;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (text.starts_with(' ')) owner.address = text.substr(1);
  return owner;
}

Result<> WriteOwner(int fd, const std::string& address) {
  const std::string text = std::to_string(::getpid()) + " " + address + "\n";
  if (::ftruncate(fd, 0) != 0 ||
      ::pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return Fail(FromErrno("cannot write the lock file", errno));
  }
  return {};
}

}  // namespace

Result<OwnerLock> OwnerLock::Acquire(const std::filesystem::path& database,
                                     const std::string& address) {
  const auto path = LockPath(database);
  SI_TRY(base::CreateFolders(path.parent_path()));
  base::Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) return Fail(FromErrno("cannot open " + path.string(), errno));
  // A few tries: Find() of another process holds the lock for a moment.
  for (int tries = 0; ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return Fail(FromErrno("cannot lock " + path.string(), errno));
    }
    if (tries == 10) {
      const Owner owner = ReadOwner(fd.get());
      return Fail(Code::kConflict, database.string() + " is in use by process " +
                                       std::to_string(owner.pid) +
                                       (owner.address.empty() ? "" : " at " + owner.address));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  SI_TRY(WriteOwner(fd.get(), address));
  return OwnerLock(std::move(fd), path);
}

Result<std::optional<OwnerLock::Owner>> OwnerLock::Find(const std::filesystem::path& database) {
  const auto path = LockPath(database);
  const base::Fd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.valid() && errno == ENOENT) return std::nullopt;
  if (!fd.valid()) return Fail(FromErrno("cannot open " + path.string(), errno));
  if (::flock(fd.get(), LOCK_SH | LOCK_NB) == 0) return std::nullopt;
  if (errno != EWOULDBLOCK) return Fail(FromErrno("cannot lock " + path.string(), errno));
  return ReadOwner(fd.get());
}

Result<> OwnerLock::SetAddress(const std::string& address) {
  return WriteOwner(fd_.get(), address);
}

}  // namespace sql
