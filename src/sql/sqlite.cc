#include "sql/sqlite.h"

#include "base/files.h"
#include "sql/readers.h"
#include "sql/sqlite_connection.h"
#include "sql/writer.h"

namespace sql {
namespace {

using base::Code;
using base::Fail;
using base::Result;
class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::shared_ptr<OwnerLock> lock, std::unique_ptr<Connection> connection,
                 const Connector& reader, const Connector& writer, const SqliteOptions& options)
      : lock_(std::move(lock)),
        readers_(reader, options.read_connections),
        writer_(std::move(connection), writer, options.max_group, commits()) {}

  Dialect dialect() const override { return Dialect::kSqlite; }

 protected:
  Result<> RunRead(const Function& fn) override { return readers_.Run(fn); }
  Result<> RunWrite(const Function& fn) override { return writer_.Run(fn); }

 private:
  const std::shared_ptr<OwnerLock> lock_;
  Readers readers_;
  Writer writer_;
};

Connector ConnectorTo(const std::filesystem::path& path, SqliteConnection::Mode mode,
                      int busy_timeout_ms) {
  return [path, mode, busy_timeout_ms]() -> Result<std::unique_ptr<Connection>> {
    return SqliteConnection::Open(path, mode, busy_timeout_ms);
  };
}

}  // namespace

Result<std::unique_ptr<Database>> OpenSqlite(const std::filesystem::path& path,
                                             const SqliteOptions& options) {
  SI_TRY(base::CreateFolders(path.parent_path()));
  std::shared_ptr<OwnerLock> lock = options.lock;
  if (lock == nullptr) {
    SI_ASSIGN(OwnerLock acquired, OwnerLock::Acquire(path));
    lock = std::make_shared<OwnerLock>(std::move(acquired));
  }
  using Mode = SqliteConnection::Mode;
  const Connector reader = ConnectorTo(path, Mode::kReadOnly, options.busy_timeout_ms);
  const Connector writer = ConnectorTo(path, Mode::kReadWrite, options.busy_timeout_ms);
  SI_ASSIGN(auto connection, writer());
  SI_TRY(base::SyncFolder(path.parent_path()));
  return std::make_unique<SqliteDatabase>(std::move(lock), std::move(connection), reader, writer,
                                          options);
}

Result<std::filesystem::path> SqlitePathFromUrl(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) {
    return Fail(
        Code::kInvalidArgument,
        "'" + std::string(url) + "' is not a database URL like sqlite:///./db/documents.db");
  }
  const std::string_view kind = url.substr(0, std::min(colon, url.find('+')));
  if (kind.starts_with("postgres")) {
    return Fail(Code::kUnsupported, "PostgreSQL is not yet supported: use sqlite:///path");
  }
  std::string_view path = url.substr(colon + 3);
  path = path.substr(0, path.find('?'));  // options of other drivers
  if (kind != "sqlite" || (!path.empty() && !path.starts_with('/'))) {
    return Fail(
        Code::kInvalidArgument,
        "'" + std::string(url) + "' is not a database URL like sqlite:///./db/documents.db");
  }
  if (!path.empty()) path.remove_prefix(1);
  if (path.empty() || path == ":memory:") {
    return Fail(Code::kUnsupported, "a database in memory keeps nothing: use sqlite:///path");
  }
  return std::filesystem::path(path);
}

}  // namespace sql
