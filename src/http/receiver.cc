#include "http/receiver.h"

#include <algorithm>
#include <boost/asio/error.hpp>

namespace http {
namespace {

namespace asio = boost::asio;
namespace wire = boost::beast::http;

constexpr size_t kFirstRead = 1024;      // what an idle connection holds
constexpr size_t kMostRead = 64 * 1024;  // at once
// What the framing of a chunked body may pile up: a chunk's size with extensions, a trailer.
constexpr size_t kMostFraming = 64 * 1024;

std::string_view View(const boost::beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

}  // namespace

Receiver::Receiver(Transport& transport, Watched& watched, const Limits& limits)
    : transport_(transport),
      watched_(watched),
      buffer_(limits.max_header_bytes + kMostFraming + kMostRead) {}

asio::awaitable<Receiver::Outcome<>> Receiver::More(size_t room) {
  const auto [error, n] = co_await transport_.ReadSome(buffer_.prepare(room));
  buffer_.commit(n);
  if (error == asio::error::operation_aborted) co_return std::unexpected(Fault::kLate);
  if (error) co_return std::unexpected(Fault::kGone);
  co_return Outcome<>();
}

asio::awaitable<Receiver::Outcome<>> Receiver::AwaitRequest() {
  while (true) {
    // An empty line before a request is to be ignored.
    while (View(buffer_).starts_with("\r\n")) buffer_.consume(2);
    if (buffer_.size() > 0 && View(buffer_) != "\r") co_return Outcome<>();
    if (buffer_.size() == 0) buffer_.shrink_to_fit();
    if (auto more = co_await More(kFirstRead); !more) co_return more;
  }
}

asio::awaitable<Receiver::Outcome<>> Receiver::ReadHead(HeadParser& parser) {
  while (true) {
    const auto used = parser.Feed(View(buffer_));
    if (!used) {
      message_ = used.error().message();
      co_return std::unexpected(Fault::kBroken);
    }
    buffer_.consume(*used);
    if (parser.done()) co_return Outcome<>();
    auto more = co_await More(std::clamp(buffer_.size(), kFirstRead, kMostRead));
    if (!more) co_return more;
  }
}

Receiver::Outcome<bool> Receiver::Parse(HeadParser& parser, std::span<char> into) {
  auto& beast = parser.beast();
  auto& body = beast.get().body();
  while (buffer_.size() > 0 && !beast.is_done()) {
    boost::system::error_code error;
    const size_t used = beast.put(buffer_.data(), error);
    buffer_.consume(used);
    if (error && error != wire::error::need_more && error != wire::error::need_buffer) {
      message_ = "the body cannot be read: " + error.message();
      return std::unexpected(Fault::kBroken);
    }
    if (body.size < into.size()) return true;
    if (used == 0 || error) break;
  }
  if (buffer_.size() >= kMostFraming) {
    message_ = "the body cannot be read: a chunk's header is too long";
    return std::unexpected(Fault::kBroken);
  }
  return beast.is_done();
}

asio::awaitable<Receiver::Outcome<size_t>> Receiver::ReadPiece(HeadParser& parser,
                                                               std::span<char> into) {
  auto& body = parser.beast().get().body();
  body.data = into.data();
  body.size = into.size();
  while (true) {
    const auto got = Parse(parser, into);
    if (!got) co_return std::unexpected(got.error());
    if (*got) co_return into.size() - body.size;
    auto more = co_await More(std::clamp(into.size(), kFirstRead, kMostRead));
    if (!more) co_return std::unexpected(more.error());
  }
}

asio::awaitable<void> Receiver::DiscardRest() {
  constexpr size_t kMost = 64 << 20;
  watched_.SetDeadline(std::chrono::steady_clock::now() + std::chrono::seconds(2));
  for (size_t total = 0; total < kMost; total += buffer_.size()) {
    buffer_.clear();
    if (!co_await More(kMostRead)) co_return;
  }
}

}  // namespace http
