// Any bytes as the answer of an embedding service: refused, or vectors of unit length.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "embedding/openai_wire.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  std::array<float, 4> out{};
  if (embedding::ReadOpenAiAnswer(body, 2, 2, out)) {
    for (size_t i = 0; i < out.size(); i += 2) {
      if (std::abs(std::hypot(out[i], out[i + 1]) - 1) > 1e-3) std::abort();
    }
  }
  embedding::ReadOpenAiError(body);
  return 0;
}
