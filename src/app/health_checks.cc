#include "app/health_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>

#include "records/checkins.h"
#include "records/owner.h"
#include "sql/sqlite.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Result;

Result<> CheckRoom(const fs::path& folder, int64_t min_mb) {
  std::error_code error;
  const fs::space_info room = fs::space(folder, error);
  // A folder that is made with the first use has no disk yet.
  if (error == std::errc::no_such_file_or_directory) return {};
  if (error) return Fail(base::FromErrno("cannot look at " + folder.string(), error.value()));
  const auto free_mb = static_cast<int64_t>(room.available >> 20);
  if (free_mb >= min_mb) return {};
  return Fail(Code::kUnavailable, fmt::format("{} MB are free for {}, {} are needed", free_mb,
                                              folder.string(), min_mb));
}

Result<> CheckDisks(const Settings& settings) {
  std::vector<fs::path> folders = {settings.file_store_dir, settings.lancedb_dir};
  if (const auto database = sql::SqlitePathFromUrl(settings.doc_db_url)) {
    folders.push_back(database->parent_path().empty() ? "." : database->parent_path());
  }
  for (const fs::path& folder : folders) SI_TRY(CheckRoom(folder, settings.min_free_disk_mb));
  return {};
}

// 0: not needed so far; it starts with the first request.
Result<> CheckEngine(int pid) {
  if (pid == 0 || kill(pid, 0) == 0 || errno == EPERM) return {};
  return Fail(Code::kUnavailable, "the LanceDB engine has died; it is started again when needed");
}

// Somebody has given a sign of life lately.
Result<> CheckWorkers(sql::Database& database, base::Time since) {
  SI_ASSIGN(const auto workers,
            database.Read([](sql::Tx& tx) { return records::CheckIns::List(tx); }));
  if (std::ranges::any_of(workers, [&](const auto& w) { return w.last_checkin >= since; })) {
    return {};
  }
  return Fail(Code::kUnavailable, "no worker has given a sign of life lately");
}

}  // namespace

std::vector<api::HealthCheck> MakeHealthChecks(const Settings& settings,
                                               const HealthSubjects& subjects) {
  std::vector<api::HealthCheck> checks = {
      {"database",
       [s = subjects] {
         return s.database.Write(
             [&](sql::Tx& tx) { return records::Owner::ProveWritable(tx, s.clock.Now()); });
       }},
      {"disk", [settings] { return CheckDisks(settings); }},
      {"artifacts",
       [s = subjects]() -> Result<> {
         SI_ASSIGN(const auto upload, s.artifacts.NewUpload());
         return upload->Write("written to see that it can be done");
       }},
      {"engine", [s = subjects] { return CheckEngine(s.vectors.EnginePid()); }},
      {"embedder", [s = subjects]() -> Result<> {
         if (s.embedder.Dimension() > 0) return {};
         return Fail(Code::kUnavailable, "the local model is not loaded");
       }}};
  if (subjects.has_workers) {
    const base::Duration limit = std::chrono::seconds(settings.worker_checkin_timeout);
    checks.push_back({"workers", [s = subjects, limit] {
                        return CheckWorkers(s.database, s.clock.Now() - limit);
                      }});
  }
  return checks;
}

}  // namespace app
