#include "sql/postgres.h"

#include "sql/postgres_connection.h"
#include "sql/readers.h"
#include "sql/writer.h"

namespace sql {
namespace {

using base::Result;

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(std::unique_ptr<Connection> connection, const Connector& connect,
                   const PostgresOptions& options)
      : readers_(connect, options.read_connections),
        writer_(std::move(connection), connect, options.max_group) {}

  Dialect dialect() const override { return Dialect::kPostgres; }

 protected:
  Result<> RunRead(const Function& fn) override { return readers_.Run(fn); }
  Result<> RunWrite(const Function& fn) override { return writer_.Run(fn); }

 private:
  Readers readers_;
  Writer writer_;
};

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
  SI_ASSIGN(auto connection, connect());
  return std::make_unique<PostgresDatabase>(std::move(connection), connect, options);
}

}  // namespace sql
