#include "text/utf8.h"

#include <utf8proc.h>

#include <cstdlib>
#include <cstring>
#include <memory>

namespace text {
namespace {

// True when the next eight bytes are ASCII; at + 8 must be within `bytes`.
bool EightAscii(std::string_view bytes, size_t at) {
  uint64_t word;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

// The first byte at or after `at` that is not ASCII.
size_t SkipAscii(std::string_view bytes, size_t at) {
  while (at + 8 <= bytes.size() && EightAscii(bytes, at)) at += 8;
  while (at < bytes.size() && static_cast<uint8_t>(bytes[at]) < 0x80) ++at;
  return at;
}

// How many bytes follow a lead byte and the range its first follower must lie in (it excludes
// overlong forms, surrogates and what is over U+10FFFF).
struct Lead {
  uint8_t followers;
  uint8_t low;
  uint8_t high;
};

Lead Classify(uint8_t lead) {
  if (lead >= 0xC2 && lead <= 0xDF) return {1, 0x80, 0xBF};
  if (lead == 0xE0) return {2, 0xA0, 0xBF};
  if (lead == 0xED) return {2, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {2, 0x80, 0xBF};
  if (lead == 0xF0) return {3, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {3, 0x80, 0xBF};
  if (lead == 0xF4) return {3, 0x80, 0x8F};
  return {0, 0, 0};
}

utf8proc_category_t Category(char32_t code_point) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(code_point));
}

std::string Normalise(std::string_view utf8, unsigned options) {
  if (SkipAscii(utf8, 0) == utf8.size()) return std::string(utf8);
  std::string valid;
  if (!IsValidUtf8(utf8)) {
    valid = Sanitise(utf8);
    utf8 = valid;
  }
  utf8proc_uint8_t* raw = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                   static_cast<utf8proc_ssize_t>(utf8.size()), &raw,
                                   static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(raw, &std::free);
  if (length < 0) return std::string(utf8);  // only out of memory or over 2^31 code points
  return {reinterpret_cast<const char*>(raw), static_cast<size_t>(length)};
}

}  // namespace

Decoded DecodeAt(std::string_view bytes, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  const uint8_t first = byte(at);
  if (first < 0x80) return {first, 1, true};
  const Lead lead = Classify(first);
  if (lead.followers == 0) return {kReplacement, 1, false};
  char32_t value = first & (0x3F >> lead.followers);
  for (uint8_t i = 1; i <= lead.followers; ++i) {
    const uint8_t low = i == 1 ? lead.low : 0x80;
    const uint8_t high = i == 1 ? lead.high : 0xBF;
    if (at + i >= bytes.size() || byte(at + i) < low || byte(at + i) > high) {
      return {kReplacement, i, false};
    }
    value = (value << 6) | (byte(at + i) & 0x3F);
  }
  return {value, static_cast<uint8_t>(lead.followers + 1), true};
}

void AppendUtf8(char32_t code_point, std::string& out) {
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
    return;
  }
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
    code_point = kReplacement;
  }
  const auto follower = [&](int shift) {
    out.push_back(static_cast<char>(0x80 | ((code_point >> shift) & 0x3F)));
  };
  if (code_point < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (code_point >> 6)));
  } else if (code_point < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (code_point >> 12)));
    follower(6);
  } else {
    out.push_back(static_cast<char>(0xF0 | (code_point >> 18)));
    follower(12);
    follower(6);
  }
  follower(0);
}

std::u32string ToUtf32(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size());
  for (size_t at = 0; at < utf8.size();) {
    const Decoded decoded = DecodeAt(utf8, at);
    out.push_back(decoded.code_point);
    at += decoded.length;
  }
  return out;
}

std::string ToUtf8(std::u32string_view code_points) {
  std::string out;
  out.reserve(code_points.size());
  for (const char32_t code_point : code_points) AppendUtf8(code_point, out);
  return out;
}

bool IsValidUtf8(std::string_view bytes) {
  for (size_t at = SkipAscii(bytes, 0); at < bytes.size(); at = SkipAscii(bytes, at)) {
    const Decoded decoded = DecodeAt(bytes, at);
    if (!decoded.valid) return false;
    at += decoded.length;
  }
  return true;
}

std::string Sanitise(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  size_t clean_from = 0;
  for (size_t at = SkipAscii(bytes, 0); at < bytes.size(); at = SkipAscii(bytes, at)) {
    const Decoded decoded = DecodeAt(bytes, at);
    if (!decoded.valid) {
      out.append(bytes, clean_from, at - clean_from);
      AppendUtf8(kReplacement, out);
      clean_from = at + decoded.length;
    }
    at += decoded.length;
  }
  out.append(bytes, clean_from);
  return out;
}

size_t CountCodePoints(std::string_view utf8) {
  size_t count = 0;
  for (size_t at = 0; at < utf8.size();) {
    const size_t next = SkipAscii(utf8, at);
    count += next - at;
    at = next;
    if (at == utf8.size()) break;
    at += DecodeAt(utf8, at).length;
    ++count;
  }
  return count;
}

size_t OffsetOf(std::string_view utf8, size_t index) {
  size_t at = 0;
  while (index > 0 && at < utf8.size()) {
    at += DecodeAt(utf8, at).length;
    --index;
  }
  return at;
}

bool IsSpace(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31);
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool IsLetter(char32_t code_point) {
  const auto category = Category(code_point);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool IsNumber(char32_t code_point) {
  const auto category = Category(code_point);
  return category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
}

bool IsPunctuation(char32_t code_point) {
  const auto category = Category(code_point);
  return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

std::string_view StripLeft(std::string_view utf8) {
  size_t at = 0;
  while (at < utf8.size()) {
    const Decoded decoded = DecodeAt(utf8, at);
    if (!IsSpace(decoded.code_point)) break;
    at += decoded.length;
  }
  return utf8.substr(at);
}

std::string_view StripRight(std::string_view utf8) {
  while (!utf8.empty()) {
    size_t start = utf8.size() - 1;
    while (start > 0 && utf8.size() - start < 4 && (utf8[start] & 0xC0) == 0x80) --start;
    const Decoded last = DecodeAt(utf8, start);
    if (start + last.length != utf8.size() || !IsSpace(last.code_point)) break;
    utf8.remove_suffix(last.length);
  }
  return utf8;
}

std::string_view Strip(std::string_view utf8) { return StripRight(StripLeft(utf8)); }

std::vector<std::string_view> SplitOnSpace(std::string_view utf8) {
  std::vector<std::string_view> words;
  size_t word_start = 0;
  for (size_t at = 0; at < utf8.size();) {
    const Decoded decoded = DecodeAt(utf8, at);
    if (IsSpace(decoded.code_point)) {
      if (at > word_start) words.push_back(utf8.substr(word_start, at - word_start));
      word_start = at + decoded.length;
    }
    at += decoded.length;
  }
  if (word_start < utf8.size()) words.push_back(utf8.substr(word_start));
  return words;
}

std::string ToLower(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (size_t at = 0; at < utf8.size();) {
    const Decoded decoded = DecodeAt(utf8, at);
    AppendUtf8(
        static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(decoded.code_point))),
        out);
    at += decoded.length;
  }
  return out;
}

std::string ToNfc(std::string_view utf8) {
  return Normalise(utf8, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string ToNfd(std::string_view utf8) {
  return Normalise(utf8, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
}

std::string ToNfkc(std::string_view utf8) {
  return Normalise(utf8, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}

}  // namespace text
