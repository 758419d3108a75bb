// Any bytes through the decoders: what comes out is valid UTF-8, and stays so when normalised.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "text/charset.h"
#include "text/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string clean = text::Sanitise(bytes);
  if (!text::IsValidUtf8(clean) || text::Sanitise(clean) != clean) std::abort();
  if (text::CountCodePoints(bytes) != text::ToUtf32(clean).size()) std::abort();
  if (!text::IsValidUtf8(text::ToNfc(bytes)) || !text::IsValidUtf8(text::ToLower(bytes))) {
    std::abort();
  }
  text::SplitOnSpace(text::Strip(bytes));
  if (!text::IsValidUtf8(text::DecodeText(bytes).utf8)) std::abort();
  if (!text::IsValidUtf8(text::DecodeText(bytes, text::Charset::kUtf16Be).utf8)) std::abort();
  return 0;
}
