// Workflow YAML from users.
#include <cstdint>
#include <string_view>

#include "workflow/definition.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)workflow::ParseDefinition(text);
  return 0;
}
