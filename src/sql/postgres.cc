#include "sql/postgres.h"

#include "sql/postgres_connection.h"
#include "sql/readers.h"
#include "sql/writer.h"

namespace sql {
namespace {

using base::Result;

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(std::unique_ptr<Connection> guard, std::unique_ptr<Connection> connection,
                   const Connector& connect, const PostgresOptions& options)
      : guard_(std::move(guard)),
        readers_(connect, options.read_connections),
        writer_(std::move(connection), connect, options.max_group, commits()) {}

  Dialect dialect() const override { return Dialect::kPostgres; }

 protected:
  Result<> RunRead(const Function& fn) override { return readers_.Run(fn); }
  Result<> RunWrite(const Function& fn) override { return writer_.Run(fn); }

 private:
  const std::unique_ptr<Connection> guard_;  // its session holds the lock of the sole user
  Readers readers_;
  Writer writer_;
};

// A lock of the schema in use, held as long as its session lives.
constexpr Statement kTryLock{
    "postgres.lock", "",
    "SELECT pg_try_advisory_lock(hashtextextended('soliplex-ingester ' || current_schema(), 0))"};

Result<std::unique_ptr<Connection>> Guard(const Connector& connect) {
  SI_ASSIGN(auto guard, connect());
  SI_ASSIGN(const auto locked, guard->Scalar<int64_t>(kTryLock));
  if (locked.value_or(0) == 1) return guard;
  return base::Fail(base::Code::kConflict,
                    "another process serves from this database; stop it first");
}

// libpq knows no drivers.
std::string WithoutDriver(std::string_view url) {
  const size_t rest = url.find("://");
  return "postgresql" + std::string(url.substr(rest));
}

}  // namespace

bool IsPostgresUrl(std::string_view url) {
  const size_t end = url.find("://");
  if (end == std::string_view::npos) return false;
  const std::string_view kind = url.substr(0, std::min(end, url.find('+')));
  return kind == "postgresql" || kind == "postgres";
}

Result<std::unique_ptr<Database>> OpenPostgres(std::string_view url,
                                               const PostgresOptions& options) {
  if (!IsPostgresUrl(url)) {
    return base::Fail(base::Code::kInvalidArgument, "this is not a postgresql:// URL");
  }
  const Connector connect = [url = WithoutDriver(url)] { return PostgresConnection::Open(url); };
  std::unique_ptr<Connection> guard;
  if (options.sole_user) {
    SI_ASSIGN(guard, Guard(connect));
  }
  SI_ASSIGN(auto connection, connect());
  return std::make_unique<PostgresDatabase>(std::move(guard), std::move(connection), connect,
                                            options);
}

}  // namespace sql
