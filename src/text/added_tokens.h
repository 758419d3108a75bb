// AddedTokens: special tokens written out in a text ("[SEP]", "<|im_end|>"), which are found before
// anything else looks at it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/vocab_trie.h"

namespace text {

struct AddedToken {
  std::string content;
  int32_t id = 0;
  bool strip_left = false;   // swallows the blanks before it
  bool strip_right = false;  // and after it
};

// Leftmost, then longest match. Immutable, thread-safe.
class AddedTokens {
 public:
  AddedTokens() = default;
  explicit AddedTokens(std::vector<AddedToken> tokens);

  // Calls on_text for each stretch without added tokens and on_token for each token, in order.
  void Split(std::string_view utf8, const std::function<void(std::string_view)>& on_text,
             const std::function<void(int32_t)>& on_token) const;

  // True when no token can begin in `utf8`: then Split would only hand it on.
  bool NoneIn(std::string_view utf8) const;

 private:
  std::vector<AddedToken> tokens_;
  VocabTrie trie_;  // content → index into tokens_
  std::string first_bytes_;
};

}  // namespace text
