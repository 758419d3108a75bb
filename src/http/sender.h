// Writes answers to one connection: bodies, files, streams, events. Private to the folder.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <string_view>

#include "base/log.h"
#include "http/answer.h"
#include "http/event_waker.h"
#include "http/limits.h"
#include "http/registry.h"
#include "http/transport.h"

namespace http {

// Belongs to its session.
class Sender {
 public:
  struct Options {
    bool head_only = false;   // HEAD: the head of the same answer
    bool keep_alive = false;  // what the head says; a stream of events overrides it
    bool chunks = true;       // the client knows chunked bodies (HTTP/1.1)
  };

  // Everything outlives the sender.
  Sender(Transport& transport, Watched& watched, boost::asio::thread_pool& pool,
         const Limits& limits, const base::Log& log);

  // True when the answer is out in full and the connection can be used again.
  boost::asio::awaitable<bool> Send(Outgoing& answer, Options options);
  boost::asio::awaitable<bool> SendContinue();

  // Ends a stream of events, now and in future.
  void Stop() { waker_.Stop(); }
  // Of the last answer.
  uint64_t bytes() const { return bytes_; }

 private:
  boost::asio::awaitable<bool> Write(std::string_view first, std::string_view second = {});
  boost::asio::awaitable<bool> SendBody(std::string_view head, std::string_view body);
  boost::asio::awaitable<bool> SendFile(Outgoing& answer);
  boost::asio::awaitable<bool> SendStream(BodyStream& stream, bool chunks);
  boost::asio::awaitable<bool> SendEvents(EventSource& source);

  Transport& transport_;
  Watched& watched_;
  boost::asio::thread_pool& pool_;
  const Limits& limits_;
  const base::Log& log_;
  EventWaker waker_;
  uint64_t bytes_ = 0;
};

}  // namespace http
