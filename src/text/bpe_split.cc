#include "text/bpe_split.h"

#include "text/utf8.h"

namespace text {
namespace {

constexpr std::string_view kGpt2Regex =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr std::string_view kQwenRegex =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kLlama3Regex =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

enum class Kind : uint8_t { kEnd, kLetter, kNumber, kSpace, kNewline, kOther };

struct Peeked {
  Kind kind = Kind::kEnd;
  size_t length = 0;
};

Kind KindOfAscii(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return Kind::kLetter;
  if (c >= '0' && c <= '9') return Kind::kNumber;
  if (c == '\n' || c == '\r') return Kind::kNewline;
  if (c == ' ' || (c >= '\t' && c <= '\r')) return Kind::kSpace;
  return Kind::kOther;
}

Peeked Peek(std::string_view text, size_t at) {
  if (at >= text.size()) return {};
  if (static_cast<uint8_t>(text[at]) < 0x80) return {KindOfAscii(text[at]), 1};
  const Decoded decoded = DecodeAt(text, at);
  Kind kind = Kind::kOther;
  if (IsLetter(decoded.code_point)) {
    kind = Kind::kLetter;
  } else if (IsNumber(decoded.code_point)) {
    kind = Kind::kNumber;
  } else if (IsSpace(decoded.code_point)) {
    kind = Kind::kSpace;
  }
  return {kind, decoded.length};
}

// The end of the run of `kind` that starts at `at`, of at most `limit` characters.
size_t RunEnd(std::string_view text, size_t at, Kind kind, size_t limit = SIZE_MAX) {
  for (Peeked next; limit > 0 && (next = Peek(text, at)).kind == kind; --limit) at += next.length;
  return at;
}

// 's 't 're 've 'm 'll 'd at the start; 0 when there is none.
size_t Contraction(std::string_view text, bool any_case) {
  if (text.size() < 2 || text[0] != '\'') return 0;
  const auto at = [&](size_t i) -> char {
    if (i >= text.size()) return '\0';
    const char c = text[i];
    return any_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  };
  const char first = at(1);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return 2;
  const char second = at(2);
  if ((first == 'r' || first == 'v') && second == 'e') return 3;
  if (first == 'l' && second == 'l') return 3;
  // Case folding makes the long s an s.
  return any_case && text.substr(1).starts_with("\u017F") ? 3 : 0;
}

// White space at the start, which no earlier alternative took: up to the last line break of the run
// if `breaks_apart`, else all of it but the last character when something follows (which then
// belongs to that).
size_t Blanks(std::string_view text, bool breaks_apart) {
  size_t end = 0;
  size_t last_start = 0;
  size_t after_break = 0;
  for (Peeked next; (next = Peek(text, end)).kind == Kind::kSpace || next.kind == Kind::kNewline;) {
    last_start = end;
    end += next.length;
    if (next.kind == Kind::kNewline) after_break = end;
  }
  if (breaks_apart && after_break > 0) return after_break;
  return end < text.size() && last_start > 0 ? last_start : end;
}

size_t Gpt2Piece(std::string_view text) {
  if (const size_t length = Contraction(text, false)) return length;
  Peeked first = Peek(text, 0);
  size_t start = 0;
  if (text[0] == ' ') {
    start = 1;
    first = Peek(text, 1);
  }
  switch (first.kind) {
    case Kind::kLetter:
    case Kind::kNumber:
    case Kind::kOther:
      return RunEnd(text, start, first.kind);
    default:
      return Blanks(text, false);
  }
}

size_t ModernPiece(std::string_view text, size_t digits) {
  if (const size_t length = Contraction(text, true)) return length;
  const Peeked first = Peek(text, 0);
  if (first.kind == Kind::kLetter) return RunEnd(text, 0, Kind::kLetter);
  if (first.kind == Kind::kNumber) return RunEnd(text, 0, Kind::kNumber, digits);
  if (first.kind != Kind::kNewline && Peek(text, first.length).kind == Kind::kLetter) {
    return RunEnd(text, first.length, Kind::kLetter);
  }
  const size_t start = text[0] == ' ' ? 1 : 0;
  if (Peek(text, start).kind == Kind::kOther) {
    return RunEnd(text, RunEnd(text, start, Kind::kOther), Kind::kNewline);
  }
  return Blanks(text, true);
}

}  // namespace

std::optional<BpePattern> RecogniseBpePattern(std::string_view regex) {
  if (regex == kGpt2Regex) return BpePattern::kGpt2;
  if (regex == kQwenRegex) return BpePattern::kQwen;
  if (regex == kLlama3Regex) return BpePattern::kLlama3;
  return std::nullopt;
}

size_t NextBpePiece(BpePattern pattern, std::string_view text) {
  switch (pattern) {
    case BpePattern::kGpt2:
      return Gpt2Piece(text);
    case BpePattern::kQwen:
      return ModernPiece(text, 1);
    case BpePattern::kLlama3:
      return ModernPiece(text, 3);
  }
  return text.size();
}

}  // namespace text
