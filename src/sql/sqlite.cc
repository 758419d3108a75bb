#include "sql/sqlite.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "base/files.h"
#include "sql/sqlite_connection.h"

namespace sql {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using Function = std::function<Result<>(Tx&)>;

constexpr Statement kBegin{"begin", "BEGIN IMMEDIATE"};
constexpr Statement kBeginRead{"begin", "BEGIN"};
constexpr Statement kCommit{"commit", "COMMIT"};
constexpr Statement kRollback{"rollback", "ROLLBACK"};
constexpr Statement kSavepoint{"savepoint", "SAVEPOINT job"};
constexpr Statement kUndo{"undo", "ROLLBACK TO job"};
constexpr Statement kRelease{"release", "RELEASE job"};

Result<> Call(const Function& fn, Tx& tx) {
  try {
    return fn(tx);
  } catch (const std::exception& error) {
    return Fail(Code::kInternal, std::string("exception in a transaction: ") + error.what());
  }
}

// A pool of connections that are opened when first needed.
class Readers {
 public:
  Readers(std::filesystem::path path, size_t limit, int busy_timeout_ms)
      : path_(std::move(path)), limit_(limit), busy_timeout_ms_(busy_timeout_ms) {}

  Result<> Run(const Function& fn) {
    SI_ASSIGN(auto connection, Take());
    auto result = RunOn(*connection, fn);
    Give(std::move(connection));
    return result;
  }

 private:
  using Connection = std::unique_ptr<SqliteConnection>;

  static Result<> RunOn(SqliteConnection& connection, const Function& fn) {
    SI_TRY(connection.Execute(kBeginRead, {}));
    auto result = Call(fn, connection);
    if (!connection.AutoCommit()) SI_TRY(connection.Execute(kRollback, {}));
    return result;
  }

  Result<Connection> Take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !idle_.empty() || open_ < limit_; });
    if (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    ++open_;
    lock.unlock();
    auto opened =
        SqliteConnection::Open(path_, SqliteConnection::Mode::kReadOnly, busy_timeout_ms_);
    if (!opened) {
      lock.lock();
      --open_;
      returned_.notify_one();
    }
    return opened;
  }

  void Give(Connection connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
    returned_.notify_one();
  }

  const std::filesystem::path path_;
  const size_t limit_;
  const int busy_timeout_ms_;

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Connection> idle_;  // under mutex_
  size_t open_ = 0;               // under mutex_
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::shared_ptr<OwnerLock> lock, std::unique_ptr<SqliteConnection> connection,
                 const std::filesystem::path& path, const SqliteOptions& options)
      : lock_(std::move(lock)),
        max_group_(options.max_group),
        readers_(path, options.read_connections, options.busy_timeout_ms),
        connection_(std::move(connection)),
        writer_([this] { WriterLoop(); }) {}

  // Carries out what waits, then stops.
  ~SqliteDatabase() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    arrived_.notify_one();
    writer_.join();
  }

  Dialect dialect() const override { return Dialect::kSqlite; }

 protected:
  Result<> RunRead(const Function& fn) override { return readers_.Run(fn); }

  Result<> RunWrite(const Function& fn) override {
    if (std::this_thread::get_id() == writer_.get_id()) {
      return Fail(Code::kInternal, "Write called inside a Write function");
    }
    Job job{&fn, {}, {}};
    auto answer = job.answer.get_future();
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return Fail(Code::kUnavailable, "the database is closing");
      waiting_.push_back(&job);
    }
    arrived_.notify_one();
    return answer.get();
  }

 private:
  // Lives on the stack of the thread that waits for its answer.
  struct Job {
    const Function* fn;
    Result<> result;
    std::promise<Result<>> answer;
  };
  using Group = std::vector<Job*>;

  void WriterLoop() {
    for (Group group = NextGroup(); !group.empty(); group = NextGroup()) {
      if (group.size() == 1 || !RunTogether(group)) {
        for (Job* job : group) job->result = RunAlone(*job);
      }
      for (Job* job : group) Answer(*job);
    }
  }

  // The job ends with the wait of its thread, maybe before set_value returns: nothing of it is
  // touched by then.
  static void Answer(Job& job) {
    auto answer = std::move(job.answer);
    auto result = std::move(job.result);
    answer.set_value(std::move(result));
  }

  // What waits, or nothing when the database closes.
  Group NextGroup() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), max_group_));
    Group group(waiting_.begin(), waiting_.begin() + count);
    waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    return group;
  }

  // One transaction for all. False when it was lost as a whole (a failed commit, or an error upon
  // which SQLite rolls everything back): then each has to be run again by itself.
  bool RunTogether(const Group& group) {
    if (auto begun = connection_->Execute(kBegin, {}); !begun) {
      for (Job* job : group) job->result = Fail(begun.error());
      return true;
    }
    for (Job* job : group) {
      job->result = RunInSavepoint(*job->fn);
      if (connection_->AutoCommit()) return false;
    }
    if (connection_->Execute(kCommit, {})) return true;
    if (!connection_->AutoCommit()) (void)connection_->Execute(kRollback, {});
    return false;
  }

  Result<> RunInSavepoint(const Function& fn) {
    SI_TRY(connection_->Execute(kSavepoint, {}));
    auto result = Call(fn, *connection_);
    if (connection_->AutoCommit()) return result;
    if (!result) SI_TRY(connection_->Execute(kUndo, {}));
    SI_TRY(connection_->Execute(kRelease, {}));
    return result;
  }

  Result<> RunAlone(const Job& job) {
    SI_TRY(connection_->Execute(kBegin, {}));
    auto result = Call(*job.fn, *connection_);
    if (result) {
      if (auto committed = connection_->Execute(kCommit, {}); !committed) {
        result = Fail(committed.error());
      }
    }
    if (!result && !connection_->AutoCommit()) (void)connection_->Execute(kRollback, {});
    return result;
  }

  const std::shared_ptr<OwnerLock> lock_;
  const size_t max_group_;
  Readers readers_;

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job*> waiting_;  // under mutex_
  bool stopping_ = false;     // under mutex_

  const std::unique_ptr<SqliteConnection> connection_;  // the writer thread's
  std::thread writer_;                                  // last: starts when all else is there
};

}  // namespace

Result<std::unique_ptr<Database>> OpenSqlite(const std::filesystem::path& path,
                                             const SqliteOptions& options) {
  SI_TRY(base::CreateFolders(path.parent_path()));
  std::shared_ptr<OwnerLock> lock = options.lock;
  if (lock == nullptr) {
    SI_ASSIGN(OwnerLock acquired, OwnerLock::Acquire(path));
    lock = std::make_shared<OwnerLock>(std::move(acquired));
  }
  SI_ASSIGN(auto connection, SqliteConnection::Open(path, SqliteConnection::Mode::kReadWrite,
                                                    options.busy_timeout_ms));
  SI_TRY(base::SyncFolder(path.parent_path()));
  return std::make_unique<SqliteDatabase>(std::move(lock), std::move(connection), path, options);
}

Result<std::filesystem::path> SqlitePathFromUrl(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) {
    return Fail(
        Code::kInvalidArgument,
        "'" + std::string(url) + "' is not a database URL like sqlite:///./db/documents.db");
  }
  const std::string_view kind = url.substr(0, std::min(colon, url.find('+')));
  if (kind.starts_with("postgres")) {
    return Fail(Code::kUnsupported, "PostgreSQL is not yet supported: use sqlite:///path");
  }
  std::string_view path = url.substr(colon + 3);
  path = path.substr(0, path.find('?'));  // options of other drivers
  if (kind != "sqlite" || (!path.empty() && !path.starts_with('/'))) {
    return Fail(
        Code::kInvalidArgument,
        "'" + std::string(url) + "' is not a database URL like sqlite:///./db/documents.db");
  }
  if (!path.empty()) path.remove_prefix(1);
  if (path.empty() || path == ":memory:") {
    return Fail(Code::kUnsupported, "a database in memory keeps nothing: use sqlite:///path");
  }
  return std::filesystem::path(path);
}

}  // namespace sql
