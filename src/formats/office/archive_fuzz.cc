// Any bytes as a ZIP archive, its entries as XML: never a crash.
#include "formats/office/archive.h"
#include "formats/office/xml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto archive = office::Archive::Open(bytes, {.total_bytes = uint64_t{4} << 20});
  if (!archive) {
    (void)office::XmlDocument::Parse(std::string(bytes), "fuzz");
    return 0;
  }
  for (const std::string& name : archive->Names()) {
    auto content = archive->Read(name);
    if (content) (void)office::XmlDocument::Parse(std::move(*content), name);
  }
  return 0;
}
