// One small door to SQL databases. No transaction outlives a call: a function runs inside it.
//
//   SI_ASSIGN(auto batch, db.Read([&](sql::Tx& tx) { return records::Batches::Get(tx, 7); }));
//   SI_TRY(db.Write([&](sql::Tx& tx) -> base::Result<> { … }));
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sql/commits.h"
#include "sql/value.h"

namespace sql {

// One statement, its texts side by side where the dialects differ. Parameters are $1, $2 … in both.
// The texts must outlive the call; statements are named constants beside the code that uses them.
struct Statement {
  std::string_view name;  // "steps.claim": labels errors and logs
  std::string_view sqlite;
  // Empty: the same text without SQLite's planner hints (INDEXED BY name, +column).
  std::string_view postgres = {};
};

enum class Dialect { kSqlite, kPostgres };

// A running transaction. Used by one thread, only inside the function it was given to. Statements
// are prepared once per connection. Errors: kConflict for a violated constraint, kUnavailable when
// the database is locked by others, kIo for disk errors.
class Tx {
 public:
  virtual ~Tx() = default;

  virtual base::Result<Rows> Query(const Statement& statement, Params params = {}) = 0;
  // The number of rows changed.
  virtual base::Result<int64_t> Execute(const Statement& statement, Params params = {}) = 0;
  // Several statements without parameters (migrations).
  virtual base::Result<> Script(std::string_view text) = 0;
  virtual Dialect dialect() const = 0;

  // The first row as a described struct whose Columns() were selected.
  template <typename T>
  base::Result<std::optional<T>> One(const Statement& statement, Params params = {}) {
    SI_ASSIGN(const Rows rows, Query(statement, params));
    if (rows.empty()) return std::nullopt;
    SI_ASSIGN(auto object, FromRow<T>(rows[0]));
    return std::optional<T>(std::move(object));
  }

  template <typename T>
  base::Result<std::vector<T>> All(const Statement& statement, Params params = {}) {
    SI_ASSIGN(const Rows rows, Query(statement, params));
    std::vector<T> objects;
    objects.reserve(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      SI_ASSIGN(auto object, FromRow<T>(rows[i]));
      objects.push_back(std::move(object));
    }
    return objects;
  }

  // The first column of the first row; empty when there is no row or it is NULL.
  template <typename T>
  base::Result<std::optional<T>> Scalar(const Statement& statement, Params params = {}) {
    SI_ASSIGN(const Rows rows, Query(statement, params));
    if (rows.empty()) return std::nullopt;
    return As<std::optional<T>>(rows[0][0]);
  }
};

// Thread-safe. Functions return Result<T>; Read and Write return what their function returned.
class Database {
 public:
  virtual ~Database() = default;

  // Runs `fn` on a snapshot; it can run beside others and beside writes. Statements that write
  // fail.
  template <typename Fn>
  auto Read(Fn&& fn) -> std::invoke_result_t<Fn&, Tx&> {
    return Run(fn, [this](const Function& function) { return RunRead(function); });
  }

  // Runs `fn` alone and answers after its changes are durable. A function that fails leaves nothing
  // behind. `fn` may run more than once (only the last run counts), so it must not have effects of
  // its own besides those on `tx` and its result. It must not call Write.
  template <typename Fn>
  auto Write(Fn&& fn) -> std::invoke_result_t<Fn&, Tx&> {
    return Run(fn, [this](const Function& function) { return RunWrite(function); });
  }

  virtual Dialect dialect() const = 0;
  // What this object's Write has committed.
  Commits& commits() { return commits_; }

 protected:
  using Function = std::function<base::Result<>(Tx&)>;
  virtual base::Result<> RunRead(const Function& fn) = 0;
  virtual base::Result<> RunWrite(const Function& fn) = 0;

 private:
  template <typename Fn, typename Runner>
  static auto Run(Fn& fn, const Runner& runner) -> std::invoke_result_t<Fn&, Tx&> {
    using R = std::invoke_result_t<Fn&, Tx&>;
    if constexpr (std::is_void_v<typename R::value_type>) {
      return runner([&](Tx& tx) -> base::Result<> { return fn(tx); });
    } else {
      std::optional<typename R::value_type> value;
      SI_TRY(runner([&](Tx& tx) -> base::Result<> {
        value.reset();
        SI_ASSIGN(value, fn(tx));
        return {};
      }));
      return std::move(*value);
    }
  }

  Commits commits_;
};

}  // namespace sql
