#include "http/event_waker.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace http {

namespace asio = boost::asio;

std::function<void()> EventWaker::Attachment() {
  Detach();
  timer_.emplace(executor_);
  woken_ = false;
  line_ = std::make_shared<Line>();
  line_->waker = this;
  return [line = line_] {
    const std::lock_guard lock(line->mutex);
    if (line->waker == nullptr) return;
    asio::post(line->waker->executor_, [line] {
      // On the connection's executor, where a Detach cannot come in between.
      if (line->waker != nullptr) line->waker->Wake();
    });
  };
}

void EventWaker::Detach() {
  if (!line_) return;
  const std::lock_guard lock(line_->mutex);
  line_->waker = nullptr;
}

asio::awaitable<void> EventWaker::Wait(std::chrono::milliseconds limit) {
  if (!woken_ && !stopped_) {
    timer_->expires_after(limit);
    co_await timer_->async_wait(asio::as_tuple(asio::use_awaitable));
  }
  woken_ = false;
}

void EventWaker::Wake() {
  woken_ = true;
  timer_->cancel();
}

void EventWaker::Stop() {
  stopped_ = true;
  if (timer_) timer_->cancel();
}

}  // namespace http
