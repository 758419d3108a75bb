// The bytes of one accepted connection, plain or TLS. Private to the folder.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <memory>

#include "http/tls.h"

namespace http {

using Socket = boost::asio::generic::stream_protocol::socket;

// One read and one write at a time, all on the socket's executor. An operation that Cancel() ends
// gives operation_aborted.
class Transport {
 public:
  struct Outcome {
    boost::system::error_code error;
    size_t bytes = 0;
  };
  virtual ~Transport() = default;

  virtual boost::asio::awaitable<boost::system::error_code> Handshake() = 0;
  virtual boost::asio::awaitable<Outcome> ReadSome(boost::asio::mutable_buffer into) = 0;
  // All of both buffers.
  virtual boost::asio::awaitable<boost::system::error_code> Write(
      std::array<boost::asio::const_buffer, 2> bytes) = 0;
  // Tells the peer that nothing more comes.
  virtual boost::asio::awaitable<void> ShutdownSend() = 0;
  virtual bool is_tls() const = 0;
  virtual Socket& socket() = 0;

  void Cancel();
  // The peer has closed its side and nothing is left to read.
  bool PeerIsGone();
};

std::unique_ptr<Transport> NewPlainTransport(Socket socket);
// The context outlives the transport.
std::unique_ptr<Transport> NewTlsTransport(Socket socket, TlsContext& context);

}  // namespace http
