// What BERT models do to a text before WordPiece: clean, space out CJK, strip accents, lower-case,
// split into words and punctuation marks. As the `tokenizers` package does it, code point for code
// point.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "text/utf8.h"

namespace text {

struct BertOptions {
  bool lowercase = true;
  bool strip_accents = true;
  bool space_cjk = true;
};

enum class BertClass : uint8_t {
  kDrop,
  kSpace,
  kMark,  // punctuation, and each CJK character: a word of its own
  kWord,
};

struct BertPiece {
  char32_t code_point;
  BertClass kind;
};

// What one non-ASCII code point of the input becomes.
struct BertExpansion {
  std::array<BertPiece, 8> pieces;  // a canonical decomposition has at most 4
  size_t size = 0;
  // Words end before and after it, whatever the pieces are (CJK).
  bool apart = false;
};
BertExpansion ExpandBert(char32_t code_point, const BertOptions& options);

// What one ASCII character becomes.
struct BertAscii {
  BertClass kind;
  char lower;
};
extern const std::array<BertAscii, 128> kBertAscii;

// Calls on_word(std::string_view word, size_t code_points) for each word. A template because it is
// the inner loop of counting tokens.
template <typename OnWord>
void ForEachBertWord(std::string_view utf8, const BertOptions& options, OnWord&& on_word) {
  std::string word;
  size_t length = 0;  // in code points
  const auto flush = [&] {
    if (length > 0) on_word(std::string_view(word), length);
    word.clear();
    length = 0;
  };
  for (size_t at = 0; at < utf8.size();) {
    const auto byte = static_cast<uint8_t>(utf8[at]);
    if (byte < 0x80) {
      ++at;
      const BertAscii& ascii = kBertAscii[byte];
      if (ascii.kind == BertClass::kDrop) continue;
      if (ascii.kind != BertClass::kWord) flush();
      if (ascii.kind == BertClass::kSpace) continue;
      word.push_back(options.lowercase ? ascii.lower : static_cast<char>(byte));
      ++length;
      if (ascii.kind == BertClass::kMark) flush();
      continue;
    }
    const Decoded decoded = DecodeAt(utf8, at);
    at += decoded.length;
    const BertExpansion expansion = ExpandBert(decoded.code_point, options);
    if (expansion.apart) flush();
    for (size_t i = 0; i < expansion.size; ++i) {
      const auto [code_point, kind] = expansion.pieces[i];
      if (kind != BertClass::kWord) flush();
      if (kind == BertClass::kSpace) continue;
      AppendUtf8(code_point, word);
      ++length;
      if (kind == BertClass::kMark) flush();
    }
    if (expansion.apart) flush();
  }
  flush();
}

}  // namespace text
