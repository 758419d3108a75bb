#include "sql/writer.h"

#include <algorithm>
#include <chrono>
#include <exception>

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
      connection_(std::move(connection)),
      thread_([this] { Loop(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

Result<> Writer::Run(const Function& fn) {
  if (std::this_thread::get_id() == thread_.get_id()) {
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

void Writer::Loop() {
  for (Group group = NextGroup(); !group.empty(); group = NextGroup()) {
    if (auto connected = Connect(); !connected) {
      for (Job* job : group) job->result = connected;
    } else if (group.size() == 1 || !RunTogether(group)) {
      for (Job* job : group) job->result = RunAlone(*job->fn);
    }
    if (std::ranges::any_of(group, [](const Job* job) { return job->result.has_value(); })) {
      commits_.Add();
    }
    for (Job* job : group) Answer(*job);
  }
}

// The job ends with the wait of its thread, maybe before set_value returns: nothing of it is
// touched by then.
void Writer::Answer(Job& job) {
  auto answer = std::move(job.answer);
  auto result = std::move(job.result);
  answer.set_value(std::move(result));
}

// What waits, or nothing when the database closes.
Writer::Group Writer::NextGroup() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), max_group_));
  Group group(waiting_.begin(), waiting_.begin() + count);
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return group;
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
