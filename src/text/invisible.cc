#include "text/invisible.h"

#include <utf8proc.h>

#include "text/utf8.h"

namespace text {
namespace {

bool Between(char32_t code, char32_t low, char32_t high) { return code >= low && code <= high; }

bool IsTag(char32_t code) { return Between(code, 0xE0000, 0xE007F); }
bool IsSelector(char32_t code) {
  return Between(code, 0xFE00, 0xFE0F) || Between(code, 0xE0100, 0xE01EF);
}
bool IsJoiner(char32_t code) { return code == 0x200C || code == 0x200D; }
bool IsOverride(char32_t code) { return code == 0x202D || code == 0x202E; }
// Embeddings and isolates with their ends, and marks: of use where directions meet.
bool IsDirection(char32_t code) {
  return Between(code, 0x202A, 0x202C) || Between(code, 0x2066, 0x2069) || code == 0x200E ||
         code == 0x200F || code == 0x061C;
}
bool IsZeroWidth(char32_t code) {
  return code == 0x200B || IsJoiner(code) || Between(code, 0x2060, 0x2064) ||
         Between(code, 0x206A, 0x206F) || code == 0xFEFF || code == 0x180E;
}

bool RunsLeft(char32_t code) {
  return Between(code, 0x0590, 0x08FF) || Between(code, 0xFB1D, 0xFDFF) ||
         Between(code, 0xFE70, 0xFEFC) || Between(code, 0x10800, 0x10FFF) ||
         Between(code, 0x1E800, 0x1EFFF);
}

// Arabic and its neighbours, the scripts of South and South-East Asia, Mongolian.
bool Joins(char32_t code) {
  return Between(code, 0x0600, 0x0DFF) || Between(code, 0x0F00, 0x109F) ||
         Between(code, 0x1780, 0x18AF) || Between(code, 0x1900, 0x1CFF) ||
         Between(code, 0xA800, 0xABFF) || Between(code, 0xFB50, 0xFEFC) ||
         Between(code, 0x11000, 0x11FFF) || Between(code, 0x1E800, 0x1EFFF);
}
// Thai, Lao, Tibetan, Burmese, Khmer: lines break at spaces without width.
bool HasNoSpaces(char32_t code) {
  return Between(code, 0x0E00, 0x109F) || Between(code, 0x1780, 0x17FF);
}
bool IsPictograph(char32_t code) {
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(code))->boundclass ==
             UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC ||
         Between(code, 0x1F3FB, 0x1F3FF);
}

class Cleaner {
 public:
  Cleaner(std::string_view utf8, Invisible& found) : text_(ToUtf32(utf8)), found_(found) {
    for (const char32_t code : text_) leftwards_ = leftwards_ || RunsLeft(code);
  }

  std::string Run() {
    for (at_ = 0; at_ < text_.size(); ++at_) {
      if (!IsFlag() && Drops(text_[at_])) continue;
      AppendUtf8(text_[at_], out_);
      if (!IsSelector(text_[at_])) last_ = text_[at_];
      selected_ = IsSelector(text_[at_]);
    }
    return std::move(out_);
  }

 private:
  // The tags that spell a flag after the black one: few, and ended by the cancel tag.
  bool IsFlag() {
    constexpr size_t kLongest = 8;
    if (at_ < flag_end_) return true;
    if (!IsTag(text_[at_]) || last_ != 0x1F3F4) return false;
    size_t end = at_;
    while (end < text_.size() && end - at_ < kLongest && Between(text_[end], 0xE0030, 0xE007A)) {
      ++end;
    }
    if (end == at_ || end == text_.size() || text_[end] != 0xE007F) return false;
    flag_end_ = end + 1;
    return true;
  }

  bool Drops(char32_t code) {
    if (IsTag(code)) {
      if (Between(code, 0xE0020, 0xE007E)) found_.hidden += static_cast<char>(code - 0xE0000);
      return Dropped(found_.tags);
    }
    if (IsSelector(code)) {
      const bool needed = last_ != 0 && !selected_;
      return !needed && Dropped(code > 0xFFFF ? found_.tags : found_.zero_width);
    }
    if (IsOverride(code) || (IsDirection(code) && !leftwards_)) return Dropped(found_.directions);
    return IsZeroWidth(code) && !IsNeeded(code) && Dropped(found_.zero_width);
  }

  bool IsNeeded(char32_t code) const {
    const char32_t next = at_ + 1 < text_.size() ? text_[at_ + 1] : 0;
    if (code == 0x200D && IsPictograph(last_) && IsPictograph(next)) return true;
    if (IsJoiner(code)) return Joins(last_);
    if (code == 0x180E) return Between(last_, 0x1800, 0x18AF);
    return code == 0x200B && HasNoSpaces(last_) && HasNoSpaces(next);
  }

  static bool Dropped(size_t& count) {
    ++count;
    return true;
  }

  const std::u32string text_;
  Invisible& found_;
  std::string out_;
  size_t at_ = 0;
  size_t flag_end_ = 0;
  char32_t last_ = 0;      // the last character kept that is no selector
  bool selected_ = false;  // a selector was kept after it
  bool leftwards_ = false;
};

}  // namespace

bool MayHideText(std::string_view utf8) {
  for (size_t i = 0; i + 1 < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0xD8) continue;
    const auto next = static_cast<unsigned char>(utf8[i + 1]);
    if (byte == 0xE2 && (next == 0x80 || next == 0x81)) {
      const auto last = i + 2 < utf8.size() ? static_cast<unsigned char>(utf8[i + 2]) : 0U;
      // U+200B…200F, 202A…202E; 2060…206F. Not the dashes and quotes beside them.
      if (next == 0x81 ? last >= 0xA0 && last <= 0xAF
                       : (last >= 0x8B && last <= 0x8F) || (last >= 0xAA && last <= 0xAE)) {
        return true;
      }
    }
    if ((byte == 0xD8 && next == 0x9C) || (byte == 0xE1 && next == 0xA0) ||
        (byte == 0xEF && (next == 0xB8 || next == 0xBB)) || (byte == 0xF3 && next == 0xA0)) {
      return true;
    }
  }
  return false;
}

std::string WithoutInvisible(std::string_view utf8, Invisible& found) {
  return MayHideText(utf8) ? Cleaner(utf8, found).Run() : std::string(utf8);
}

}  // namespace text
