#include <cstdint>
#include <string_view>

#include "http/forms.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)http::ParseForm(text, 1000);
  const auto encoded = http::PercentEncode(text);
  if (http::PercentDecode(encoded, http::Plus::kLiteral).value() != text) __builtin_trap();
  return 0;
}
