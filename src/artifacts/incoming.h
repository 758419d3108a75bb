// Bytes on their way in, in a file of their own until it is known what they are. Private to the
// folder.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>
#include <utility>

#include "artifacts/store.h"
#include "base/files.h"
#include "base/hash.h"

namespace artifacts {

// A new file: written, synced, then linked to its final name. Dropped without Publish, it leaves
// nothing.
class Incoming {
 public:
  static base::Result<Incoming> Create(const std::filesystem::path& path);
  Incoming(Incoming&& other) noexcept
      : path_(std::exchange(other.path_, {})), fd_(std::move(other.fd_)), size_(other.size_) {}
  Incoming& operator=(Incoming&&) = delete;
  ~Incoming();

  base::Result<> Write(std::string_view bytes);
  // Durable under its final name when it returns; what is there already is kept.
  base::Result<> Publish(const std::filesystem::path& final_path, const Fence& fence);
  // The file goes to somebody else, who removes it.
  std::filesystem::path Release() { return std::exchange(path_, {}); }

  const std::filesystem::path& path() const { return path_; }
  uint64_t size() const { return size_; }

 private:
  Incoming(std::filesystem::path path, base::Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  base::Result<> ReplaceIfOtherSize(const std::filesystem::path& final_path);

  std::filesystem::path path_;
  base::Fd fd_;
  uint64_t size_ = 0;
};

// An upload that is written to a file while its hashes are computed.
class SpooledUpload final : public Upload {
 public:
  // Makes the bytes of the file durable where they belong.
  using Keep = std::function<base::Result<>(const Committed&, Incoming&)>;

  SpooledUpload(Incoming file, Keep keep) : file_(std::move(file)), keep_(std::move(keep)) {}
  base::Result<> Write(std::string_view bytes) override;
  std::string Hash() override;
  base::Result<Committed> Commit() override;

 private:
  Incoming file_;
  Keep keep_;
  base::Hasher sha256_{base::HashKind::kSha256};
  base::Hasher md5_{base::HashKind::kMd5};
  std::string hash_;  // once it is asked for
  std::string head_;
};

}  // namespace artifacts
