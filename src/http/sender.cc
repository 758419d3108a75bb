#include "http/sender.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/offload.h"

namespace http {
namespace {

namespace asio = boost::asio;

constexpr size_t kPiece = 64 * 1024;                   // that must be taken within write_timeout
constexpr size_t kFilePiece = 256 * 1024;              // read at once
constexpr auto kHeartbeat = std::chrono::seconds(15);  // proxies cut what is silent for longer

Framing FramingOf(const Response& response, const Sender::Options& options) {
  if (response.events) return Framing::kUntilClose;
  if (response.stream) return options.chunks ? Framing::kChunked : Framing::kUntilClose;
  return Framing::kLength;
}

}  // namespace

Sender::Sender(Transport& transport, Watched& watched, asio::thread_pool& pool,
               const Limits& limits, const base::Log& log)
    : transport_(transport),
      watched_(watched),
      pool_(pool),
      limits_(limits),
      log_(log),
      waker_(transport.socket().get_executor()) {}

asio::awaitable<bool> Sender::Write(std::string_view first, std::string_view second) {
  watched_.SetDeadline(std::chrono::steady_clock::now() + limits_.write_timeout);
  const auto error = co_await transport_.Write({asio::buffer(first), asio::buffer(second)});
  if (!error) bytes_ += first.size() + second.size();
  co_return !error;
}

asio::awaitable<bool> Sender::SendContinue() {
  co_return co_await Write("HTTP/1.1 100 Continue\r\n\r\n");
}

asio::awaitable<bool> Sender::Send(Outgoing& answer, Options options) {
  bytes_ = 0;
  Response& response = answer.response;
  const Framing framing = FramingOf(response, options);
  const bool keep = options.keep_alive && framing != Framing::kUntilClose;
  const std::string head = HeadText(answer, framing, keep);
  bool sent = false;
  if (options.head_only) {
    sent = co_await Write(head);
  } else if (framing == Framing::kLength && !response.file) {
    sent = co_await SendBody(head, response.body);
  } else if (co_await Write(head)) {
    if (response.file) {
      sent = co_await SendFile(answer);
    } else {
      sent = response.events ? co_await SendEvents(*response.events)
                             : co_await SendStream(response.stream, options.chunks);
    }
  }
  co_return sent&& keep;
}

asio::awaitable<bool> Sender::SendBody(std::string_view head, std::string_view body) {
  do {
    const std::string_view piece = body.substr(0, kPiece);
    if (!co_await Write(head, piece)) co_return false;
    head = {};
    body.remove_prefix(piece.size());
  } while (!body.empty());
  co_return true;
}

asio::awaitable<bool> Sender::SendFile(Outgoing& answer) {
  uint64_t at = answer.offset;
  const uint64_t end = answer.offset + answer.length;
  while (at < end) {
    const auto wanted = static_cast<size_t>(std::min<uint64_t>(kFilePiece, end - at));
    const auto bytes =
        co_await Offload(pool_, [&] { return answer.response.file->ReadAt(at, wanted); });
    if (!bytes || bytes->empty()) {
      // The length is out already: an answer cut short is the only honest sign left.
      log_.Error("a file could not be sent to its end",
                 {{"error", bytes ? "it has become shorter" : bytes.error().ToString()}});
      co_return false;
    }
    if (!co_await SendBody({}, *bytes)) co_return false;
    at += bytes->size();
  }
  co_return true;
}

asio::awaitable<bool> Sender::SendStream(BodyStream& stream, bool chunks) {
  while (true) {
    const auto piece = co_await Offload(pool_, [&] { return stream(); });
    if (!piece) {
      log_.Error("a streamed answer failed", {{"error", piece.error().ToString()}});
      co_return false;
    }
    if (piece->empty()) co_return !chunks || co_await Write("0\r\n\r\n");
    const std::string size = chunks ? fmt::format("{:x}\r\n", piece->size()) : "";
    if (!co_await SendBody(size, *piece)) co_return false;
    if (chunks && !co_await Write("\r\n")) co_return false;
  }
}

asio::awaitable<bool> Sender::SendEvents(EventSource& source) {
  source.Attach(waker_.Attachment());
  auto last_sent = std::chrono::steady_clock::now();
  bool open = true;
  while (open && !waker_.stopped() && !transport_.PeerIsGone()) {
    watched_.SetDeadline(SteadyTime::max());
    auto events = co_await Offload(pool_, [&] { return source.Poll(); });
    if (!events) log_.Error("a stream of events failed", {{"error", events.error().ToString()}});
    if (!events || !*events) break;
    const auto now = std::chrono::steady_clock::now();
    if ((*events)->empty() && now - last_sent >= kHeartbeat) **events = ":\n\n";
    if ((*events)->empty()) {
      co_await waker_.Wait(std::max(source.poll_interval(), std::chrono::milliseconds(10)));
      continue;
    }
    last_sent = now;
    open = co_await SendBody({}, **events);
  }
  waker_.Detach();
  co_return false;
}

}  // namespace http
