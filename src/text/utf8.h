// UTF-8 and the few Unicode questions the rest of the program asks. Functions are pure and
// thread-safe; tables are those of utf8proc. No function fails on invalid bytes: each maximal
// invalid piece is read as one U+FFFD, as Python's errors="replace" and the WHATWG decoder do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace text {

inline constexpr char32_t kReplacement = 0xFFFD;

// One step of decoding. `length` is how many bytes it took, at least 1; `code_point` is
// kReplacement when they are not valid.
struct Decoded {
  char32_t code_point;
  uint8_t length;
  bool valid;
};

// Decodes at `at`, which must be < bytes.size().
Decoded DecodeAt(std::string_view bytes, size_t at);
// Appends `code_point` (kReplacement in place of a surrogate or of what is over U+10FFFF).
void AppendUtf8(char32_t code_point, std::string& out);

std::u32string ToUtf32(std::string_view utf8);
std::string ToUtf8(std::u32string_view code_points);

bool IsValidUtf8(std::string_view bytes);
// The same text with invalid pieces replaced.
std::string Sanitise(std::string_view bytes);

// What Python's len() says of the decoded text.
size_t CountCodePoints(std::string_view utf8);
// The byte offset of the code point number `index`, or utf8.size() when there are fewer.
size_t OffsetOf(std::string_view utf8, size_t index);

// Python's str.isspace and general categories.
bool IsSpace(char32_t code_point);
bool IsLetter(char32_t code_point);       // general category L*
bool IsNumber(char32_t code_point);       // general category N*
bool IsPunctuation(char32_t code_point);  // general category P*

// Python's str.strip(), lstrip(), rstrip() without arguments, and split() without arguments.
std::string_view Strip(std::string_view utf8);
std::string_view StripLeft(std::string_view utf8);
std::string_view StripRight(std::string_view utf8);
std::vector<std::string_view> SplitOnSpace(std::string_view utf8);

// Lower case, code point by code point (no locale; "ẞ" → "ß", a final "Σ" → "σ").
std::string ToLower(std::string_view utf8);

// Normal forms. Text that is already in the form (all ASCII is) costs one scan or one copy.
std::string ToNfc(std::string_view utf8);
std::string ToNfd(std::string_view utf8);
std::string ToNfkc(std::string_view utf8);

}  // namespace text
