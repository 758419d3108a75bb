// The chunks artifact: what is read can be written and read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "steps/chunk_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto got = steps::ReadChunks({reinterpret_cast<const char*>(data), size});
  if (!got) return 0;
  const auto again = steps::ReadChunks(steps::WriteChunks(got->chunks));
  if (!again || again->chunks != got->chunks) std::abort();
  return 0;
}
