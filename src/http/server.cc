#include "http/server.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <optional>
#include <thread>

#include "http/forms.h"
#include "http/listener.h"
#include "http/session.h"

namespace http {
namespace {

namespace asio = boost::asio;
using base::Code;
using base::Fail;
using base::Result;
using std::chrono::steady_clock;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr auto kTick = std::chrono::milliseconds(200);  // how late a deadline may be noticed
constexpr auto kHandshake =
    std::chrono::milliseconds(100);  // for connections that were being made when the stop began
constexpr auto kCutOff = std::chrono::seconds(2);  // for connections to end that were cut off

Result<Listener> Open(const ServerOptions& options) {
  if (options.listen_fd >= 0) return Listener::Adopt(options.listen_fd);
  if (!options.unix_socket.empty()) return Listener::Unix(options.unix_socket);
  return Listener::Tcp(options.host, options.port);
}

// Says why and closes, without waiting for anybody.
void Refuse(const Accepted& accepted, bool tls) {
  static constexpr std::string_view kBusy =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: "
      "1\r\nContent-Length: 58\r\nConnection: close\r\n\r\n"
      "{\"error\":\"too many connections at once\",\"status_code\":503}";
  if (!tls) ::send(accepted.fd.get(), kBusy.data(), kBusy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(accepted.fd.get(), SHUT_WR);
  char dropped[4096];  // unread bytes would turn the close into a reset
  while (::recv(accepted.fd.get(), dropped, sizeof dropped, MSG_DONTWAIT) > 0) {
  }
}

class AsioServer final : public Server {
 public:
  AsioServer(ServerOptions options, std::vector<Route> routes, Authenticator authenticate,
             base::Log log)
      : state_(std::move(options), std::move(routes), std::move(authenticate), std::move(log)),
        accepting_(io_.get_executor()),
        waiter_(accepting_),
        ticker_(io_) {}
  ~AsioServer() override {
    if (!threads_.empty()) Stop(std::chrono::milliseconds(0));
    if (waiter_.is_open()) waiter_.release();
  }

  Result<> Listen() {
    const ServerOptions& options = state_.options;
    if (options.certificate_file.empty() != options.key_file.empty())
      return Fail(Code::kInvalidArgument, "TLS needs both, a certificate file and a key file");
    if (!options.certificate_file.empty()) {
      SI_ASSIGN(state_.tls, TlsContext::Open(options.certificate_file, options.key_file));
    }
    SI_ASSIGN(Listener listener, Open(options));
    listener_.emplace(std::move(listener));
    boost::system::error_code error;
    waiter_.assign(listener_->fd(), error);
    if (error) return Fail(Code::kInternal, "cannot wait for connections: " + error.message());
    asio::co_spawn(accepting_, AcceptLoop(), asio::detached);
    asio::co_spawn(io_, Tick(), asio::detached);
    for (unsigned i = 0; i < std::max(1u, options.io_threads); ++i)
      threads_.emplace_back([this] { io_.run(); });
    return {};
  }

  uint16_t port() const override { return listener_->port(); }

  std::string url() const override {
    const std::string scheme = state_.tls ? "https" : "http";
    if (listener_->port() != 0) return fmt::format("{}://{}", scheme, listener_->name());
    return fmt::format("{}+unix://{}", scheme, PercentEncode(listener_->name().substr(5)));
  }

  void Stop(std::chrono::milliseconds drain) override {
    state_.stopping = true;
    const auto linger = std::min(drain, state_.options.limits.stop_linger);
    idle_until_ = steady_clock::now() + linger;
    Run([this] { listener_->RefuseNew(); });
    std::this_thread::sleep_for(std::min(linger, kHandshake));
    Run([this] {
      AcceptAll();
      waiter_.release();
      listener_->Close();
    });
    state_.registry.TellStop();
    if (!state_.registry.WaitUntilEmpty(drain))
      state_.log.Warning("stopping with requests still running");
    state_.registry.CutAll();
    state_.registry.WaitUntilEmpty(drain.count() > 0 ? kCutOff : std::chrono::seconds(0));
    io_.stop();
    threads_.clear();
    state_.pool.join();
  }

 private:
  asio::awaitable<void> AcceptLoop() {
    while (waiter_.is_open()) {
      const auto [error] =
          co_await waiter_.async_wait(asio::posix::descriptor_base::wait_read, kAwait);
      if (error || !waiter_.is_open()) co_return;
      if (!AcceptAll()) {
        // Out of descriptors: wait a little rather than spin.
        asio::steady_timer pause(accepting_, std::chrono::milliseconds(50));
        co_await pause.async_wait(kAwait);
      }
    }
  }

  // Every connection that waits. False: there are no descriptors for the next one.
  bool AcceptAll() {
    while (true) {
      auto accepted = listener_->Accept();
      if (!accepted && accepted.error().code() == Code::kExhausted) return false;
      if (!accepted) continue;  // that one is gone again
      if (!*accepted) return true;
      if (state_.registry.size() >= state_.options.limits.max_connections) {
        Refuse(**accepted, state_.tls != nullptr);
      } else {
        Begin(std::move(**accepted));
      }
    }
  }

  void Begin(Accepted accepted) {
    const asio::any_io_executor executor = state_.options.io_threads > 1
                                               ? asio::any_io_executor(asio::make_strand(io_))
                                               : io_.get_executor();
    Socket socket(executor);
    boost::system::error_code error;
    socket.assign(asio::generic::stream_protocol(accepted.family, 0), accepted.fd.get(), error);
    if (error) return;
    accepted.fd.Release();
    auto transport = state_.tls ? NewTlsTransport(std::move(socket), *state_.tls)
                                : NewPlainTransport(std::move(socket));
    const auto session =
        std::make_shared<Session>(state_, std::move(transport), std::move(accepted.peer));
    state_.registry.Enter(session);
    asio::co_spawn(executor, RunSession(session), asio::detached);
  }

  asio::awaitable<void> RunSession(std::shared_ptr<Session> session) {
    try {
      co_await session->Run();
    } catch (const std::exception& e) {  // nothing of Beast and the allocator leaves the session
      state_.log.Error("a connection failed", {{"error", e.what()}});
    }
    state_.registry.Leave(session.get());
  }

  // Runs it where the listener is used, and waits for its end.
  template <typename Fn>
  void Run(Fn fn) {
    std::promise<void> done;
    asio::post(accepting_, [&] {
      fn();
      done.set_value();
    });
    done.get_future().wait();
  }

  asio::awaitable<void> Tick() {
    while (true) {
      ticker_.expires_after(kTick);
      co_await ticker_.async_wait(kAwait);
      state_.registry.CheckAll(steady_clock::now(), idle_until_);
    }
  }

  ServerState state_;
  asio::io_context io_;
  std::optional<Listener> listener_;
  asio::strand<asio::io_context::executor_type> accepting_;  // where the listener is used
  asio::posix::stream_descriptor waiter_;  // waits on the listener's descriptor, owns nothing
  asio::steady_timer ticker_;
  std::atomic<SteadyTime> idle_until_{SteadyTime::max()};
  std::vector<std::jthread> threads_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::Start(ServerOptions options, std::vector<Route> routes,
                                              Authenticator authenticate, base::Log log) {
  auto server = std::make_unique<AsioServer>(std::move(options), std::move(routes),
                                             std::move(authenticate), std::move(log));
  SI_TRY(server->Listen());
  return server;
}

}  // namespace http
