#include "http/session.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <vector>

#include "http/offload.h"
#include "http/tokens.h"

namespace http {
namespace {

namespace asio = boost::asio;
namespace wire = boost::beast::http;
using std::chrono::steady_clock;

Response Busy(std::string_view message) { return ErrorResponse(503, message); }

Response TooMuchMemory() {
  return Busy("the bodies of all requests together are too large: try again in a moment");
}

Response NoRoute(const Match& match, const Request& request) {
  if (match.allowed.empty()) return ErrorResponse(404, "nothing is served at " + request.path);
  std::string allowed = "OPTIONS";
  for (const Method method : match.allowed) {
    allowed += ", " + std::string(Name(method));
    if (method == Method::kGet) allowed += ", HEAD";
  }
  const std::string method =
      request.method == Method::kOther ? "this method" : std::string(Name(request.method));
  Response response =
      request.method == Method::kOptions
          ? Response{.status = 204}
          : ErrorResponse(405, method + " is not served at " + request.path + ", only " + allowed);
  response.headers.Add("Allow", allowed);
  return response;
}

Response Refused(const base::Error& error) {
  Response response = ErrorResponse(error);
  if (error.code() == base::Code::kUnauthenticated)
    response.headers.Add("WWW-Authenticate", "Bearer");
  return response;
}

// Runs the handler; whatever it does wrong is an answer too.
Response Handle(const Match& match, Request& request, BodyReader* body,
                std::string_view small_body) {
  try {
    if (body != nullptr && !small_body.empty()) {
      if (auto fed = body->Feed(small_body); !fed) return ErrorResponse(fed.error());
    }
    if (body != nullptr) {
      if (auto finished = body->Finish(request); !finished) return ErrorResponse(finished.error());
    }
    if (auto bound = BindArguments(match, request); !bound) return ErrorResponse(bound.error());
    return match.route->handler(request);
  } catch (const std::exception& e) {
    return ErrorResponse(base::Error(base::Code::kInternal, std::string("exception: ") + e.what()));
  }
}

// A body up to this size is read whole before a thread of the pool sees it: one change of threads a
// request, where a long body takes one a piece. Nothing is kept on disk meanwhile.
constexpr uint64_t kSmallBody = 64 * 1024;
constexpr size_t kPiece = 256 * 1024;

}  // namespace

Session::Session(ServerState& state, std::unique_ptr<Transport> transport, std::string peer)
    : state_(state),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      receiver_(*transport_, *this, state.options.limits),
      sender_(*transport_, *this, state.pool, state.options.limits, state.log) {}

void Session::Check(SteadyTime now, SteadyTime idle_until) {
  asio::post(transport_->socket().get_executor(), [self = shared_from_this(), now, idle_until] {
    if (self->Late(now, idle_until)) self->transport_->Cancel();
  });
}

void Session::OnStop() {
  asio::post(transport_->socket().get_executor(),
             [self = shared_from_this()] { self->sender_.Stop(); });
}

void Session::CutOff() {
  asio::post(transport_->socket().get_executor(), [self = shared_from_this()] {
    self->sender_.Stop();
    boost::system::error_code ignored;
    self->transport_->socket().close(ignored);
  });
}

asio::awaitable<void> Session::Run() {
  SetDeadline(steady_clock::now() + state_.options.limits.header_timeout);
  if (co_await transport_->Handshake()) co_return;
  SetDeadline(steady_clock::now() + state_.options.limits.header_timeout);
  while (co_await ServeOne()) {
    SetDeadline(steady_clock::now() + state_.options.limits.idle_timeout);
  }
  SetDeadline(steady_clock::now() + std::chrono::seconds(2));
  co_await transport_->ShutdownSend();
}

asio::awaitable<bool> Session::ServeOne() {
  SetIdle(true);
  const auto came = co_await receiver_.AwaitRequest();
  SetIdle(false);
  if (!came) co_return false;
  Exchange x(state_);
  Outgoing answer = co_await Respond(x);
  if (x.gone) co_return false;
  if (answer.response.cause) {
    state_.log.Error("a request failed", {{"id", x.request.id},
                                          {"method", Name(x.request.method)},
                                          {"path", x.request.path},
                                          {"error", answer.response.cause->ToString()}});
  }
  const bool reusable = co_await Send(x, answer);
  Report(x, answer);
  if (!x.all_read) {
    co_await transport_->ShutdownSend();
    co_await receiver_.DiscardRest();
  }
  // A client that was told that it may send another request is not cut off, also while stopping.
  co_return reusable;
}

asio::awaitable<bool> Session::Send(Exchange& x, Outgoing& answer) {
  const auto& head = x.parser.beast().get();
  const bool keep = x.all_read && head.keep_alive() && !state_.stopping;
  co_return co_await sender_.Send(answer, {.head_only = x.request.method == Method::kHead,
                                           .keep_alive = keep,
                                           .chunks = head.version() >= 11});
}

asio::awaitable<Outgoing> Session::Respond(Exchange& x) {
  auto early = co_await Prepare(x);
  const Origins& cors = state_.options.cors_origins;
  if (!early && !x.place.Hold(1)) early = Busy("too many requests wait: try again in a moment");
  if (early) co_return Complete(x.request, std::move(*early), cors);
  Outgoing answer = co_await Offload(state_.pool, [&x, &cors]() -> Outgoing {
    return Complete(x.request, Handle(x.match, x.request, x.body.get(), x.small_body), cors);
  });
  x.place.Release();
  x.upload.Release();
  if (answer.response.events && !x.events.Hold(1))
    co_return Complete(x.request, Busy("too many streams of events at once"), cors);
  co_return answer;
}

asio::awaitable<std::optional<Response>> Session::Prepare(Exchange& x) {
  auto early = co_await ReadHead(x);
  Identify(x.request);
  // Also of a request whose query is malformed: the log and the metrics name its route.
  if (!x.request.path.empty()) x.match = state_.router.Find(x.request.method, x.request.path);
  if (early) co_return early;
  x.all_read = x.parser.beast().is_done();
  early = Admit(x);
  if (early) co_return early;
  early = co_await ReadBody(x);
  if (!early) x.all_read = true;
  co_return early;
}

asio::awaitable<std::optional<Response>> Session::ReadHead(Exchange& x) {
  SetDeadline(x.began + state_.options.limits.header_timeout);
  const auto read = co_await receiver_.ReadHead(x.parser);
  if (!read && read.error() == Receiver::Fault::kGone) x.gone = true;
  if (!read && read.error() == Receiver::Fault::kLate)
    co_return ErrorResponse(408, "the request's headers did not arrive in time");
  if (!read) co_return ErrorResponse(x.parser.fault_status(), receiver_.message());
  if (auto described = x.parser.Describe(x.request, state_.options.root_path); !described)
    co_return ErrorResponse(x.parser.fault_status(), described.error().message());
  co_return std::nullopt;
}

void Session::Identify(Request& request) const {
  request.id = GivenId(request.headers);
  if (request.id.empty()) request.id = state_.NewRequestId();
  request.remote = peer_;
  request.scheme = transport_->is_tls() ? "https" : "http";
  request.from_proxy = state_.options.proxies.Has(peer_);
  if (!request.from_proxy || !state_.options.proxy_headers) return;
  if (auto client = ForwardedClient(request.headers, state_.options.proxies); !client.empty())
    request.remote = std::move(client);
  if (auto scheme = ForwardedScheme(request.headers); !scheme.empty())
    request.scheme = std::move(scheme);
}

std::optional<Response> Session::Admit(Exchange& x) {
  if (auto preflight = Preflight(x.request, x.match.allowed, state_.options.cors_origins))
    return preflight;
  if (x.match.route == nullptr) return NoRoute(x.match, x.request);
  if (x.match.route->access == Access::kAuthenticated) {
    if (auto allowed = state_.authenticate(x.request); !allowed) return Refused(allowed.error());
  }
  if (x.match.route->file_sink && !x.upload.Hold(1))
    return Busy("too many uploads at once: try again in a moment");
  const std::string_view expect = x.request.headers.Get("Expect");
  if (!expect.empty() && !EqualsIgnoringCase(expect, "100-continue"))
    return ErrorResponse(417, "the only expectation served is 100-continue");
  return std::nullopt;
}

asio::awaitable<std::optional<Response>> Session::ReadBody(Exchange& x) {
  auto made =
      NewBodyReader(*x.match.route, x.request.headers.Get("Content-Type"), state_.options.limits);
  if (!made) co_return ErrorResponse(made.error());
  x.body = std::move(*made);
  auto& parser = x.parser.beast();
  const auto length = parser.content_length();
  if (length && *length > x.body->limit()) {
    co_return ErrorResponse(
        413, "the request's body is larger than " + std::to_string(x.body->limit()) + " bytes");
  }
  if (parser.is_done()) co_return std::nullopt;
  if (!x.request.headers.Get("Expect").empty() && !receiver_.has_more() &&
      !co_await sender_.SendContinue())
    x.gone = true;
  x.body_began = steady_clock::now();
  if (length && *length <= kSmallBody) co_return co_await ReadSmallBody(x, *length);
  co_return co_await ReadLongBody(x);
}

asio::awaitable<std::optional<Response>> Session::ReadPiece(Exchange& x, std::span<char> into,
                                                            size_t& got) {
  SetDeadline(BodyDeadline(state_.options.limits, x.body_began, steady_clock::now(), x.bytes_in));
  const auto read = co_await receiver_.ReadPiece(x.parser, into);
  if (!read && read.error() == Receiver::Fault::kGone) x.gone = true;
  if (!read && read.error() == Receiver::Fault::kLate)
    co_return ErrorResponse(408, "the request's body did not arrive in time");
  if (!read) co_return ErrorResponse(400, receiver_.message());
  got = *read;
  x.bytes_in += got;
  co_return std::nullopt;
}

asio::awaitable<std::optional<Response>> Session::ReadSmallBody(Exchange& x, size_t size) {
  if (!x.memory.Hold(size)) co_return TooMuchMemory();
  x.small_body.resize(size);
  for (size_t at = 0; !x.gone && !x.parser.beast().is_done();) {
    size_t got = 0;
    if (auto early = co_await ReadPiece(x, std::span(x.small_body).subspan(at), got))
      co_return early;
    at += got;
  }
  co_return std::nullopt;
}

asio::awaitable<std::optional<Response>> Session::ReadLongBody(Exchange& x) {
  std::vector<char> block(kPiece);
  while (!x.gone && !x.parser.beast().is_done()) {
    size_t got = 0;
    if (auto early = co_await ReadPiece(x, block, got)) co_return early;
    if (auto early = co_await Feed(x, std::string_view(block.data(), got))) co_return early;
  }
  co_return std::nullopt;
}

asio::awaitable<std::optional<Response>> Session::Feed(Exchange& x, std::string_view bytes) {
  const auto fed = x.match.route->file_sink
                       ? co_await Offload(state_.pool, [&] { return x.body->Feed(bytes); })
                       : x.body->Feed(bytes);
  if (!fed) co_return ErrorResponse(fed.error());
  if (!x.memory.Hold(x.body->memory())) co_return TooMuchMemory();
  co_return std::nullopt;
}

void Session::Report(const Exchange& x, const Outgoing& answer) const {
  const std::chrono::duration<double> took = steady_clock::now() - x.began;
  const RequestSummary summary{
      .method = x.request.method,
      .route = x.match.route == nullptr ? std::string_view() : x.match.route->path,
      .status = answer.response.status,
      .seconds = took.count(),
      .bytes_in = x.bytes_in,
      .bytes_out = sender_.bytes(),
      .user = x.request.user,
      .remote = x.request.remote,
      .id = x.request.id};
  if (state_.options.observer != nullptr) state_.options.observer->OnRequest(summary);
  if (!state_.options.access_log) return;
  state_.log.Info("request", {{"method", Name(summary.method)},
                              {"path", x.request.path},
                              {"route", summary.route},
                              {"status", summary.status},
                              {"seconds", summary.seconds},
                              {"bytes_in", summary.bytes_in},
                              {"bytes_out", summary.bytes_out},
                              {"remote", summary.remote},
                              {"user", summary.user},
                              {"id", summary.id}});
}

}  // namespace http
