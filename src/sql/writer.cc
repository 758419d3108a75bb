#include "sql/writer.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>

namespace sql {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr Statement kSavepoint{"savepoint", "SAVEPOINT job"};
constexpr Statement kUndo{"undo", "ROLLBACK TO SAVEPOINT job"};
constexpr Statement kRelease{"release", "RELEASE SAVEPOINT job"};

// A transaction that always comes second has met a fault, not bad luck.
constexpr int kMaxRaces = 100;

}  // namespace

Result<> Call(const std::function<Result<>(Tx&)>& fn, Tx& tx) {
  try {
    return fn(tx);
  } catch (const std::exception& error) {
    return Fail(Code::kInternal, std::string("exception in a transaction: ") + error.what());
  }
}

Writer::Writer(std::unique_ptr<Connection> connection, Connector connect, size_t max_group,
               Commits& commits)
    : connect_(std::move(connect)),
      max_group_(max_group),
      commits_(commits),
      connection_(std::move(connection)) {}

Writer::~Writer() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  idle_.wait(lock, [&] { return waiting_.empty(); });
}

Result<> Writer::Run(const Function& fn) {
  if (leader_ == std::this_thread::get_id())
    return Fail(Code::kInternal, "Write called inside a Write function");
  Job job{.fn = &fn, .result = {}};
  if (const Group group = WaitForTurn(job); !group.empty()) {
    leader_ = std::this_thread::get_id();
    CarryOut(group);
    leader_ = std::thread::id();
    Leave(group);
  }
  return std::move(job.result);
}

// What the thread of this job has to carry out, from the job itself on. Nothing: the job is done,
// or the database closes.
Writer::Group Writer::WaitForTurn(Job& job) {
  std::unique_lock lock(mutex_);
  if (stopping_) {
    job.result = Fail(Code::kUnavailable, "the database is closing");
    return {};
  }
  waiting_.push_back(&job);
  job.turn.wait(lock, [&] { return job.done || waiting_.front() == &job; });
  if (job.done) return {};
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), max_group_));
  return {waiting_.begin(), waiting_.begin() + count};
}

// Answers, and hands on. A job ends with the wait of its thread, which takes the mutex first:
// within it, all of the group are there.
void Writer::Leave(const Group& group) {
  const std::lock_guard lock(mutex_);
  waiting_.erase(waiting_.begin(), waiting_.begin() + std::ssize(group));
  for (Job* job : group) {
    job->done = true;
    job->turn.notify_one();
  }
  if (waiting_.empty()) {
    idle_.notify_all();
  } else {
    waiting_.front()->turn.notify_one();
  }
}

void Writer::CarryOut(const Group& group) {
  if (auto connected = Connect(); !connected) {
    for (Job* job : group) job->result = connected;
  } else if (group.size() == 1 || !RunTogether(group)) {
    for (Job* job : group) job->result = RunAlone(*job->fn);
  }
  if (std::ranges::any_of(group, [](const Job* job) { return job->result.has_value(); }))
    commits_.Add();
}

Result<> Writer::Connect() {
  if (connection_ != nullptr && !connection_->Lost()) return {};
  connection_.reset();
  SI_ASSIGN(connection_, connect_());
  return {};
}

// One transaction for all. False when it was lost as a whole (a failed commit, or an error upon
// which the database rolls everything back): then each has to be run again by itself.
bool Writer::RunTogether(const Group& group) {
  if (auto begun = connection_->Execute(kBeginWrite, {}); !begun) {
    if (connection_->Lost()) return false;
    for (Job* job : group) job->result = Fail(begun.error());
    return true;
  }
  for (Job* job : group) {
    job->result = RunInSavepoint(*job->fn);
    if (!connection_->InTransaction() || connection_->LostRace()) {
      RollBack();
      return false;
    }
  }
  const auto committed = connection_->Execute(kCommit, {});
  if (!committed && connection_->Lost()) {
    // Nobody knows whether it went through, so nothing is done a second time.
    for (Job* job : group) job->result = Fail(committed.error());
    return true;
  }
  if (!committed) RollBack();
  return committed.has_value();
}

Result<> Writer::RunInSavepoint(const Function& fn) {
  SI_TRY(connection_->Execute(kSavepoint, {}));
  auto result = Call(fn, *connection_);
  if (!connection_->InTransaction() || connection_->LostRace()) return result;
  if (!result) SI_TRY(connection_->Execute(kUndo, {}));
  SI_TRY(connection_->Execute(kRelease, {}));
  return result;
}

Result<> Writer::RunAlone(const Function& fn) {
  SI_TRY(Connect());
  for (int race = 1;; ++race) {
    bool raced = false;
    auto result = RunOnce(fn, raced);
    if (!raced || race == kMaxRaces) return result;
    std::this_thread::sleep_for(std::chrono::milliseconds(race));
  }
}

// `raced`: another transaction came first, and it is worth trying again.
Result<> Writer::RunOnce(const Function& fn, bool& raced) {
  SI_TRY(connection_->Execute(kBeginWrite, {}));
  auto result = Call(fn, *connection_);
  if (result) {
    if (auto committed = connection_->Execute(kCommit, {}); !committed) {
      result = Fail(committed.error());
    }
  }
  raced = !result && connection_->LostRace();
  if (!result) RollBack();
  return result;
}

void Writer::RollBack() {
  if (connection_->InTransaction()) (void)connection_->Execute(kRollback, {});
}

}  // namespace sql
