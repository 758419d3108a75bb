#include "app/database.h"

#include "sql/postgres.h"
#include "sql/sqlite.h"

namespace app {

base::Result<std::filesystem::path> OwnedPath(const Settings& settings) {
  if (!sql::IsPostgresUrl(settings.doc_db_url)) return sql::SqlitePathFromUrl(settings.doc_db_url);
  return std::filesystem::path(settings.lancedb_dir) / "ingester";
}

base::Result<std::unique_ptr<sql::Database>> OpenDatabase(const Settings& settings,
                                                          std::shared_ptr<sql::OwnerLock> lock) {
  if (sql::IsPostgresUrl(settings.doc_db_url)) {
    return sql::OpenPostgres(settings.doc_db_url, {.sole_user = true});
  }
  SI_ASSIGN(const auto path, sql::SqlitePathFromUrl(settings.doc_db_url));
  return sql::OpenSqlite(path, {.lock = std::move(lock)});
}

std::string WithoutPassword(const std::string& url) {
  const size_t host = url.rfind('@');
  const size_t scheme = url.find("://");
  if (host == std::string::npos || scheme == std::string::npos) return url;
  const size_t colon = url.find(':', scheme + 3);
  if (colon == std::string::npos || colon > host) return url;
  return url.substr(0, colon + 1) + "********" + url.substr(host);
}

}  // namespace app
