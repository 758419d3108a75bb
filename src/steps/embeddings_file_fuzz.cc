// The embeddings artifact.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "steps/embeddings_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto got = steps::ReadEmbeddings({reinterpret_cast<const char*>(data), size});
  if (!got) return 0;
  const auto again = steps::ReadEmbeddings(steps::WriteEmbeddings(*got));
  if (!again || again->count != got->count || again->vectors.size() != got->vectors.size()) {
    std::abort();
  }
  return 0;
}
