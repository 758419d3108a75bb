#include "formats/pdf/line_text.h"

#include "formats/pdf/characters.h"
#include "text/utf8.h"

namespace pdf {

namespace {

// The last code point; 0 for the empty text.
char32_t LastCodePoint(std::string_view text) {
  if (text.empty()) return 0;
  size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
  return text::DecodeAt(text, at).code_point;
}

char32_t FirstCodePoint(std::string_view text) {
  return text.empty() ? 0 : text::DecodeAt(text, 0).code_point;
}

bool IsWordCharacter(char32_t code) {
  return code != 0 && (text::IsLetter(code) || text::IsNumber(code));
}

// The hyphen at the end of `text` stands inside a word that `line` goes on with.
bool BreaksWord(std::string_view text, std::string_view line) {
  if (text.size() < 2 || text.back() != '-') return false;
  return IsWordCharacter(LastCodePoint(text.substr(0, text.size() - 1))) &&
         IsWordCharacter(FirstCodePoint(line));
}

}  // namespace

bool EndsSentence(std::string_view text) {
  constexpr std::u32string_view kClosing = U")]}\"'»”’」』";
  constexpr std::u32string_view kEnds = U".!?:;…。！？．؟۔।";
  while (!text.empty()) {
    const char32_t last = LastCodePoint(text);
    if (kEnds.find(last) != std::u32string_view::npos) return true;
    if (kClosing.find(last) == std::u32string_view::npos) return false;
    text.remove_suffix(last < 0x80 ? 1 : last < 0x800 ? 2 : 3);
  }
  return false;
}

bool StartsLower(std::string_view text) { return IsLower(FirstCodePoint(text)); }

size_t FirstBreak(std::string_view word) {
  const char32_t first = FirstCodePoint(word);
  if (IsIdeographic(first) || IsHangul(first)) return 1;
  return text::CountCodePoints(word);
}

LineEnd EndOf(const Line& line) {
  if (line.dash) return LineEnd::kDash;
  return line.soft_hyphen ? LineEnd::kSoftHyphen : LineEnd::kPlain;
}

void AppendLine(std::string& text, std::string_view line, LineEnd before) {
  if (text.empty()) {
    text = line;
    return;
  }
  if (BreaksWord(text, line)) {
    // "state-\nof-the-art" and "IBM-\nCompatible" keep theirs; a hyphen that the engine calls soft
    // never does.
    const char32_t next = FirstCodePoint(line);
    const bool hyphenated = IsUpper(next) || text::IsNumber(next);
    const bool keep = before == LineEnd::kDash || (before == LineEnd::kPlain && hyphenated);
    if (!keep) text.pop_back();
    text += line;
    return;
  }
  const bool no_blank = IsIdeographic(LastCodePoint(text)) && IsIdeographic(FirstCodePoint(line));
  if (!no_blank) text.push_back(' ');
  text += line;
}

}  // namespace pdf
