// Files with the durability we promise: after a successful return the bytes survive a power cut.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// The whole file. kNotFound, kIo; kTooLarge when it is longer than `limit`.
Result<std::string> ReadFile(const std::filesystem::path& path, size_t limit = SIZE_MAX);

// Temp file beside `path`, fsync, rename over `path`, fsync of the folder. Creates missing folders.
Result<> WriteFileDurably(const std::filesystem::path& path, std::string_view bytes);

// mkdir -p with an fsync of every parent that got a new entry.
Result<> CreateFolders(const std::filesystem::path& path);
Result<> SyncFolder(const std::filesystem::path& path);

// A file descriptor that closes itself.
class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() { Reset(); }
  Fd(Fd&& other) noexcept : fd_(other.Release()) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) Reset(other.Release());
    return *this;
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release() { return std::exchange(fd_, -1); }
  void Reset(int fd = -1);

 private:
  int fd_;
};

// A folder of its own under the system's temp folder, removed with all in it at the end. For tests
// and scratch.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace base
