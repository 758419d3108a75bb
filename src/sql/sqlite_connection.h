// One SQLite connection with its prepared statements. Private to this folder.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sql/connection.h"

namespace sql {

class SqliteConnection final : public Connection {
 public:
  enum class Mode { kReadWrite, kReadOnly };
  static base::Result<std::unique_ptr<SqliteConnection>> Open(const std::filesystem::path& path,
                                                              Mode mode, int busy_timeout_ms);

  base::Result<Rows> Query(const Statement& statement, Params params) override;
  base::Result<int64_t> Execute(const Statement& statement, Params params) override;
  base::Result<> Script(std::string_view text) override;
  Dialect dialect() const override { return Dialect::kSqlite; }

  bool InTransaction() const override { return sqlite3_get_autocommit(handle_.get()) == 0; }

 private:
  struct CloseHandle {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  struct Prepared {
    std::unique_ptr<sqlite3_stmt, Finalize> statement;
    std::vector<size_t> numbers;  // of SQLite's i-th parameter: n of its name "$n"
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  explicit SqliteConnection(sqlite3* handle) : handle_(handle) {}
  base::Result<Prepared*> Prepare(std::string_view text);
  base::Result<Rows> Run(std::string_view text, Params params);
  base::Result<> Bind(const Prepared& prepared, Params params);
  base::Error LastError(std::string_view what) const;

  std::unique_ptr<sqlite3, CloseHandle> handle_;
  // Destroyed before the handle.
  std::unordered_map<std::string, Prepared, Hash, std::equal_to<>> cache_;
};

}  // namespace sql
