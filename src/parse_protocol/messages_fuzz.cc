// Frames as a taken-over parser could send them: the first byte is the kind, a zero byte ends the
// header, the rest is the block. What is accepted must survive another round unchanged.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "parse_protocol/messages.h"

namespace {
process::Frame FrameOf(const parse_protocol::Encoded& encoded) {
  return {.id = encoded.id,
          .header = encoded.header,
          .block = std::string(encoded.block),
          .fd = base::Fd()};
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t split = std::min(text.find('\0'), text.size());
  const parse_protocol::Encoded raw{.id = data[0],
                                    .header = std::string(text.substr(0, split)),
                                    .block = text.substr(std::min(split + 1, text.size()))};
  if (const auto event = parse_protocol::DecodeEvent(FrameOf(raw))) {
    const auto again = parse_protocol::DecodeEvent(FrameOf(parse_protocol::Encode(*event)));
    if (!again || again->index() != event->index()) std::abort();
  }
  if (const auto message = parse_protocol::DecodeToServer(FrameOf(raw))) {
    if (!parse_protocol::DecodeToServer(FrameOf(parse_protocol::Encode(*message)))) std::abort();
  }
  return 0;
}
