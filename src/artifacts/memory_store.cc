#include "artifacts/memory_store.h"

#include <map>
#include <tuple>

#include "base/files.h"
#include "base/guarded.h"
#include "base/hash.h"

namespace artifacts {
namespace {

using base::Result;
using Name3 = std::tuple<Type, int64_t, std::string>;

Name3 NameOf(const Key& key) {
  return {key.type, key.type == Type::kDocument ? 0 : key.step_config_id, key.hash};
}

// The shared state: uploads may outlive the call that made them.
struct Shelf {
  base::Guarded<std::map<Name3, std::string>> blobs;
  base::TempDir files;  // for Open()
};

class MemoryUpload final : public Upload {
 public:
  explicit MemoryUpload(std::shared_ptr<Shelf> shelf) : shelf_(std::move(shelf)) {}
  Result<> Write(std::string_view bytes) override {
    bytes_ += bytes;
    return {};
  }
  std::string Hash() override { return base::DocumentHash(bytes_); }
  Result<Committed> Commit() override {
    Committed done{Hash(), base::Md5Hex(bytes_), bytes_.size(), bytes_.substr(0, kHeadSize)};
    shelf_->blobs.With(
        [&](auto& blobs) { blobs.emplace(NameOf({.hash = done.hash}), std::move(bytes_)); });
    return done;
  }

 private:
  std::shared_ptr<Shelf> shelf_;
  std::string bytes_;
};

class MemoryStore final : public Store {
 public:
  Result<> Put(const Key& key, std::string_view bytes, const Fence& fence) override {
    SI_TRY(CheckKey(key));
    if (fence) SI_TRY(fence());
    shelf_->blobs.With([&](auto& blobs) { blobs.emplace(NameOf(key), bytes); });
    return {};
  }
  Result<std::string> Get(const Key& key, size_t limit) const override {
    return shelf_->blobs.With([&](const auto& blobs) -> Result<std::string> {
      const auto found = blobs.find(NameOf(key));
      if (found == blobs.end()) return base::Fail(base::Code::kNotFound, "no artifact " + key.hash);
      if (found->second.size() > limit)
        return base::Fail(base::Code::kTooLarge, key.hash + " is over the limit");
      return found->second;
    });
  }
  Result<std::optional<uint64_t>> Size(const Key& key) const override {
    return shelf_->blobs.With([&](const auto& blobs) -> Result<std::optional<uint64_t>> {
      const auto found = blobs.find(NameOf(key));
      if (found == blobs.end()) return std::nullopt;
      return found->second.size();
    });
  }
  Result<> Remove(const Key& key) override {
    shelf_->blobs.With([&](auto& blobs) { blobs.erase(NameOf(key)); });
    return {};
  }
  Result<LocalFile> Open(const Key& key) const override {
    SI_ASSIGN(const std::string bytes, Get(key, SIZE_MAX));
    const auto path = shelf_->files.path() /
                      (std::string(Name(key.type)) + std::to_string(key.step_config_id) + key.hash);
    SI_TRY(base::WriteFileDurably(path, bytes));
    return LocalFile(path, /*temporary=*/false);  // the shelf's folder goes with the store
  }
  Result<std::unique_ptr<Upload>> NewUpload() override {
    return std::make_unique<MemoryUpload>(shelf_);
  }

 private:
  std::shared_ptr<Shelf> shelf_ = std::make_shared<Shelf>();
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore() { return std::make_unique<MemoryStore>(); }

}  // namespace artifacts
