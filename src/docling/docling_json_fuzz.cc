// Any bytes: an error or a document, which then writes and reads back as itself.
#include <cstdlib>

#include "docling/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto document = docling::ReadJson({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  const std::string written = docling::WriteJson(*document);
  const auto again = docling::ReadJson(written);
  if (!again || docling::WriteJson(*again) != written) std::abort();
  return 0;
}
