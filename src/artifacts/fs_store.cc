#include "artifacts/fs_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "artifacts/incoming.h"
#include "base/files.h"

namespace artifacts {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::FromErrno;
using base::Result;

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
  Result<Incoming> NewFile() {
    const fs::path path = incoming() / std::to_string(counter_++);
    return unnamed_ ? Incoming::CreateUnnamed(path) : Incoming::Create(path);
  }
  // Empties and makes the folder of files on their way in.
  Result<> Prepare() {
    std::error_code ignored;
    fs::remove_all(incoming(), ignored);
    SI_TRY(base::CreateFolders(incoming()));
    unnamed_ = Incoming::CanBeUnnamed(incoming());
    return {};
  }

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
  bool unnamed_ = false;  // constant after Prepare
};

class FsStore final : public Store {
 public:
  explicit FsStore(std::shared_ptr<Layout> layout) : layout_(std::move(layout)) {}

  Result<> Put(const Key& key, std::string_view bytes, const Fence& fence) override {
    SI_TRY(CheckKey(key));
    SI_ASSIGN(Incoming file, layout_->NewFile());
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
    SI_ASSIGN(Incoming file, layout_->NewFile());
    return std::make_unique<SpooledUpload>(
        std::move(file), [layout = layout_](const Upload::Committed& done, Incoming& spooled) {
          return spooled.Publish(layout->PathOf({.hash = done.hash}), {});
        });
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
  SI_TRY(layout->Prepare());
  return std::make_unique<FsStore>(std::move(layout));
}

}  // namespace artifacts
