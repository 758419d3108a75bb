#include "app/event_watch.h"

#include <fmt/format.h>

#include <algorithm>

namespace app {

EventWatch::EventWatch(const ApiClient& api, int64_t batch_id, int64_t run_group_id)
    : api_(api),
      batch_id_(batch_id),
      group_end_(R"("kind":"group_end")"),
      of_group_(fmt::format(R"("run_group_id":{},)", run_group_id)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void EventWatch::Wait(std::chrono::milliseconds longest, std::chrono::milliseconds without_stream) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, connected_ ? longest : std::min(longest, without_stream),
                    [this] { return happened_; });
  happened_ = false;
}

void EventWatch::Run(const std::stop_token& stop) {
  while (!stop.stop_requested() && !ended_) {
    std::string path = fmt::format("/events?batch_id={}&heartbeat=5", batch_id_);
    if (!last_id_.empty()) path += "&last_event_id=" + last_id_;
    line_.clear();
    (void)api_.Stream(
        path,
        [this](std::string_view bytes) {
          Take(bytes);
          return !ended_;
        },
        stop);
    std::unique_lock lock(mutex_);
    connected_ = false;
    happened_ = true;  // whatever was missed: ask
    changed_.notify_all();
    if (ended_) return;
    // Not at once: a server that has gone away needs a moment to come back.
    std::condition_variable_any pause;
    pause.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
  }
}

void EventWatch::Take(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    line_ += bytes.substr(0, end);
    if (end == std::string_view::npos) return;
    TakeLine(line_);
    line_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void EventWatch::TakeLine(std::string_view line) {
  if (line.starts_with("id: ")) last_id_ = line.substr(4);
  // The end of a stream that is idle is noticed late: it ends itself with what is waited for.
  if (line.contains(group_end_) && line.contains(of_group_)) ended_ = true;
  const std::lock_guard lock(mutex_);
  // What happened before the stream began is not in it.
  if (connected_ && !line.starts_with("data:")) return;
  connected_ = true;
  happened_ = true;
  changed_.notify_all();
}

}  // namespace app
