#include "http/server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "http/body.h"
#include "http/forms.h"

namespace http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using base::Code;
using base::Fail;
using base::Result;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// Runs a blocking function on the pool and comes back to the caller's executor.
template <typename Fn>
asio::awaitable<std::invoke_result_t<Fn>> Offload(asio::thread_pool& pool, Fn fn) {
  co_return co_await asio::co_spawn(
      pool,
      [fn = std::move(fn)]() mutable -> asio::awaitable<std::invoke_result_t<Fn>> {
        co_return fn();
      },
      asio::use_awaitable);
}

Result<Method> MethodOf(wire::verb verb) {
  switch (verb) {
    case wire::verb::get:
      return Method::kGet;
    case wire::verb::head:
      return Method::kHead;
    case wire::verb::post:
      return Method::kPost;
    case wire::verb::put:
      return Method::kPut;
    case wire::verb::delete_:
      return Method::kDelete;
    case wire::verb::options:
      return Method::kOptions;
    default:
      return Fail(Code::kInvalidArgument, "this method is not served");
  }
}

// The connections and requests that exist, for Stop().
class Census {
 public:
  void Enter(tcp::socket* socket, const std::function<void()>& cancel) {
    const std::lock_guard lock(mutex_);
    connections_.emplace(socket, cancel);
  }
  void Leave(tcp::socket* socket) {
    const std::lock_guard lock(mutex_);
    connections_.erase(socket);
    changed_.notify_all();
  }
  void RequestBegins() {
    const std::lock_guard lock(mutex_);
    ++requests_;
  }
  void RequestEnds() {
    const std::lock_guard lock(mutex_);
    --requests_;
    changed_.notify_all();
  }
  size_t connections() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }
  bool WaitForRequests(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [this] { return requests_ == 0; });
  }
  void CancelAll() {
    const std::lock_guard lock(mutex_);
    for (const auto& [socket, cancel] : connections_) cancel();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<tcp::socket*, std::function<void()>> connections_;
  size_t requests_ = 0;
};

// Counts a request from its first byte to the end of its answer.
class RequestMark {
 public:
  explicit RequestMark(Census& census) : census_(census) { census_.RequestBegins(); }
  ~RequestMark() { census_.RequestEnds(); }
  RequestMark(const RequestMark&) = delete;
  RequestMark& operator=(const RequestMark&) = delete;

 private:
  Census& census_;
};

struct Shared {
  ServerOptions options;
  Router router;
  Authenticator authenticate;
  base::Log log;
  asio::thread_pool pool;
  Census census;
  std::atomic<bool> stopping{false};

  Shared(ServerOptions o, std::vector<Route> routes, Authenticator a, base::Log l)
      : options(std::move(o)),
        router(std::move(routes)),
        authenticate(std::move(a)),
        log(std::move(l)),
        pool(options.handler_threads) {}
};

using Parser = wire::request_parser<wire::buffer_body>;

// One connection: ( read request, answer it )*.
class Session {
 public:
  Session(Shared& shared, tcp::socket socket) : shared_(shared), stream_(std::move(socket)) {}

  asio::awaitable<void> Run() {
    boost::system::error_code ignored;
    remote_ = stream_.socket().remote_endpoint(ignored).address().to_string();
    while (!shared_.stopping && co_await ServeOne()) {
    }
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  tcp::socket& socket() { return stream_.socket(); }
  void Cancel() { stream_.cancel(); }

 private:
  // False: the connection ends.
  asio::awaitable<bool> ServeOne() {
    Parser parser;
    parser.header_limit(shared_.options.max_header_bytes);
    parser.body_limit(boost::none);  // the body readers have their own limits
    stream_.expires_after(shared_.options.header_timeout);
    const auto [error, n] = co_await wire::async_read_header(stream_, buffer_, parser, kAwait);
    if (error) {
      if (error == wire::error::header_limit)
        co_await WriteAndClose(ErrorResponse(431, "the request's headers are too large"));
      else if (error.category() == wire::make_error_code(wire::error::bad_version).category() &&
               error != wire::error::end_of_stream) {
        co_await WriteAndClose(
            ErrorResponse(400, "this is not a valid HTTP/1.1 request: " + error.message()));
      }
      co_return false;
    }
    const RequestMark mark(shared_.census);
    const auto began = std::chrono::steady_clock::now();
    Request request;
    bool body_read = false;
    Response response = co_await Handle(parser, request, body_read);
    const bool keep = parser.get().keep_alive() && body_read && !shared_.stopping;
    const bool written =
        co_await Write(response, request.method == Method::kHead, keep, parser.get().version());
    LogAccess(request, response, began);
    if (shared_.options.observer != nullptr) {
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
      shared_.options.observer->OnRequest({.method = request.method,
                                           .route = route_,
                                           .status = response.status,
                                           .seconds = took.count(),
                                           .bytes_in = 0,
                                           .bytes_out = 0,
                                           .user = request.user,
                                           .remote = request.remote,
                                           .id = request.id});
    }
    if (!body_read) co_await DiscardRest();
    co_return written&& keep;
  }

  // Everything between the headers and the answer. `body_read`: the connection can be used again.
  asio::awaitable<Response> Handle(Parser& parser, Request& request, bool& body_read) {
    const auto& header = parser.get();
    body_read = parser.is_done();
    if (auto described = Describe(header, request); !described)
      co_return ErrorResponse(described.error());
    const Match match = shared_.router.Find(request.method, request.path);
    route_ = match.route == nullptr ? std::string_view() : match.route->path;
    if (match.route == nullptr) co_return NoRoute(match, request, body_read);
    if (match.route->access == Access::kAuthenticated) {
      if (auto allowed = shared_.authenticate(request); !allowed) {
        Response refused = ErrorResponse(allowed.error());
        if (allowed.error().code() == Code::kUnauthenticated)
          refused.headers.Add("WWW-Authenticate", "Bearer");
        co_return refused;
      }
    }
    auto read = co_await ReadBody(parser, *match.route, request);
    if (!read) co_return ErrorResponse(read.error());
    body_read = true;
    co_return co_await Offload(shared_.pool, [&]() -> Response {
      if (auto bound = BindArguments(match, request); !bound) return ErrorResponse(bound.error());
      return match.route->handler(request);
    });
  }

  Result<> Describe(const Parser::value_type& header, Request& request) {
    SI_ASSIGN(request.method, MethodOf(header.method()));
    const std::string_view target(header.target().data(), header.target().size());
    const size_t mark = std::min(target.find('?'), target.size());
    request.path = target.substr(0, mark);
    request.remote = remote_;
    for (const auto& field : header) {
      request.headers.Add(std::string(field.name_string()), std::string(field.value()));
    }
    SI_ASSIGN(request.query, ParseForm(target.substr(std::min(mark + 1, target.size()))));
    return {};
  }

  Response NoRoute(const Match& match, const Request& request, bool&) {
    if (match.allowed.empty()) return ErrorResponse(404, "nothing is served at " + request.path);
    std::string allowed = "OPTIONS";
    for (const Method method : match.allowed) {
      allowed += ", " + std::string(Name(method));
      if (method == Method::kGet) allowed += ", HEAD";
    }
    Response response =
        request.method == Method::kOptions
            ? Response{.status = 204}
            : ErrorResponse(405, std::string(Name(request.method)) + " is not served at " +
                                     request.path + ", only " + allowed);
    response.headers.Add("Allow", allowed);
    return response;
  }

  asio::awaitable<Result<>> ReadBody(Parser& parser, const Route& route, Request& request) {
    auto made = NewBodyReader(route, request.headers.Get("Content-Type"),
                              {shared_.options.max_body_bytes, shared_.options.max_upload_bytes});
    if (!made) co_return Fail(made.error());
    BodyReader& reader = **made;
    if (const auto length = parser.content_length(); length && *length > reader.limit()) {
      co_return Fail(Code::kTooLarge, "the request's body is larger than " +
                                          std::to_string(reader.limit()) + " bytes");
    }
    if (beast::iequals(parser.get()[wire::field::expect], "100-continue")) {
      if (!co_await WriteContinue()) co_return Fail(Code::kUnavailable, "the client went away");
    }
    std::vector<char> block(parser.is_done() ? 0 : kBlockBytes);
    while (!parser.is_done()) {
      auto& body = parser.get().body();
      body.data = block.data();
      body.size = block.size();
      stream_.expires_after(shared_.options.read_timeout);
      const auto [error, n] = co_await wire::async_read(stream_, buffer_, parser, kAwait);
      if (error && error != wire::error::need_buffer) {
        co_return error == beast::error::timeout
            ? Fail(Code::kTimeout, "the body did not arrive in time")
            : Fail(Code::kInvalidArgument, "the body could not be read: " + error.message());
      }
      const std::string_view bytes(block.data(), block.size() - body.size);
      auto fed = route.file_sink
                     ? co_await Offload(shared_.pool, [&] { return reader.Feed(bytes); })
                     : reader.Feed(bytes);
      if (!fed) co_return fed;
    }
    co_return reader.Finish(request);
  }

  asio::awaitable<bool> WriteContinue() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    stream_.expires_after(shared_.options.write_timeout);
    const auto [error, n] = co_await asio::async_write(stream_, asio::buffer(kContinue), kAwait);
    co_return !error;
  }

  template <typename Message>
  static void FillHeader(Message& message, const Response& response, bool keep) {
    message.set(wire::field::server, "soliplex-ingester");
    if (!response.content_type.empty() && response.status != 204)
      message.set(wire::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers.all()) message.insert(name, value);
    message.keep_alive(keep);
  }

  asio::awaitable<bool> Write(Response& response, bool head_only, bool keep, unsigned version) {
    if (response.events && !head_only) co_return co_await WriteEvents(response, version);
    if (response.stream && !head_only && version >= 11)
      co_return co_await WriteChunked(response, keep);
    if (response.file) {
      auto bytes = co_await Offload(
          shared_.pool, [&] { return response.file->ReadAt(0, response.file->size()); });
      if (!bytes) co_return false;
      response.body = std::move(*bytes);
    }
    wire::response<wire::string_body> message(static_cast<wire::status>(response.status), version);
    FillHeader(message, response, keep);
    message.body() = std::move(response.body);
    message.prepare_payload();
    wire::response_serializer<wire::string_body> serializer(message);
    if (head_only) {
      serializer.split(true);
      stream_.expires_after(shared_.options.write_timeout);
      const auto [error, n] = co_await wire::async_write_header(stream_, serializer, kAwait);
      co_return !error;
    }
    while (!serializer.is_done()) {
      stream_.expires_after(shared_.options.write_timeout);
      const auto [error, n] = co_await wire::async_write_some(stream_, serializer, kAwait);
      if (error) co_return false;
    }
    co_return true;
  }

  // A stream of events ends with the connection.
  asio::awaitable<bool> WriteEvents(Response& response, unsigned version) {
    wire::response<wire::empty_body> message(static_cast<wire::status>(response.status), version);
    FillHeader(message, response, false);
    wire::response_serializer<wire::empty_body> serializer(message);
    stream_.expires_after(shared_.options.write_timeout);
    if (const auto [error, n] = co_await wire::async_write_header(stream_, serializer, kAwait);
        error)
      co_return false;
    const auto timer = std::make_shared<asio::steady_timer>(stream_.get_executor());
    response.events->Attach([weak = std::weak_ptr(timer)] {
      if (const auto alive = weak.lock())
        asio::post(alive->get_executor(), [alive] { alive->cancel(); });
    });
    while (!shared_.stopping) {
      auto piece = co_await Offload(shared_.pool, [&] { return response.events->Poll(); });
      if (!piece || !*piece) co_return false;
      if ((*piece)->empty()) {
        timer->expires_after(response.events->poll_interval());
        co_await timer->async_wait(kAwait);
        continue;
      }
      stream_.expires_after(shared_.options.write_timeout);
      const auto [error, n] = co_await asio::async_write(stream_, asio::buffer(**piece), kAwait);
      if (error) co_return false;
    }
    co_return false;
  }

  asio::awaitable<bool> WriteChunked(Response& response, bool keep) {
    wire::response<wire::empty_body> message(static_cast<wire::status>(response.status), 11);
    FillHeader(message, response, keep);
    message.chunked(true);
    wire::response_serializer<wire::empty_body> serializer(message);
    stream_.expires_after(shared_.options.write_timeout);
    if (const auto [error, n] = co_await wire::async_write_header(stream_, serializer, kAwait);
        error)
      co_return false;
    while (true) {
      auto piece = co_await Offload(shared_.pool, [&] { return response.stream(); });
      if (!piece) {
        // The status is out already: an answer cut short is the only honest sign left.
        shared_.log.Error("a streamed answer failed", {{"error", piece.error().ToString()}});
        co_return false;
      }
      stream_.expires_after(shared_.options.write_timeout);
      if (piece->empty()) {
        const auto [error, n] =
            co_await asio::async_write(stream_, wire::make_chunk_last(), kAwait);
        co_return !error;
      }
      const auto [error, n] =
          co_await asio::async_write(stream_, wire::make_chunk(asio::buffer(*piece)), kAwait);
      if (error) co_return false;
    }
  }

  asio::awaitable<void> WriteAndClose(Response response) {
    co_await Write(response, false, false, 11);
  }

  // A client that still sends would get a reset instead of the answer: read on for a moment.
  asio::awaitable<void> DiscardRest() {
    boost::system::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::vector<char> block(kBlockBytes);
    stream_.expires_after(std::chrono::seconds(2));
    for (size_t total = 0; total < (64u << 20);) {
      const auto [error, n] = co_await stream_.async_read_some(asio::buffer(block), kAwait);
      if (error) co_return;
      total += n;
    }
  }

  void LogAccess(const Request& request, const Response& response,
                 std::chrono::steady_clock::time_point began) const {
    if (!shared_.options.access_log) return;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    shared_.log.Info("request", {{"method", Name(request.method)},
                                 {"path", request.path},
                                 {"status", response.status},
                                 {"seconds", took.count()},
                                 {"remote", remote_},
                                 {"user", request.user}});
  }

  static constexpr size_t kBlockBytes = 256 * 1024;

  Shared& shared_;
  std::string_view route_;  // of the request being answered
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{64 * 1024};
  std::string remote_;
};

class AsioServer final : public Server {
 public:
  AsioServer(ServerOptions options, std::vector<Route> routes, Authenticator authenticate,
             base::Log log)
      : shared_(std::move(options), std::move(routes), std::move(authenticate), std::move(log)),
        acceptor_(io_) {}
  ~AsioServer() override {
    if (!threads_.empty()) Stop(std::chrono::milliseconds(0));
  }

  Result<> Listen() {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(
        shared_.options.host == "localhost" ? "127.0.0.1" : shared_.options.host, error);
    if (error)
      return Fail(Code::kInvalidArgument,
                  "'" + shared_.options.host + "' is not an IP address to listen on");
    const tcp::endpoint endpoint(address, shared_.options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return Fail(Code::kUnavailable, "cannot listen on " + shared_.options.host + ":" +
                                          std::to_string(shared_.options.port) + ": " +
                                          error.message());
    }
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(io_, Accept(), asio::detached);
    for (unsigned i = 0; i < std::max(1u, shared_.options.io_threads); ++i)
      threads_.emplace_back([this] { io_.run(); });
    return {};
  }

  uint16_t port() const override { return port_; }

  void Stop(std::chrono::milliseconds drain) override {
    shared_.stopping = true;
    asio::post(io_, [this] {
      boost::system::error_code ignored;
      acceptor_.close(ignored);
    });
    if (!shared_.census.WaitForRequests(drain))
      shared_.log.Warning("stopping with requests still running");
    shared_.census.CancelAll();
    io_.stop();
    threads_.clear();
    shared_.pool.join();
  }

 private:
  asio::awaitable<void> Accept() {
    while (!shared_.stopping) {
      auto [error, accepted] = co_await acceptor_.async_accept(asio::make_strand(io_), kAwait);
      tcp::socket socket(std::move(accepted));
      if (error == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
      if (error) {
        // Out of descriptors, most likely: wait a little rather than spin.
        asio::steady_timer pause(io_, std::chrono::milliseconds(50));
        co_await pause.async_wait(kAwait);
        continue;
      }
      if (shared_.census.connections() >= shared_.options.max_connections) {
        Refuse(socket);
        continue;
      }
      const auto executor = socket.get_executor();
      asio::co_spawn(executor, RunSession(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> RunSession(tcp::socket socket) {
    // Shared with the cancel posted by Stop(), which may run after the session has ended.
    const auto session = std::make_shared<Session>(shared_, std::move(socket));
    tcp::socket* const key = &session->socket();
    shared_.census.Enter(key, [weak = std::weak_ptr(session), executor = key->get_executor()] {
      asio::post(executor, [weak] {
        if (const auto alive = weak.lock()) alive->Cancel();
      });
    });
    try {
      co_await session->Run();
    } catch (const std::exception&
                 e) {  // Beast and the allocator throw; nothing of that leaves the session
      shared_.log.Error("a connection failed", {{"error", e.what()}});
    }
    shared_.census.Leave(key);
  }

  static void Refuse(tcp::socket& socket) {
    static constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: "
        "1\r\nContent-Length: 58\r\nConnection: close\r\n\r\n"
        "{\"error\":\"too many connections at once\",\"status_code\":503}";
    boost::system::error_code ignored;
    socket.write_some(asio::buffer(kBusy), ignored);
  }

  Shared shared_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  uint16_t port_ = 0;
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
