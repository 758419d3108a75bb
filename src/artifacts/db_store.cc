#include "artifacts/db_store.h"

#include <atomic>

#include "artifacts/incoming.h"
#include "base/files.h"

namespace artifacts {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;

constexpr sql::Statement kPut{
    "artifacts.put",
    "INSERT INTO documentbytes (hash, artifact_type, storage_root, file_size, file_bytes) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"};
constexpr sql::Statement kGet{"artifacts.get",
                              "SELECT file_bytes FROM documentbytes WHERE hash = $1 "
                              "AND artifact_type = $2 AND storage_root = $3"};
constexpr sql::Statement kSize{"artifacts.size",
                               "SELECT length(file_bytes) FROM documentbytes WHERE hash = $1 "
                               "AND artifact_type = $2 AND storage_root = $3"};
constexpr sql::Statement kRemove{"artifacts.remove",
                                 "DELETE FROM documentbytes WHERE hash = $1 "
                                 "AND artifact_type = $2 AND storage_root = $3"};

std::string_view FolderOf(Type type) {
  switch (type) {
    case Type::kDocument:
      return "raw";
    case Type::kParsedMarkdown:
      return "markdown";
    case Type::kParsedJson:
      return "json";
    case Type::kChunks:
      return "chunks";
    case Type::kEmbeddings:
      return "embeddings";
    case Type::kRag:
      break;
  }
  return "rag";
}

std::string RootOf(const Key& key) {
  std::string root(FolderOf(key.type));
  if (key.type != Type::kDocument) root += "/" + std::to_string(key.step_config_id);
  return root;
}

// The table, shared by the store and its uploads.
class Table {
 public:
  Table(sql::Database& database, DbOptions options)
      : database_(database), options_(std::move(options)) {}

  Result<> Put(const Key& key, std::string_view bytes, const Fence& fence) {
    SI_TRY(CheckKey(key));
    SI_TRY(CheckSize(key, bytes.size()));
    if (fence) SI_TRY(fence());
    const sql::Value value(sql::Blob{std::string(bytes)});
    return database_.Write([&](sql::Tx& tx) -> Result<> {
      SI_TRY(tx.Execute(kPut, {key.hash, Name(key.type), RootOf(key), bytes.size(), value}));
      return {};
    });
  }

  Result<> CheckSize(const Key& key, uint64_t size) const {
    if (size <= options_.max_bytes) return {};
    return Fail(Code::kTooLarge, "the " + std::string(Name(key.type)) + " has " +
                                     std::to_string(size) +
                                     " bytes; in the database an artifact may have " +
                                     std::to_string(options_.max_bytes) +
                                     " (FILE_STORE_TARGET=fs or s3 take larger ones)");
  }

  Result<Incoming> NewFile() {
    return Incoming::Create(options_.spool / ".incoming" / std::to_string(counter_++));
  }

  sql::Database& database() { return database_; }
  uint64_t max_bytes() const { return options_.max_bytes; }

 private:
  sql::Database& database_;
  const DbOptions options_;
  std::atomic<uint64_t> counter_{0};
};

class DbStore final : public Store {
 public:
  explicit DbStore(std::shared_ptr<Table> table) : table_(std::move(table)) {}

  Result<> Put(const Key& key, std::string_view bytes, const Fence& fence) override {
    return table_->Put(key, bytes, fence);
  }

  Result<std::string> Get(const Key& key, size_t limit) const override {
    SI_ASSIGN(const auto size, Size(key));
    if (size && *size > limit) return Fail(Code::kTooLarge, key.hash + " is over the limit");
    SI_ASSIGN(const sql::Rows rows, Query(kGet, key));
    if (rows.empty()) {
      return Fail(Code::kNotFound,
                  "there is no " + std::string(Name(key.type)) + " of " + key.hash);
    }
    return std::string(rows[0][0].Text());
  }

  Result<std::optional<uint64_t>> Size(const Key& key) const override {
    SI_TRY(CheckKey(key));
    SI_ASSIGN(const sql::Rows rows, Query(kSize, key));
    if (rows.empty()) return std::nullopt;
    return static_cast<uint64_t>(rows[0][0].Int());
  }

  Result<> Remove(const Key& key) override {
    SI_TRY(CheckKey(key));
    return table_->database().Write([&](sql::Tx& tx) -> Result<> {
      SI_TRY(tx.Execute(kRemove, {key.hash, Name(key.type), RootOf(key)}));
      return {};
    });
  }

  Result<LocalFile> Open(const Key& key) const override {
    SI_ASSIGN(const std::string bytes, Get(key, SIZE_MAX));
    SI_ASSIGN(Incoming file, table_->NewFile());
    SI_TRY(file.Write(bytes));
    return LocalFile(file.Release(), /*temporary=*/true);
  }

  Result<std::unique_ptr<Upload>> NewUpload() override {
    SI_ASSIGN(Incoming file, table_->NewFile());
    return std::make_unique<SpooledUpload>(
        std::move(file),
        [table = table_](const Upload::Committed& done, Incoming& spooled) -> Result<> {
          const Key key{.hash = done.hash};
          SI_TRY(table->CheckSize(key, done.size));
          SI_ASSIGN(const std::string bytes, base::ReadFile(spooled.path(), table->max_bytes()));
          return table->Put(key, bytes, {});
        });
  }

 private:
  Result<sql::Rows> Query(const sql::Statement& statement, const Key& key) const {
    return table_->database().Read(
        [&](sql::Tx& tx) { return tx.Query(statement, {key.hash, Name(key.type), RootOf(key)}); });
  }

  std::shared_ptr<Table> table_;
};

}  // namespace

Result<std::unique_ptr<Store>> OpenDbStore(sql::Database& database, const DbOptions& options) {
  DbOptions absolute = options;
  std::error_code error;
  absolute.spool = fs::absolute(options.spool, error);
  if (error)
    return Fail(base::FromErrno("cannot resolve " + options.spool.string(), error.value()));
  fs::remove_all(absolute.spool / ".incoming", error);
  SI_TRY(base::CreateFolders(absolute.spool / ".incoming"));
  return std::make_unique<DbStore>(std::make_shared<Table>(database, std::move(absolute)));
}

}  // namespace artifacts
