#include "sql/sqlite_connection.h"

#include <charconv>
#include <type_traits>

namespace sql {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kMaxCached = 512;

Code CodeOf(int sqlite_code) {
  switch (sqlite_code & 0xFF) {
    case SQLITE_CONSTRAINT:
      return Code::kConflict;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::kUnavailable;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return Code::kDamaged;
    case SQLITE_FULL:
      return Code::kNoSpace;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return Code::kIo;
    case SQLITE_NOMEM:
      return Code::kExhausted;
    case SQLITE_TOOBIG:
      return Code::kTooLarge;
    default:
      return Code::kInternal;
  }
}

int BindValue(sqlite3_stmt* statement, int index, const Value& value) {
  return std::visit(
      [&]<typename T>(const T& v) {
        if constexpr (std::is_same_v<T, std::monostate>) {
          return sqlite3_bind_null(statement, index);
        } else if constexpr (std::is_same_v<T, int64_t>) {
          return sqlite3_bind_int64(statement, index, v);
        } else if constexpr (std::is_same_v<T, double>) {
          return sqlite3_bind_double(statement, index, v);
        } else if constexpr (std::is_same_v<T, std::string>) {
          return sqlite3_bind_text64(statement, index, v.data(), v.size(), SQLITE_STATIC,
                                     SQLITE_UTF8);
        } else {
          return sqlite3_bind_blob64(statement, index, v.bytes.data(), v.bytes.size(),
                                     SQLITE_STATIC);
        }
      },
      value.data());
}

Value ReadValue(sqlite3_stmt* statement, int column) {
  const auto bytes = [&](const void* data) {
    const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return Value(static_cast<int64_t>(sqlite3_column_int64(statement, column)));
    case SQLITE_FLOAT:
      return Value(sqlite3_column_double(statement, column));
    case SQLITE_TEXT:
      return Value(bytes(sqlite3_column_text(statement, column)));
    case SQLITE_BLOB:
      return Value(Blob{bytes(sqlite3_column_blob(statement, column))});
    default:
      return {};
  }
}

// Leaves the statement ready for its next use, whatever happened.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  ~Reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;

 private:
  sqlite3_stmt* statement_;
};

constexpr std::string_view kWriterPragmas =
    "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=4000; PRAGMA synchronous=FULL; PRAGMA "
    "foreign_keys=ON;"
    "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864";
constexpr std::string_view kReaderPragmas =
    "PRAGMA query_only=ON; PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY";

}  // namespace

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const std::filesystem::path& path,
                                                                 Mode mode, int busy_timeout_ms) {
  sqlite3* handle = nullptr;
  // Each connection is used by one thread at a time, so SQLite's own mutexes are not needed.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                    (mode == Mode::kReadWrite ? SQLITE_OPEN_CREATE : 0);
  const int opened = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(handle));
  if (handle == nullptr) return Fail(Code::kExhausted, "no memory to open " + path.string());
  if (opened != SQLITE_OK) return Fail(connection->LastError("cannot open " + path.string()));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  const auto pragmas = mode == Mode::kReadWrite ? kWriterPragmas : kReaderPragmas;
  if (auto set = connection->Script(pragmas); !set) {
    return Fail(set.error().Within("cannot open " + path.string()));
  }
  return connection;
}

base::Error SqliteConnection::LastError(std::string_view what) const {
  const int code = sqlite3_extended_errcode(handle_.get());
  return base::Error(CodeOf(code), std::string(what) + ": " + sqlite3_errmsg(handle_.get()));
}

Result<SqliteConnection::Prepared*> SqliteConnection::Prepare(std::string_view text) {
  if (const auto found = cache_.find(text); found != cache_.end()) return &found->second;
  if (cache_.size() >= kMaxCached) cache_.clear();
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), text.data(), static_cast<int>(text.size()),
                         SQLITE_PREPARE_PERSISTENT, &raw, nullptr) != SQLITE_OK) {
    return Fail(LastError("cannot prepare"));
  }
  Prepared prepared{std::unique_ptr<sqlite3_stmt, Finalize>(raw), {}};
  const int count = sqlite3_bind_parameter_count(raw);
  for (int i = 1; i <= count; ++i) {
    const char* name = sqlite3_bind_parameter_name(raw, i);
    const std::string_view digits = name == nullptr ? "" : name + 1;
    size_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (number == 0) return Fail(Code::kInternal, "parameters must be written $1, $2 …");
    prepared.numbers.push_back(number);
  }
  return &cache_.emplace(std::string(text), std::move(prepared)).first->second;
}

Result<> SqliteConnection::Bind(const Prepared& prepared, Params params) {
  for (size_t i = 0; i < prepared.numbers.size(); ++i) {
    const size_t number = prepared.numbers[i];
    if (number > params.values().size()) {
      return Fail(Code::kInternal, "no value for parameter $" + std::to_string(number));
    }
    if (BindValue(prepared.statement.get(), static_cast<int>(i + 1), params.values()[number - 1]) !=
        SQLITE_OK) {
      return Fail(LastError("cannot bind $" + std::to_string(number)));
    }
  }
  return {};
}

Result<Rows> SqliteConnection::Run(std::string_view text, Params params) {
  SI_ASSIGN(Prepared* const prepared, Prepare(text));
  sqlite3_stmt* const statement = prepared->statement.get();
  const Reset reset(statement);
  SI_TRY(Bind(*prepared, params));
  const int columns = sqlite3_column_count(statement);
  std::vector<Value> values;
  while (true) {
    const int step = sqlite3_step(statement);
    if (step == SQLITE_DONE) return Rows(static_cast<size_t>(columns), std::move(values));
    if (step != SQLITE_ROW) return Fail(LastError("cannot run"));
    for (int column = 0; column < columns; ++column) {
      values.push_back(ReadValue(statement, column));
    }
  }
}

Result<Rows> SqliteConnection::Query(const Statement& statement, Params params) {
  auto rows = Run(statement.sqlite, params);
  if (!rows) return Fail(rows.error().Within(statement.name));
  return rows;
}

Result<int64_t> SqliteConnection::Execute(const Statement& statement, Params params) {
  SI_TRY(Query(statement, params));
  return static_cast<int64_t>(sqlite3_changes64(handle_.get()));
}

Result<> SqliteConnection::Script(std::string_view text) {
  if (sqlite3_exec(handle_.get(), std::string(text).c_str(), nullptr, nullptr, nullptr) !=
      SQLITE_OK) {
    return Fail(LastError("script"));
  }
  return {};
}

}  // namespace sql
