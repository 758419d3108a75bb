#include "http/transport.h"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(Socket socket) : socket_(std::move(socket)) {}

  asio::awaitable<error_code> Handshake() override { co_return error_code(); }
  asio::awaitable<Outcome> ReadSome(asio::mutable_buffer into) override {
    const auto [error, n] = co_await socket_.async_read_some(into, kAwait);
    co_return Outcome{error, n};
  }
  asio::awaitable<error_code> Write(std::array<asio::const_buffer, 2> bytes) override {
    const auto [error, n] = co_await asio::async_write(socket_, bytes, kAwait);
    co_return error;
  }
  asio::awaitable<void> ShutdownSend() override {
    error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    co_return;
  }
  bool is_tls() const override { return false; }
  Socket& socket() override { return socket_; }

 private:
  Socket socket_;
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(Socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

  asio::awaitable<error_code> Handshake() override {
    const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
    co_return error;
  }
  asio::awaitable<Outcome> ReadSome(asio::mutable_buffer into) override {
    const auto [error, n] = co_await stream_.async_read_some(into, kAwait);
    co_return Outcome{error, n};
  }
  asio::awaitable<error_code> Write(std::array<asio::const_buffer, 2> bytes) override {
    const auto [error, n] = co_await asio::async_write(stream_, bytes, kAwait);
    co_return error;
  }
  // The close_notify is sent; the peer's own is not waited for.
  asio::awaitable<void> ShutdownSend() override {
    SSL_set_quiet_shutdown(stream_.native_handle(), 0);
    SSL_shutdown(stream_.native_handle());
    // What OpenSSL has written lies in Asio's BIO until a stream operation takes it out.
    co_await asio::async_write(stream_, asio::const_buffer(), kAwait);
    error_code ignored;
    stream_.next_layer().shutdown(asio::socket_base::shutdown_send, ignored);
  }
  bool is_tls() const override { return true; }
  Socket& socket() override { return stream_.next_layer(); }

 private:
  asio::ssl::stream<Socket> stream_;
};

}  // namespace

void Transport::Cancel() {
  error_code ignored;
  socket().cancel(ignored);
}

bool Transport::PeerIsGone() {
  char byte = 0;
  return ::recv(socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

std::unique_ptr<Transport> NewPlainTransport(Socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

std::unique_ptr<Transport> NewTlsTransport(Socket socket, TlsContext& context) {
  return std::make_unique<TlsTransport>(std::move(socket), context.asio());
}

}  // namespace http
