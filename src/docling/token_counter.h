// Private: counting tokens against a limit, without reading much more of a long text than the limit
// is worth.
#pragma once

#include <string_view>

#include "text/tokenizer.h"

namespace docling {

class TokenCounter {
 public:
  explicit TokenCounter(const text::Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  size_t Count(std::string_view text) const { return tokenizer_.Count(text); }

  // The count if it is at most `limit`, else some number above the limit. Relies on a longer text
  // having about as many tokens as the text it begins with, or more.
  size_t CountUpTo(std::string_view text, size_t limit) const;

 private:
  const text::Tokenizer& tokenizer_;
};

}  // namespace docling
