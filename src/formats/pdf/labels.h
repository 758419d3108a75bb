// Labels in front of list items and headings: "•", "3.", "(b)", "iv)", "2.1.3", "①".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pdf {

enum class Family : uint8_t {
  kNone,
  kBullet,
  kArabic,  // 1. 1) (1) [1]
  kDotted,  // 1.2 or 1.2.3: depth says how many numbers
  kUpperRoman,
  kLowerRoman,
  kUpperAlpha,
  kLowerAlpha,
  kCircled,  // ① and Korean 가.
  kChapter,  // "Chapter 3", "Part II", "Appendix A"
};

struct Label {
  Family family = Family::kNone;
  int value = 0;       // place in its sequence, from 1; of a bullet its code point
  int depth = 1;       // of kDotted
  size_t length = 0;   // bytes of the label itself
  size_t text_at = 0;  // where the text after it begins
  char close = 0;      // what ends it: '.', ')', ']' or 0

  explicit operator bool() const { return family != Family::kNone; }
  bool Enumerated() const { return family != Family::kNone && family != Family::kBullet; }
};

// The label a line begins with. A single letter of the roman digits reads as roman only for i, v, x
// (I, V, X).
Label ParseLabel(std::string_view text);

// Whether `next` goes on where `last` stopped: the same kind, one more (one may be missing).
bool Follows(const Label& last, const Label& next);

}  // namespace pdf
