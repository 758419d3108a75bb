// Caretaker: the thread that does the chores.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "care/chore.h"

namespace care {

// Thread-safe.
class Caretaker {
 public:
  // Recovers, then begins. The clock must outlive it.
  static base::Result<std::unique_ptr<Caretaker>> Start(std::vector<std::unique_ptr<Chore>> chores,
                                                        const base::Clock& clock);
  // Ends after the chore that is being done.
  ~Caretaker();

  // There is something to do now.
  void Wake();

 private:
  Caretaker(std::vector<std::unique_ptr<Chore>> chores, const base::Clock& clock)
      : chores_(std::move(chores)), clock_(clock) {}
  void Run();

  const std::vector<std::unique_ptr<Chore>> chores_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;     // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace care
