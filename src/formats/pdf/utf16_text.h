// PDFium's strings: UTF-16LE with a final zero, asked for twice.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "text/utf8.h"

namespace pdf {

// `get(buffer, bytes)` returns the bytes needed. Longer texts come out empty.
template <typename F>
std::string Utf16Text(F get) {
  constexpr unsigned long kMostText = 64 * 1024;
  const unsigned long bytes = std::min<unsigned long>(get(nullptr, 0), kMostText);
  if (bytes < 4) return {};
  std::vector<char16_t> units((bytes + 1) / 2);
  get(units.data(), bytes);
  std::string out;
  for (size_t i = 0; i < units.size() && units[i] != 0; ++i) {
    char32_t code = units[i];
    if (code >= 0xD800 && code < 0xDC00 && i + 1 < units.size()) {
      code = 0x10000 + ((code - 0xD800) << 10) + (units[++i] - char32_t{0xDC00});
    }
    text::AppendUtf8(code, out);
  }
  return out;
}

}  // namespace pdf
