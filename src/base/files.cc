#include "base/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <vector>

namespace base {
namespace {

Result<> WriteAll(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(FromErrno("cannot write " + path.string(), errno));
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

// Unique within the process; the process id makes it unique on the machine.
std::filesystem::path TempNameBeside(const std::filesystem::path& path) {
  static std::atomic<uint64_t> counter{0};
  return path.parent_path() / ("." + path.filename().string() + "." + std::to_string(::getpid()) +
                               "." + std::to_string(counter++) + ".tmp");
}

}  // namespace

void Fd::Reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Result<std::string> ReadFile(const std::filesystem::path& path, size_t limit) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return Fail(FromErrno("cannot open " + path.string(), errno));
  std::string bytes;
  std::vector<char> block(1 << 16);
  while (true) {
    const ssize_t n = ::read(fd.get(), block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(FromErrno("cannot read " + path.string(), errno));
    if (n == 0) return bytes;
    if (bytes.size() + static_cast<size_t>(n) > limit) {
      return Fail(Code::kTooLarge,
                  path.string() + " is longer than " + std::to_string(limit) + " bytes");
    }
    bytes.append(block.data(), static_cast<size_t>(n));
  }
}

Result<> SyncFolder(const std::filesystem::path& path) {
  const Fd fd(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return Fail(FromErrno("cannot open folder " + path.string(), errno));
  if (::fsync(fd.get()) != 0) return Fail(FromErrno("cannot sync folder " + path.string(), errno));
  return {};
}

Result<> CreateFolders(const std::filesystem::path& path) {
  std::error_code error;
  if (path.empty() || std::filesystem::is_directory(path, error)) return {};
  SI_TRY(CreateFolders(path.parent_path()));
  if (!std::filesystem::create_directory(path, error) && error) {
    return Fail(FromErrno("cannot create folder " + path.string(), error.value()));
  }
  return SyncFolder(path.parent_path());
}

Result<> WriteFileDurably(const std::filesystem::path& path, std::string_view bytes) {
  SI_TRY(CreateFolders(path.parent_path()));
  const std::filesystem::path temp = TempNameBeside(path);
  Fd fd(::open(temp.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd.valid()) return Fail(FromErrno("cannot create " + temp.string(), errno));
  auto written = WriteAll(fd.get(), bytes, temp);
  if (written && ::fsync(fd.get()) != 0)
    written = Fail(FromErrno("cannot sync " + temp.string(), errno));
  fd.Reset();
  if (written && ::rename(temp.c_str(), path.c_str()) != 0) {
    written = Fail(FromErrno("cannot rename to " + path.string(), errno));
  }
  if (!written) {
    ::unlink(temp.c_str());
    return written;
  }
  return SyncFolder(path.parent_path());
}

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "si-XXXXXX").string();
  const char* made = ::mkdtemp(pattern.data());
  path_ = made != nullptr ? made : "";
}

TempDir::~TempDir() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace base
