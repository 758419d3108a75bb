// Follows the server's event stream beside other work, so that who shows progress asks only when
// something has happened.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "app/api_client.h"

namespace app {

// One thread while it lives, until the run group ends. `api` outlives it. Connects again by itself
// after a cut, and goes on where it was.
class EventWatch {
 public:
  EventWatch(const ApiClient& api, int64_t batch_id, int64_t run_group_id);

  // Until something happened in the batch since the last call, or `longest` has passed. While the
  // stream is cut, that is at most `without_stream`: then one has to ask.
  void Wait(std::chrono::milliseconds longest, std::chrono::milliseconds without_stream);

 private:
  void Run(const std::stop_token& stop);
  void Take(std::string_view bytes);
  void TakeLine(std::string_view line);

  const ApiClient& api_;
  const int64_t batch_id_;
  const std::string group_end_;  // marks the event that ends the watch
  const std::string of_group_;
  bool ended_ = false;   // the thread's
  std::string line_;     // the thread's: what has come of a line
  std::string last_id_;  // the thread's
  std::mutex mutex_;     // guards what follows
  std::condition_variable changed_;
  bool happened_ = false;
  bool connected_ = false;
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace app
