// Parameter set YAML from users: what is accepted must also print.
#include <cstdint>
#include <string_view>

#include "workflow/params.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto set = workflow::ParseParamSet(text)) {
    (void)workflow::ToJson(*set);
    (void)workflow::CumulativeConfigs(*set, {});
  }
  return 0;
}
