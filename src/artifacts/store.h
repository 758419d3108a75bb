// Artifacts: what an upload or a step left behind, as named immutable bytes.
//
// An artifact is keyed by its type, the id of the cumulative StepConfig that produced it (none for
// raw documents) and the document's hash. It is written once: a second Put of the same key keeps
// what is there and succeeds, so two attempts of a step can never mix their output. After a
// successful Put or Upload::Commit the bytes survive a power cut.
//
// An interface because the bytes live in files, in S3 or in the database, by configuration. All
// methods are thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace artifacts {

// Which step writes what: ingest -> document; parse -> parsed_markdown, parsed_json; chunk ->
// chunks; embed -> embeddings; store -> rag.
enum class Type { kDocument, kParsedMarkdown, kParsedJson, kChunks, kEmbeddings, kRag };

// "parsed_markdown"
std::string_view Name(Type type);
// The type of that name.
std::optional<Type> TypeNamed(std::string_view name);

struct Key {
  Type type = Type::kDocument;
  int64_t step_config_id = 0;  // not used for kDocument
  std::string hash;            // "sha256-…"

  friend bool operator==(const Key&, const Key&) = default;
};

// Asked immediately before the bytes become visible; an error (kStale) keeps them out. Empty: no
// question asked.
using Fence = std::function<base::Result<>()>;

// A document on its way in: written piece by piece while its hashes are computed; memory does not
// grow with its size. Not thread-safe. Dropped without Commit, it leaves nothing.
//
//   upload = Write* Hash? Commit?
class Upload {
 public:
  struct Committed {
    std::string hash;  // "sha256-…"
    std::string md5;   // hex
    uint64_t size = 0;
    std::string head;  // the first bytes (up to kHeadSize), for content sniffing
  };
  static constexpr size_t kHeadSize = 4096;

  virtual ~Upload() = default;
  virtual base::Result<> Write(std::string_view bytes) = 0;
  // "sha256-…" of what was written; nothing is written afterwards.
  virtual std::string Hash() = 0;
  // Makes the bytes durable as Key{kDocument, hash}. Called once, last.
  virtual base::Result<Committed> Commit() = 0;
};

// A path to read an artifact from; removes the file at the end when it is a temporary copy.
class LocalFile {
 public:
  LocalFile(std::filesystem::path path, bool temporary)
      : path_(std::move(path)), temporary_(temporary) {}
  ~LocalFile();
  LocalFile(LocalFile&& other) noexcept
      : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, false)) {}
  LocalFile& operator=(LocalFile&&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  bool temporary_;
};

class Store {
 public:
  virtual ~Store() = default;

  // Keeps what is there already and succeeds.
  virtual base::Result<> Put(const Key& key, std::string_view bytes, const Fence& fence = {}) = 0;
  // kNotFound; kTooLarge over `limit`.
  virtual base::Result<std::string> Get(const Key& key, size_t limit = SIZE_MAX) const = 0;
  // Size in bytes; nullopt when there is none.
  virtual base::Result<std::optional<uint64_t>> Size(const Key& key) const = 0;
  // Succeeds also when there was none.
  virtual base::Result<> Remove(const Key& key) = 0;
  virtual base::Result<LocalFile> Open(const Key& key) const = 0;
  virtual base::Result<std::unique_ptr<Upload>> NewUpload() = 0;
};

// kInvalidArgument unless the hash is one of ours ("sha256-" and 64 hex digits): keys become paths.
base::Result<> CheckKey(const Key& key);

}  // namespace artifacts
