// One PostgreSQL connection with its prepared statements. Private to this folder.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sql/connection.h"

namespace sql {

class PostgresConnection final : public Connection {
 public:
  static base::Result<std::unique_ptr<Connection>> Open(const std::string& url);

  base::Result<Rows> Query(const Statement& statement, Params params) override;
  base::Result<int64_t> Execute(const Statement& statement, Params params) override;
  base::Result<> Script(std::string_view text) override;
  Dialect dialect() const override { return Dialect::kPostgres; }
  bool InTransaction() const override;
  bool Lost() const override;
  bool LostRace() const override { return lost_race_; }

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Answer = std::unique_ptr<PGresult, Clear>;
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  explicit PostgresConnection(PGconn* handle) : handle_(handle) {}
  base::Result<Answer> Run(const Statement& statement, Params params);
  // The name under which the server knows the statement.
  base::Result<std::string> Prepare(std::string_view text);
  base::Result<Answer> Check(PGresult* raw);

  std::unique_ptr<PGconn, Finish> handle_;
  bool lost_race_ = false;
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> prepared_;  // text -> name
};

}  // namespace sql
