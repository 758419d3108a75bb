// Turns Ctrl-C into a stop request. Private to the folder.
#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

#include "app/signals.h"

namespace app {

// While it lives.
class StopOnSignal {
 public:
  StopOnSignal()
      : thread_([this] {
          while (WaitForStopSignal() == SIGHUP) {
          }
          if (!ended_) source_.request_stop();
        }) {}
  ~StopOnSignal() {
    ended_ = true;
    pthread_kill(thread_.native_handle(), SIGTERM);
  }
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::atomic<bool> ended_{false};
  std::jthread thread_;
};

}  // namespace app
