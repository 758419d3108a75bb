// Frames as a taken-over parser could send them: kind, header up to a zero byte, block. What is
// accepted must survive another round.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "parse_protocol/messages.h"

namespace pp = parse_protocol;

static process::Frame FrameOf(const pp::Encoded& encoded) {
  return {.id = encoded.id,
          .header = encoded.header,
          .block = std::string(encoded.block),
          .fd = base::Fd()};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  pp::Encoded raw{.id = data[0], .header = std::string(data + 1, data + size)};
  const std::string block = raw.header.substr(std::min(raw.header.find('\0'), raw.header.size()));
  raw.header.resize(raw.header.size() - block.size());
  raw.block = std::string_view(block).substr(block.empty() ? 0 : 1);
  if (const auto event = pp::DecodeEvent(FrameOf(raw))) {
    const auto again = pp::DecodeEvent(FrameOf(pp::Encode(*event)));
    if (!again || again->index() != event->index()) std::abort();
  }
  const auto message = pp::DecodeToServer(FrameOf(raw));
  if (message && !pp::DecodeToServer(FrameOf(pp::Encode(*message)))) std::abort();
  return 0;
}
