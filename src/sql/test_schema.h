// For tests: a schema of one's own on the PostgreSQL server that SI_TEST_POSTGRES names, dropped at
// the end.
#pragma once

#include <memory>
#include <string>

#include "sql/database.h"

namespace sql {

class TestSchema {
 public:
  // Whether SI_TEST_POSTGRES is set.
  static bool Available();

  TestSchema();
  ~TestSchema();
  TestSchema(const TestSchema&) = delete;
  TestSchema& operator=(const TestSchema&) = delete;

  // Opens the server with the schema as search path.
  const std::string& url() const { return url_; }
  // Ends all other connections to the server.
  void CutConnections();

 private:
  std::unique_ptr<Database> admin_;
  std::string name_;
  std::string url_;
};

}  // namespace sql
