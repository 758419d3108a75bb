#include "artifacts/incoming.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace artifacts {

namespace fs = std::filesystem;
using base::Fail;
using base::FromErrno;
using base::Result;

Result<Incoming> Incoming::Create(const fs::path& path) {
  base::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd.valid()) return Fail(FromErrno("cannot create " + path.string(), errno));
  return Incoming(path, std::move(fd));
}

Incoming::~Incoming() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<> Incoming::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(FromErrno("cannot write " + path_.string(), errno));
    bytes.remove_prefix(static_cast<size_t>(n));
    size_ += static_cast<uint64_t>(n);
  }
  return {};
}

// link() does not overwrite: the first writer wins. A file of another length under that name is a
// remnant of a damaged disk or a foreign hand and is replaced.
Result<> Incoming::Publish(const fs::path& final_path, const Fence& fence) {
  if (::fsync(fd_.get()) != 0) return Fail(FromErrno("cannot sync " + path_.string(), errno));
  SI_TRY(base::CreateFolders(final_path.parent_path()));
  if (fence) SI_TRY(fence());
  if (::link(path_.c_str(), final_path.c_str()) != 0) {
    if (errno != EEXIST) return Fail(FromErrno("cannot publish " + final_path.string(), errno));
    SI_TRY(ReplaceIfOtherSize(final_path));
  }
  return base::SyncFolder(final_path.parent_path());
}

Result<> Incoming::ReplaceIfOtherSize(const fs::path& final_path) {
  std::error_code error;
  const auto there = fs::file_size(final_path, error);
  if (!error && there == size_) return {};
  if (::rename(path_.c_str(), final_path.c_str()) != 0) {
    return Fail(FromErrno("cannot replace " + final_path.string(), errno));
  }
  path_.clear();
  return {};
}

Result<> SpooledUpload::Write(std::string_view bytes) {
  SI_TRY(file_.Write(bytes));
  sha256_.Update(bytes);
  md5_.Update(bytes);
  if (head_.size() < kHeadSize) head_ += bytes.substr(0, kHeadSize - head_.size());
  return {};
}

std::string SpooledUpload::Hash() {
  if (hash_.empty()) hash_ = "sha256-" + sha256_.FinishHex();
  return hash_;
}

Result<Upload::Committed> SpooledUpload::Commit() {
  Committed done{
      .hash = Hash(), .md5 = md5_.FinishHex(), .size = file_.size(), .head = std::move(head_)};
  SI_TRY(keep_(done, file_));
  return done;
}

}  // namespace artifacts
