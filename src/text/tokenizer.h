// Tokenizer: text → the token ids of a model's vocabulary. The chunker counts with it, the embedder
// encodes with the same one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace text {

// Every method is const and thread-safe. Text is UTF-8; invalid bytes count as U+FFFD. Special
// tokens written out in the text ("[SEP]") are taken as such, as the `tokenizers` package does;
// none is added at the ends.
//
// An interface because models differ (WordPiece, byte-level BPE) and tests want a trivial one
// (WordTokenizer below).
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // Encode(utf8).size(), without building the ids.
  virtual size_t Count(std::string_view utf8) const = 0;
  virtual std::vector<int32_t> Encode(std::string_view utf8) const = 0;
  // The model's window, special tokens included; 0 = unknown.
  virtual size_t MaxTokens() const = 0;
};

// One token per run of ASCII non-blanks; ids are the lengths of the words. For tests of what only
// counts.
class WordTokenizer final : public Tokenizer {
 public:
  explicit WordTokenizer(size_t max_tokens = 0) : max_tokens_(max_tokens) {}
  size_t Count(std::string_view utf8) const override { return Encode(utf8).size(); }
  std::vector<int32_t> Encode(std::string_view utf8) const override;
  size_t MaxTokens() const override { return max_tokens_; }

 private:
  size_t max_tokens_;
};

}  // namespace text
