#include "sql/postgres_connection.h"

#include <cctype>
#include <charconv>
#include <cstdlib>
#include <type_traits>
#include <vector>

namespace sql {
namespace {

using base::Code;
using base::Fail;
using base::Result;

// Types by their fixed numbers in the catalogue.
enum Oid : unsigned {
  kBool = 16,
  kBytea = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kFloat4 = 700,
  kFloat8 = 701,
  kTimestampTz = 1184,
  kNumeric = 1700,
};

// What the server reports, by the classes of the SQL standard.
Code CodeOf(std::string_view state) {
  if (state.starts_with("23")) return Code::kConflict;
  if (state.starts_with("28")) return Code::kPermissionDenied;
  if (state == "42501") return Code::kPermissionDenied;
  if (state == "53100") return Code::kNoSpace;
  if (state.starts_with("53")) return Code::kExhausted;  // memory, connections
  if (state.starts_with("22")) return Code::kInvalidArgument;
  if (state.starts_with("58")) return Code::kIo;
  if (state.starts_with("XX")) return Code::kDamaged;
  for (const char* passing : {"08", "40", "55", "57"}) {
    if (state.starts_with(passing)) return Code::kUnavailable;
  }
  return Code::kInternal;
}

constexpr std::string_view kSetUp =
    "SET TIME ZONE 'UTC'; SET DateStyle TO 'ISO'; SET client_encoding TO 'UTF8'; "
    "SET standard_conforming_strings TO on; SET idle_in_transaction_session_timeout TO '5min'; "
    "SET lock_timeout TO '60s'; SET client_min_messages TO 'warning'; "
    "SET extra_float_digits TO 1; SET bytea_output TO 'hex'";

// The parameters of one call in the form libpq takes them.
class Arguments {
 public:
  Result<> Add(const Value& value) {
    return std::visit([this](const auto& v) { return AddOne(v); }, value.data());
  }
  Result<> AddAll(Params params) {
    texts_.reserve(params.values().size());
    for (const Value& value : params.values()) SI_TRY(Add(value));
    return {};
  }

  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  Result<> AddOne(std::monostate) { return Push(nullptr, 0, 0); }
  Result<> AddOne(int64_t number) { return Own(std::to_string(number)); }
  Result<> AddOne(double number) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof(text), number).ptr;
    return Own(std::string(text, end));
  }
  Result<> AddOne(const std::string& text) {
    if (text.find('\0') != std::string::npos) {
      return Fail(Code::kInvalidArgument,
                  "a text with a NUL character cannot be stored in PostgreSQL");
    }
    return Push(text.c_str(), text.size(), 0);
  }
  Result<> AddOne(const Blob& blob) { return Push(blob.bytes.data(), blob.bytes.size(), 1); }

  Result<> Own(std::string text) {
    texts_.push_back(std::move(text));
    return Push(texts_.back().c_str(), texts_.back().size(), 0);
  }
  Result<> Push(const char* data, size_t size, int format) {
    values_.push_back(data);
    lengths_.push_back(static_cast<int>(size));
    formats_.push_back(format);
    return {};
  }

  std::vector<std::string> texts_;  // never grows past what was reserved
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

template <typename T>
Value Number(std::string_view text) {
  T number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return Value(number);
}

Value ReadBytes(const char* text) {
  size_t size = 0;
  unsigned char* const bytes = PQunescapeBytea(reinterpret_cast<const unsigned char*>(text), &size);
  Blob blob{std::string(reinterpret_cast<const char*>(bytes), bytes == nullptr ? 0 : size)};
  PQfreemem(bytes);
  return Value(std::move(blob));
}

// In the forms that SQLite gives.
Value ReadValue(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return {};
  const char* const data = PQgetvalue(result, row, column);
  std::string_view text(data, static_cast<size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case kBool:
      return Value(text == "t" ? 1 : 0);
    case kInt2:
    case kInt4:
    case kInt8:
      return Number<int64_t>(text);
    case kFloat4:
    case kFloat8:
    case kNumeric:
      return Number<double>(text);
    case kBytea:
      return ReadBytes(data);
    case kTimestampTz:
      if (text.ends_with("+00")) text.remove_suffix(3);
      return Value(text);
    default:
      return Value(text);
  }
}

std::string_view Trimmed(std::string_view message) {
  while (message.ends_with('\n') || message.ends_with(' ')) message.remove_suffix(1);
  return message;
}

std::string_view TextOf(const Statement& statement) {
  return statement.postgres.empty() ? statement.sqlite : statement.postgres;
}

bool IsName(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// SQLite's planner hints left out: "INDEXED BY name", and a + right before a column.
std::string WithoutHints(std::string_view text) {
  static constexpr std::string_view kIndexedBy = "INDEXED BY ";
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with(kIndexedBy)) {
      i += kIndexedBy.size();
      while (i < text.size() && IsName(text[i])) ++i;
      --i;
    } else if (text[i] != '+' || i + 1 == text.size() || !IsName(text[i + 1])) {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<Connection>> PostgresConnection::Open(const std::string& url) {
  const char* const keywords[] = {"dbname", "connect_timeout", "application_name", nullptr};
  const char* const values[] = {url.c_str(), "10", "soliplex-ingester", nullptr};
  std::unique_ptr<PostgresConnection> connection(
      new PostgresConnection(PQconnectdbParams(keywords, values, /*expand_dbname=*/1)));
  PGconn* const handle = connection->handle_.get();
  if (handle == nullptr) return Fail(Code::kExhausted, "no memory for a connection");
  if (PQstatus(handle) != CONNECTION_OK) {
    const std::string message(Trimmed(PQerrorMessage(handle)));
    const bool refused = message.find("authentication failed") != std::string::npos ||
                         message.find("no password supplied") != std::string::npos;
    return Fail(refused ? Code::kPermissionDenied : Code::kUnavailable,
                "cannot connect to PostgreSQL: " + message);
  }
  SI_TRY(connection->Script(kSetUp));
  return connection;
}

Result<PostgresConnection::Answer> PostgresConnection::Check(PGresult* raw) {
  Answer answer(raw);
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return answer;
  const char* const field = PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE);
  const std::string_view state = field == nullptr ? "08006" : field;
  // Serialization failure, deadlock.
  lost_race_ = state == "40001" || state == "40P01";
  const char* const primary = PQresultErrorField(answer.get(), PG_DIAG_MESSAGE_PRIMARY);
  return Fail(CodeOf(state),
              std::string(Trimmed(primary != nullptr ? primary : PQerrorMessage(handle_.get()))));
}

Result<std::string> PostgresConnection::Prepare(std::string_view text) {
  if (const auto found = prepared_.find(text); found != prepared_.end()) return found->second;
  std::string name = "s" + std::to_string(prepared_.size() + 1);
  SI_TRY(Check(PQprepare(handle_.get(), name.c_str(), WithoutHints(text).c_str(), 0, nullptr)));
  prepared_.emplace(text, name);
  return name;
}

Result<PostgresConnection::Answer> PostgresConnection::Run(const Statement& statement,
                                                           Params params) {
  lost_race_ = false;
  Arguments arguments;
  SI_TRY(arguments.AddAll(params));
  auto name = Prepare(TextOf(statement));
  if (!name) return Fail(name.error().Within(statement.name));
  auto answer =
      Check(PQexecPrepared(handle_.get(), name->c_str(), arguments.count(), arguments.values(),
                           arguments.lengths(), arguments.formats(), /*resultFormat=*/0));
  if (!answer) return Fail(answer.error().Within(statement.name));
  return answer;
}

Result<Rows> PostgresConnection::Query(const Statement& statement, Params params) {
  SI_ASSIGN(const Answer answer, Run(statement, params));
  const int columns = PQnfields(answer.get());
  const int rows = PQntuples(answer.get());
  std::vector<Value> values;
  values.reserve(static_cast<size_t>(columns) * static_cast<size_t>(rows));
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      values.push_back(ReadValue(answer.get(), row, column));
    }
  }
  return Rows(static_cast<size_t>(columns), std::move(values));
}

Result<int64_t> PostgresConnection::Execute(const Statement& statement, Params params) {
  SI_ASSIGN(const Answer answer, Run(statement, params));
  // COMMIT of a transaction in which something failed is a ROLLBACK, and no error.
  if (statement.name == kCommit.name && std::string_view(PQcmdStatus(answer.get())) != "COMMIT") {
    return Fail(Code::kInternal, "the transaction had failed before its commit");
  }
  const std::string_view changed = PQcmdTuples(answer.get());
  int64_t count = 0;
  std::from_chars(changed.data(), changed.data() + changed.size(), count);
  return count;
}

Result<> PostgresConnection::Script(std::string_view text) {
  auto done = Check(PQexec(handle_.get(), std::string(text).c_str()));
  if (!done) return Fail(done.error().Within("script"));
  return {};
}

bool PostgresConnection::InTransaction() const {
  return PQtransactionStatus(handle_.get()) != PQTRANS_IDLE && !Lost();
}

bool PostgresConnection::Lost() const { return PQstatus(handle_.get()) != CONNECTION_OK; }

}  // namespace sql
