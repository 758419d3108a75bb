// Filters of clients. What is accepted prints as something that is accepted again.
#include <cstdint>
#include <cstdlib>

#include "vectors/filter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto read = vectors::ReadFilter({reinterpret_cast<const char*>(data), size});
  if (!read || read->size() > 4096) return 0;
  const auto again = vectors::ReadFilter(*read);
  // Printing adds brackets, so that only depth can stop the second reading.
  if (!again && again.error().message().find("nested too deep") == std::string::npos) std::abort();
  return 0;
}
