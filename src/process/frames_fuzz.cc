// Bytes from a peer in pieces of a size the first byte chooses: no crash, no memory beyond what
// arrived, and each finished frame encodes back to the bytes it came from.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <span>

#include "process/frames.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece = size_t{data[0]} + 1;
  process::FrameDecoder decoder({.header = 1 << 16, .block = 1 << 20});
  for (size_t at = 1; at < size;) {
    const std::span<char> space = decoder.Space();
    const size_t count = std::min({piece, space.size(), size - at});
    std::memcpy(space.data(), data + at, count);
    at += count;
    if (!decoder.Commit(count)) return 0;
    if (const auto frame = decoder.Take()) {
      const auto prefix = process::FramePrefix(frame->id, frame->header, frame->block.size());
      if (!prefix || prefix->size() + frame->block.size() > at - 1) std::abort();
    }
  }
  return 0;
}
