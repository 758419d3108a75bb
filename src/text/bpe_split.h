// How byte-level BPE cuts a text into pieces before merging: the regular expressions that models
// use, matched by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace text {

// kGpt2:   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// kQwen:   (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|
//          \s*[\r\n]+|\s+(?!\S)|\s+
// kLlama3: the same with \p{N}{1,3} (also that of GPT-4)
enum class BpePattern : uint8_t { kGpt2, kQwen, kLlama3 };

// The pattern whose regular expression is exactly this one.
std::optional<BpePattern> RecogniseBpePattern(std::string_view regex);

// The length in bytes of the piece that `text` begins with; `text` is not empty and valid UTF-8.
size_t NextBpePiece(BpePattern pattern, std::string_view text);

}  // namespace text
