// Any bytes as packed pages: never a crash; what unpacks packs again to something that unpacks.
#include <cstdint>
#include <cstdlib>

#include "formats/pdf/packed_pages.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  pdf::PagesRead read;
  if (!pdf::Unpack({reinterpret_cast<const char*>(data), size}, read)) return 0;
  pdf::PagesRead again;
  if (!pdf::Unpack(pdf::Pack(read), again) || again.pages.size() != read.pages.size()) std::abort();
  return 0;
}
