// The one writer of a process: takes all functions that wait, runs each in its own savepoint,
// commits once and answers after the commit (group commit), so that many small writes cost one
// fsync. Private to this folder.
#pragma once

#include <condition_variable>
#include <deque>
#include <future>
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
    std::promise<base::Result<>> answer;
  };
  using Group = std::vector<Job*>;

  void Loop();
  Group NextGroup();
  base::Result<> Connect();
  bool RunTogether(const Group& group);
  base::Result<> RunInSavepoint(const Function& fn);
  base::Result<> RunAlone(const Function& fn);
  base::Result<> RunOnce(const Function& fn, bool& raced);
  void RollBack();
  static void Answer(Job& job);

  const Connector connect_;
  const size_t max_group_;
  Commits& commits_;

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job*> waiting_;  // under mutex_
  bool stopping_ = false;     // under mutex_

  std::unique_ptr<Connection> connection_;  // the thread's; null after a failed Connect
  std::thread thread_;                      // last: starts when all else is there
};

}  // namespace sql
