// What a stream of events waits on between two polls. Private to the folder.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace http {

// Belongs to one connection; used on its executor, except for what Attachment() gives.
class EventWaker {
 public:
  explicit EventWaker(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  ~EventWaker() { Detach(); }
  EventWaker(const EventWaker&) = delete;
  EventWaker& operator=(const EventWaker&) = delete;

  // Begins a stream: a function for any thread and any time, which does nothing once the stream
  // (or the server) is gone.
  std::function<void()> Attachment();
  void Detach();

  // Until woken, stopped or `limit`.
  boost::asio::awaitable<void> Wait(std::chrono::milliseconds limit);

  void Stop();
  bool stopped() const { return stopped_; }

 private:
  // Shared with those who wake.
  struct Line {
    std::mutex mutex;
    EventWaker* waker = nullptr;  // null: gone
  };
  void Wake();

  boost::asio::any_io_executor executor_;
  std::optional<boost::asio::steady_timer> timer_;
  std::shared_ptr<Line> line_;
  bool woken_ = false;
  bool stopped_ = false;
};

}  // namespace http
