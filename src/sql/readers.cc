#include "sql/readers.h"

namespace sql {
namespace {

using base::Result;

Result<> RunOn(Connection& connection, const std::function<Result<>(Tx&)>& fn) {
  SI_TRY(connection.Execute(kBeginRead, {}));
  auto result = Call(fn, connection);
  if (connection.InTransaction()) {
    auto ended = connection.Execute(kRollback, {});
    if (result && !ended) result = base::Fail(ended.error());
  }
  return result;
}

}  // namespace

Result<> Readers::Run(const std::function<Result<>(Tx&)>& fn) {
  SI_ASSIGN(auto connection, Take());
  auto result = RunOn(*connection, fn);
  Give(std::move(connection));
  return result;
}

Result<std::unique_ptr<Connection>> Readers::Take() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [&] { return !idle_.empty() || open_ < limit_; });
  if (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  ++open_;
  lock.unlock();
  auto opened = connect_();
  if (!opened) Give(nullptr);
  return opened;
}

// One that is lost is not kept; its place is free.
void Readers::Give(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  if (connection != nullptr && !connection->Lost()) {
    idle_.push_back(std::move(connection));
  } else {
    --open_;
  }
  returned_.notify_one();
}

}  // namespace sql
