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
  return Incoming(path, /*named=*/true, std::move(fd));
}

Result<Incoming> Incoming::CreateUnnamed(const fs::path& path) {
  const fs::path folder = path.parent_path();
  base::Fd fd(::open(folder.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0644));
  if (!fd.valid()) return Fail(FromErrno("cannot create a file in " + folder.string(), errno));
  return Incoming(path, /*named=*/false, std::move(fd));
}

bool Incoming::CanBeUnnamed(const fs::path& folder) {
  const fs::path name = folder / "probe";
  const auto file = CreateUnnamed(name);
  if (!file || file->LinkTo(name) != 0) return false;
  ::unlink(name.c_str());
  return true;
}

Incoming::~Incoming() {
  if (named_) ::unlink(path_.c_str());
}

int Incoming::LinkTo(const fs::path& name) const {
  const std::string from = named_ ? path_.string() : "/proc/self/fd/" + std::to_string(fd_.get());
  const bool linked =
      ::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
  return linked ? 0 : errno;
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

// A link does not overwrite: the first writer wins. A file of another length under that name is a
// remnant of a damaged disk or a foreign hand and is replaced.
Result<> Incoming::Publish(const fs::path& final_path, const Fence& fence) {
  if (::fsync(fd_.get()) != 0) return Fail(FromErrno("cannot sync " + path_.string(), errno));
  SI_TRY(base::CreateFolders(final_path.parent_path()));
  if (fence) SI_TRY(fence());
  const int error = LinkTo(final_path);
  if (error == EEXIST) {
    SI_TRY(ReplaceIfOtherSize(final_path));
  } else if (error != 0) {
    return Fail(FromErrno("cannot publish " + final_path.string(), error));
  }
  return base::SyncFolder(final_path.parent_path());
}

Result<> Incoming::ReplaceIfOtherSize(const fs::path& final_path) {
  std::error_code error;
  const auto there = fs::file_size(final_path, error);
  if (!error && there == size_) return {};
  if (!named_) {
    if (const int failed = LinkTo(path_); failed != 0)
      return Fail(FromErrno("cannot name " + path_.string(), failed));
    named_ = true;
  }
  if (::rename(path_.c_str(), final_path.c_str()) != 0)
    return Fail(FromErrno("cannot replace " + final_path.string(), errno));
  named_ = false;
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
