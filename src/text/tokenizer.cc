#include "text/tokenizer.h"

namespace text {

std::vector<int32_t> WordTokenizer::Encode(std::string_view utf8) const {
  std::vector<int32_t> ids;
  bool in_word = false;
  for (const char c : utf8) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      in_word = false;
    } else if (in_word) {
      ++ids.back();
    } else {
      ids.push_back(1);
      in_word = true;
    }
  }
  return ids;
}

}  // namespace text
