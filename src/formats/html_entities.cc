#include "formats/html_entities.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "formats/charset.h"
#include "text/utf8.h"

namespace formats {
namespace {

struct Entity {
  std::string_view name;
  std::string_view utf8;
  bool without_semicolon;
};

constexpr Entity kEntities[] = {
#include "formats/html_entities_table.inc"
};

constexpr size_t kLongestName = 31;

bool IsAlnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int DigitValue(char c, int base) {
  int value = -1;
  if (c >= '0' && c <= '9') value = c - '0';
  if (c >= 'a' && c <= 'f') value = c - 'a' + 10;
  if (c >= 'A' && c <= 'F') value = c - 'A' + 10;
  return value < base ? value : -1;
}

const Entity* Find(std::string_view name) {
  const auto* it = std::ranges::lower_bound(kEntities, name, {}, &Entity::name);
  return it != std::end(kEntities) && it->name == name ? it : nullptr;
}

size_t DecodeNumber(std::string_view text, size_t at, std::string& out) {
  size_t i = at + 2;
  const bool hex = i < text.size() && (text[i] == 'x' || text[i] == 'X');
  if (hex) ++i;
  const int base = hex ? 16 : 10;
  uint32_t number = 0;
  const size_t first = i;
  for (; i < text.size() && DigitValue(text[i], base) >= 0; ++i) {
    number = number * base + DigitValue(text[i], base);
    number = std::min<uint32_t>(number, 0x110000);  // stays "too large", cannot wrap around
  }
  if (i == first) return 0;
  if (i < text.size() && text[i] == ';') ++i;
  // Numbers 0x80..0x9F mean windows-1252, whatever the document's charset.
  if (number >= 0x80 && number <= 0x9F) number = Windows1252(static_cast<uint8_t>(number));
  const bool control = number < 0x20 && number != '\t' && number != '\n' && number != '\r';
  text::AppendUtf8(control || number > 0x10FFFF ? text::kReplacement : number, out);
  return i - at;
}

// The name after '&' at `at`, at most one byte longer than any known one.
std::string_view NameAt(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && end - at <= kLongestName + 1 && IsAlnum(text[end])) ++end;
  return text.substr(at + 1, end - at - 1);
}

size_t DecodeName(std::string_view text, size_t at, std::string& out) {
  const std::string_view name = NameAt(text, at);
  const Entity* entity = Find(name);
  if (entity == nullptr) return 0;
  const size_t end = at + 1 + name.size();
  const bool closed = end < text.size() && text[end] == ';';
  if (!closed && !entity->without_semicolon) return 0;
  out += entity->utf8;
  return name.size() + (closed ? 2 : 1);
}

size_t DecodePrefix(std::string_view text, size_t at, std::string& out) {
  for (std::string_view name = NameAt(text, at); name.size() > 1; name.remove_suffix(1)) {
    const Entity* entity = Find(name);
    if (entity == nullptr || !entity->without_semicolon) continue;
    out += entity->utf8;
    return name.size() + 1;
  }
  return 0;
}

}  // namespace

size_t DecodeReference(std::string_view text, size_t at, std::string& out) {
  if (at + 1 < text.size() && text[at + 1] == '#') return DecodeNumber(text, at, out);
  return DecodeName(text, at, out);
}

std::string Unescape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    size_t taken = 0;
    if (text[i] == '&') {
      taken = DecodeReference(text, i, out);
      if (taken == 0) taken = DecodePrefix(text, i, out);
    }
    if (taken == 0) {
      out += text[i];
      taken = 1;
    }
    i += taken;
  }
  return out;
}

}  // namespace formats
