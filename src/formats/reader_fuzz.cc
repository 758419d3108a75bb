// Any bytes under any name: the name is the first line of the input.
#include <string_view>

#include "formats/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view name = bytes.substr(0, bytes.find('\n'));
  bytes.remove_prefix(name.size());
  if (!bytes.empty()) bytes.remove_prefix(1);
  docling::CollectedDiagnostics diagnostics;
  formats::Context context{.diagnostics = diagnostics};
  const formats::Input input = {.bytes = bytes, .filename = name, .mime_type = name};
  (void)formats::Inspect(input, context);
  (void)formats::Read(input, context);
  return 0;
}
