#include "docling/token_counter.h"

namespace docling {
namespace {

// Bytes that hold more tokens than the limit in most texts.
constexpr size_t kBytesPerToken = 8;
constexpr size_t kSpareBytes = 512;

// A text that is cut between two words may have this many tokens less when it goes on.
constexpr size_t kSlackAtBlank = 8;
// Cut inside a word: WordPiece counts a word of over 100 characters as one token.
constexpr size_t kSlackInWord = 128;

// How far back from the cut a blank is looked for.
constexpr size_t kWordReach = 1024;

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

size_t TokenCounter::CountUpTo(std::string_view text, size_t limit) const {
  for (size_t bytes = kBytesPerToken * limit + kSpareBytes; bytes < text.size(); bytes *= 4) {
    size_t cut = text.rfind(' ', bytes);
    const bool at_blank = cut != std::string_view::npos && cut + kWordReach > bytes;
    if (!at_blank) {
      cut = bytes;
      while (cut > 0 && IsContinuation(text[cut])) --cut;
    }
    const size_t count = tokenizer_.Count(text.substr(0, cut));
    if (count > limit + (at_blank ? kSlackAtBlank : kSlackInWord)) return count;
  }
  return tokenizer_.Count(text);
}

}  // namespace docling
