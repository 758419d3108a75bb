#include "formats/hyperlink.h"

#include <algorithm>

#include "text/utf8.h"

namespace formats {
namespace {

bool IsSchemeChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '-' || c == '.';
}

std::string Lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

}  // namespace

std::string NormaliseLink(std::string_view link) {
  const std::string_view text = text::Strip(link);
  size_t colon = 0;
  while (colon < text.size() && IsSchemeChar(text[colon])) ++colon;
  if (colon > 1 && text.substr(colon).starts_with("://")) {
    const size_t host = colon + 3;
    const size_t path = std::min(text.find_first_of("/?#", host), text.size());
    std::string out = Lower(text.substr(0, path));
    if (path == text.size() || text[path] != '/') out += '/';
    return out += text.substr(path);
  }
  if (text.starts_with("./") && text.size() > 2) return std::string(text.substr(2));
  return std::string(text);
}

}  // namespace formats
