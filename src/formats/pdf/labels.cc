#include "formats/pdf/labels.h"

#include <array>

#include "formats/pdf/characters.h"
#include "text/utf8.h"

namespace pdf {

namespace {

constexpr size_t kLongestNumber = 3;  // digits: "1990." begins a sentence, not an item

int RomanDigit(char c) {
  switch (c | 0x20) {
    case 'i':
      return 1;
    case 'v':
      return 5;
    case 'x':
      return 10;
    case 'l':
      return 50;
    default:
      return 0;
  }
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAsciiLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

// The value of a roman numeral up to 89, 0 when it is none.
int RomanValue(std::string_view word) {
  int value = 0;
  int last = 100;
  for (const char c : word) {
    const int digit = RomanDigit(c);
    if (digit == 0) return 0;
    value += digit > last ? digit - 2 * last : digit;
    last = digit;
  }
  return word.size() <= 6 ? value : 0;
}

void Roman(std::string_view core, Label& label) {
  label.family = core[0] >= 'a' ? Family::kLowerRoman : Family::kUpperRoman;
  label.value = RomanValue(core);
}

void Alpha(char c, Label& label) {
  label.family = c >= 'a' ? Family::kLowerAlpha : Family::kUpperAlpha;
  label.value = (c | 0x20) - 'a' + 1;
}

// "12" or "1.2.3"; false when it is neither.
bool Numbers(std::string_view core, Label& label) {
  int depth = 0;
  for (size_t at = 0; at < core.size();) {
    size_t end = at;
    int value = 0;
    while (end < core.size() && IsDigit(core[end])) value = value * 10 + (core[end++] - '0');
    if (end == at || end - at > kLongestNumber) return false;
    ++depth;
    label.value = value;
    if (end < core.size() && (core[end] != '.' || end + 1 == core.size())) return false;
    at = end + 1;
  }
  label.family = depth > 1 ? Family::kDotted : Family::kArabic;
  label.depth = depth;
  return depth > 0 && depth <= 6;
}

// What stands between the brackets or before the dot.
bool ParseCore(std::string_view core, Label& label) {
  if (core.empty()) return false;
  if (IsDigit(core[0])) return Numbers(core, label);
  if (core.size() == 1 && IsAsciiLetter(core[0])) {
    const char lower = static_cast<char>(core[0] | 0x20);
    if (lower == 'i' || lower == 'v' || lower == 'x') {
      Roman(core, label);
    } else {
      Alpha(core[0], label);
    }
    return true;
  }
  if (RomanValue(core) > 0) {
    Roman(core, label);
    return true;
  }
  return false;
}

size_t SkipBlanks(std::string_view text, size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}

Label Finish(Label label, std::string_view text, size_t length) {
  label.length = length;
  label.text_at = SkipBlanks(text, length);
  return label;
}

// "Chapter 3", "Part II", "Appendix A"
Label ParseChapter(std::string_view text) {
  constexpr std::array<std::string_view, 7> kWords{"chapter ", "part ",    "appendix ", "section ",
                                                   "article ", "kapitel ", "annex "};
  const std::string lower = text::ToLower(text.substr(0, 24));
  for (const std::string_view word : kWords) {
    if (!lower.starts_with(word)) continue;
    size_t end = word.size();
    while (end < text.size() && text[end] != ' ' && text[end] != '.' && text[end] != ':') ++end;
    Label label;
    if (!ParseCore(text.substr(word.size(), end - word.size()), label)) return {};
    label.family = Family::kChapter;
    if (end < text.size() && text[end] != ' ') label.close = text[end++];
    return Finish(label, text, end);
  }
  return {};
}

// ①…⑳, or a Hangul syllable of the order 가나다 before "." or ")".
Label ParseOther(std::string_view text) {
  constexpr std::u32string_view kKorean = U"가나다라마바사아자차카타파하";
  const auto first = text::DecodeAt(text, 0);
  Label label;
  if (first.code_point >= 0x2460 && first.code_point <= 0x2473) {
    label.family = Family::kCircled;
    label.value = static_cast<int>(first.code_point - 0x2460) + 1;
    return Finish(label, text, first.length);
  }
  const size_t at = kKorean.find(first.code_point);
  if (at == std::u32string_view::npos || text.size() <= first.length) return {};
  label.close = text[first.length];
  if (label.close != '.' && label.close != ')') return {};
  label.family = Family::kCircled;
  label.value = static_cast<int>(at) + 1;
  return Finish(label, text, first.length + 1U);
}

Label ParseBullet(std::string_view text) {
  const auto first = text::DecodeAt(text, 0);
  if (!IsBullet(first.code_point)) return {};
  // A dash or star right before a word is part of it.
  const bool apart = text.size() == first.length || text[first.length] == ' ';
  if (!apart && (first.code_point < 0x80 || first.code_point == 0x2013)) return {};
  Label label;
  label.family = Family::kBullet;
  label.value = static_cast<int>(first.code_point);
  return Finish(label, text, first.length);
}

}  // namespace

Label ParseLabel(std::string_view text) {
  if (text.empty()) return {};
  if (const Label bullet = ParseBullet(text)) return bullet;
  if (const Label other = ParseOther(text)) return other;
  if (const Label chapter = ParseChapter(text)) return chapter;
  const size_t end = std::min(text.find(' '), text.size());
  std::string_view word = text.substr(0, end);
  if (word.size() > 14 || word.size() < 2) {
    // A bare number or letter is a label only of a heading; the caller decides by what follows.
    Label bare;
    if (word.size() == 1 && IsDigit(word[0]) && end < text.size() && Numbers(word, bare)) {
      return Finish(bare, text, end);
    }
    return {};
  }
  Label label;
  if (word.front() == '(' || word.front() == '[') {
    const size_t close = word.find(word.front() == '(' ? ')' : ']');
    if (close == std::string_view::npos || !ParseCore(word.substr(1, close - 1), label)) return {};
    label.close = word[close];
    return Finish(label, text, close + 1);
  }
  const size_t close = word.find(')');
  if (close != std::string_view::npos && close > 0 && close <= 5) {
    if (!ParseCore(word.substr(0, close), label)) return {};
    label.close = ')';
    return Finish(label, text, close + 1);
  }
  if (word.back() == '.' || word.back() == ':') {
    label.close = word.back();
    if (!ParseCore(word.substr(0, word.size() - 1), label)) return {};
    return Finish(label, text, word.size());
  }
  if (!Numbers(word, label) || end == text.size()) return {};
  return Finish(label, text, word.size());
}

bool Follows(const Label& last, const Label& next) {
  if (last.family == Family::kNone || last.family != next.family || last.close != next.close) {
    return false;
  }
  if (last.family == Family::kBullet) return last.value == next.value;
  return last.depth == next.depth && next.value > last.value && next.value <= last.value + 2;
}

}  // namespace pdf
