#include "sql/test_schema.h"

#include <unistd.h>

#include <cstdlib>

#include "base/random.h"
#include "sql/postgres.h"

namespace sql {
namespace {

std::string ServerUrl() {
  const char* const url = std::getenv("SI_TEST_POSTGRES");
  return url == nullptr ? "" : url;
}

}  // namespace

bool TestSchema::Available() { return !ServerUrl().empty(); }

TestSchema::TestSchema() : admin_(OpenPostgres(ServerUrl()).value()) {
  base::SeededRandom random(base::SystemSeed());
  name_ = "test_" + base::NewUuid(random);
  std::erase(name_, '-');
  (void)admin_->Write([&](Tx& tx) { return tx.Script("CREATE SCHEMA " + name_); }).value();
  url_ = ServerUrl() + (ServerUrl().contains('?') ? "&" : "?") + "options=-csearch_path%3D" + name_;
}

TestSchema::~TestSchema() {
  (void)admin_->Write([&](Tx& tx) { return tx.Script("DROP SCHEMA " + name_ + " CASCADE"); });
}

void TestSchema::CutConnections() {
  (void)admin_->Read([](Tx& tx) {
    return tx.Query({"cut",
                     "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                     "WHERE pid <> pg_backend_pid() AND datname = current_database()"});
  });
}

}  // namespace sql
