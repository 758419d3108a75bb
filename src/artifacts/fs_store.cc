#include "artifacts/fs_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "base/files.h"
#include "base/hash.h"

namespace artifacts {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::FromErrno;
using base::Result;

// A file in `.incoming`: written, synced, then linked to its final name. Dropped without Publish,
// it leaves nothing.
class Incoming {
 public:
  static Result<Incoming> Create(const fs::path& path) {
    base::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!fd.valid()) return Fail(FromErrno("cannot create " + path.string(), errno));
    return Incoming(path, std::move(fd));
  }
  Incoming(Incoming&& other) noexcept
      : path_(std::exchange(other.path_, {})), fd_(std::move(other.fd_)) {}
  ~Incoming() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  Result<> Write(std::string_view bytes) {
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
  Result<> Publish(const fs::path& final_path, const Fence& fence) {
    if (::fsync(fd_.get()) != 0) return Fail(FromErrno("cannot sync " + path_.string(), errno));
    SI_TRY(base::CreateFolders(final_path.parent_path()));
    if (fence) SI_TRY(fence());
    if (::link(path_.c_str(), final_path.c_str()) != 0) {
      if (errno != EEXIST) return Fail(FromErrno("cannot publish " + final_path.string(), errno));
      SI_TRY(ReplaceIfOtherSize(final_path));
    }
    return base::SyncFolder(final_path.parent_path());
  }

  uint64_t size() const { return size_; }

 private:
  Incoming(fs::path path, base::Fd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  Result<> ReplaceIfOtherSize(const fs::path& final_path) {
    std::error_code error;
    const auto there = fs::file_size(final_path, error);
    if (!error && there == size_) return {};
    if (::rename(path_.c_str(), final_path.c_str()) != 0) {
      return Fail(FromErrno("cannot replace " + final_path.string(), errno));
    }
    path_.clear();
    return {};
  }

  fs::path path_;
  base::Fd fd_;
  uint64_t size_ = 0;
};

// Names and places of one root; shared by the store and its uploads.
class Layout {
 public:
  explicit Layout(FsOptions options) : options_(std::move(options)) {}

  fs::path PathOf(const Key& key) const {
    fs::path path = options_.root / Folder(key.type);
    if (key.type != Type::kDocument) path /= std::to_string(key.step_config_id);
    return path / key.hash.substr(key.hash.size() - 2) / key.hash;
  }
  fs::path incoming() const { return options_.root / ".incoming"; }
  fs::path NextIncoming() { return incoming() / std::to_string(counter_++); }

 private:
  const std::string& Folder(Type type) const {
    switch (type) {
      case Type::kDocument:
        return options_.document_dir;
      case Type::kParsedMarkdown:
        return options_.parsed_markdown_dir;
      case Type::kParsedJson:
        return options_.parsed_json_dir;
      case Type::kChunks:
        return options_.chunks_dir;
      case Type::kEmbeddings:
        return options_.embeddings_dir;
      case Type::kRag:
        break;
    }
    return options_.rag_dir;
  }

  FsOptions options_;
  std::atomic<uint64_t> counter_{0};
};

class FsUpload final : public Upload {
 public:
  FsUpload(std::shared_ptr<Layout> layout, Incoming file)
      : layout_(std::move(layout)), file_(std::move(file)) {}

  Result<> Write(std::string_view bytes) override {
    SI_TRY(file_.Write(bytes));
    sha256_.Update(bytes);
    md5_.Update(bytes);
    if (head_.size() < kHeadSize) head_ += bytes.substr(0, kHeadSize - head_.size());
    return {};
  }

  Result<Committed> Commit() override {
    Committed done{.hash = "sha256-" + sha256_.FinishHex(),
                   .md5 = md5_.FinishHex(),
                   .size = file_.size(),
                   .head = std::move(head_)};
    SI_TRY(file_.Publish(layout_->PathOf({.hash = done.hash}), {}));
    return done;
  }

 private:
  std::shared_ptr<Layout> layout_;
  Incoming file_;
  base::Hasher sha256_{base::HashKind::kSha256};
  base::Hasher md5_{base::HashKind::kMd5};
  std::string head_;
};

class FsStore final : public Store {
 public:
  explicit FsStore(std::shared_ptr<Layout> layout) : layout_(std::move(layout)) {}

  Result<> Put(const Key& key, std::string_view bytes, const Fence& fence) override {
    SI_TRY(CheckKey(key));
    SI_ASSIGN(Incoming file, Incoming::Create(layout_->NextIncoming()));
    SI_TRY(file.Write(bytes));
    return file.Publish(layout_->PathOf(key), fence);
  }

  Result<std::string> Get(const Key& key, size_t limit) const override {
    SI_TRY(CheckKey(key));
    return base::ReadFile(layout_->PathOf(key), limit);
  }

  Result<std::optional<uint64_t>> Size(const Key& key) const override {
    SI_TRY(CheckKey(key));
    struct stat info{};
    const fs::path path = layout_->PathOf(key);
    if (::stat(path.c_str(), &info) == 0) return static_cast<uint64_t>(info.st_size);
    if (errno == ENOENT) return std::nullopt;
    return Fail(FromErrno("cannot look at " + path.string(), errno));
  }

  Result<> Remove(const Key& key) override {
    SI_TRY(CheckKey(key));
    const fs::path path = layout_->PathOf(key);
    if (::unlink(path.c_str()) != 0) {
      if (errno == ENOENT) return {};
      return Fail(FromErrno("cannot remove " + path.string(), errno));
    }
    return base::SyncFolder(path.parent_path());
  }

  Result<LocalFile> Open(const Key& key) const override {
    SI_ASSIGN(const auto size, Size(key));
    if (!size)
      return Fail(Code::kNotFound,
                  "there is no " + std::string(Name(key.type)) + " of " + key.hash);
    return LocalFile(layout_->PathOf(key), /*temporary=*/false);
  }

  Result<std::unique_ptr<Upload>> NewUpload() override {
    SI_ASSIGN(Incoming file, Incoming::Create(layout_->NextIncoming()));
    return std::make_unique<FsUpload>(layout_, std::move(file));
  }

 private:
  std::shared_ptr<Layout> layout_;
};

}  // namespace

Result<std::unique_ptr<Store>> OpenFsStore(const FsOptions& options) {
  FsOptions absolute = options;
  std::error_code error;
  absolute.root = fs::absolute(options.root, error);
  if (error) return Fail(FromErrno("cannot resolve " + options.root.string(), error.value()));
  auto layout = std::make_shared<Layout>(std::move(absolute));
  fs::remove_all(layout->incoming(), error);
  SI_TRY(base::CreateFolders(layout->incoming()));
  return std::make_unique<FsStore>(std::move(layout));
}

}  // namespace artifacts
