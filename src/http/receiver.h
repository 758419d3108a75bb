// Reads requests off one connection: waits, heads, bodies. Private to the folder.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <expected>
#include <span>

#include "http/head.h"
#include "http/registry.h"
#include "http/transport.h"

namespace http {

// Belongs to its session. ( AwaitRequest ReadHead ReadPiece* )*
class Receiver {
 public:
  // Why nothing came. kGone: the peer closed, or nobody waits any more; there is no one to answer.
  enum class Fault { kGone, kLate, kBroken };
  template <typename T = void>
  using Outcome = std::expected<T, Fault>;

  Receiver(Transport& transport, Watched& watched, const Limits& limits);

  // Until the first byte of a request is there. Holds next to no memory meanwhile.
  boost::asio::awaitable<Outcome<>> AwaitRequest();

  // kBroken: message() says why, parser.fault_status() with which status.
  boost::asio::awaitable<Outcome<>> ReadHead(HeadParser& parser);

  // The next bytes of the body, at least one unless the body ends. The caller sets the deadline.
  boost::asio::awaitable<Outcome<size_t>> ReadPiece(HeadParser& parser, std::span<char> into);

  const std::string& message() const { return message_; }
  // Bytes are here that nobody has asked for yet.
  bool has_more() const { return buffer_.size() > 0; }

  // A client that still sends would get a reset instead of the answer: reads on for a moment.
  boost::asio::awaitable<void> DiscardRest();

 private:
  boost::asio::awaitable<Outcome<>> More(size_t room);
  // Takes what is here of the body. True: `into` got some, or the body has ended.
  Outcome<bool> Parse(HeadParser& parser, std::span<char> into);

  Transport& transport_;
  Watched& watched_;
  boost::beast::flat_buffer buffer_;
  std::string message_;
};

}  // namespace http
