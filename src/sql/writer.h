// The one writer of a process: all functions that wait run in one transaction, each in its own
// savepoint, are committed once and answered after the commit (group commit), so that many small
// writes cost one fsync. There is no thread for it: the thread that has waited longest carries out
// what waits, its own function and the others', which spares a lone write two changes of threads.
// Private to this folder.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "sql/commits.h"
#include "sql/connection.h"

namespace sql {

// Thread-safe.
class Writer {
 public:
  using Function = std::function<base::Result<>(Tx&)>;

  // `connect` gives another connection after one was lost. `commits` outlives the writer.
  Writer(std::unique_ptr<Connection> connection, Connector connect, size_t max_group,
         Commits& commits);
  // Carries out what waits, then stops.
  ~Writer();

  // Blocks until the changes of `fn` are durable, or it failed and has left nothing behind.
  base::Result<> Run(const Function& fn);

 private:
  // Lives on the stack of the thread that waits for its answer.
  struct Job {
    const Function* fn;
    base::Result<> result;
    bool done = false;               // under mutex_
    std::condition_variable turn{};  // it is done, or the first that waits
  };
  using Group = std::vector<Job*>;

  Group WaitForTurn(Job& job);
  void Leave(const Group& group);
  void CarryOut(const Group& group);
  base::Result<> Connect();
  bool RunTogether(const Group& group);
  base::Result<> RunInSavepoint(const Function& fn);
  base::Result<> RunAlone(const Function& fn);
  base::Result<> RunOnce(const Function& fn, bool& raced);
  void RollBack();

  const Connector connect_;
  const size_t max_group_;
  Commits& commits_;

  std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<Job*> waiting_;  // under mutex_; the first one's thread carries out the first ones
  bool stopping_ = false;     // under mutex_
  std::atomic<std::thread::id> leader_{};  // of the thread that carries out

  std::unique_ptr<Connection> connection_;  // the leader's; null after a failed Connect
};

}  // namespace sql
