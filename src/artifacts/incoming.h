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
  // A file that has no name before it is published, which saves two changes of a folder; `path` is
  // for the rare case that it needs one. Only where CanBeUnnamed says so.
  static base::Result<Incoming> CreateUnnamed(const std::filesystem::path& path);
  // The file system of this folder can give a nameless file a name, and /proc is there to do it.
  static bool CanBeUnnamed(const std::filesystem::path& folder);

  Incoming(Incoming&& other) noexcept
      : path_(std::move(other.path_)),
        named_(std::exchange(other.named_, false)),
        fd_(std::move(other.fd_)),
        size_(other.size_) {}
  Incoming& operator=(Incoming&&) = delete;
  ~Incoming();

  base::Result<> Write(std::string_view bytes);
  // Durable under its final name when it returns; what is there already is kept.
  base::Result<> Publish(const std::filesystem::path& final_path, const Fence& fence);
  // The file, made by Create, goes to somebody else, who removes it.
  std::filesystem::path Release() {
    named_ = false;
    return std::move(path_);
  }

  const std::filesystem::path& path() const { return path_; }
  uint64_t size() const { return size_; }

 private:
  Incoming(std::filesystem::path path, bool named, base::Fd fd)
      : path_(std::move(path)), named_(named), fd_(std::move(fd)) {}
  // An errno, or 0.
  int LinkTo(const std::filesystem::path& name) const;
  base::Result<> ReplaceIfOtherSize(const std::filesystem::path& final_path);

  std::filesystem::path path_;
  bool named_;  // it stands under path_
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
