#include "text/added_tokens.h"

#include "text/utf8.h"

namespace text {

AddedTokens::AddedTokens(std::vector<AddedToken> tokens) : tokens_(std::move(tokens)) {
  std::vector<std::pair<std::string, int32_t>> entries;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const std::string& content = tokens_[i].content;
    if (content.empty()) continue;
    entries.emplace_back(content, static_cast<int32_t>(i));
    if (!first_bytes_.contains(content[0])) first_bytes_.push_back(content[0]);
  }
  trie_ = VocabTrie(std::move(entries));
}

bool AddedTokens::NoneIn(std::string_view utf8) const {
  return utf8.find_first_of(first_bytes_) == std::string_view::npos;
}

void AddedTokens::Split(std::string_view utf8, const std::function<void(std::string_view)>& on_text,
                        const std::function<void(int32_t)>& on_token) const {
  size_t text_start = 0;
  size_t at = 0;
  while ((at = utf8.find_first_of(first_bytes_, at)) != std::string_view::npos) {
    const auto match = trie_.Longest(VocabTrie::kRoot, utf8.substr(at));
    if (match.id < 0) {
      ++at;
      continue;
    }
    const AddedToken& token = tokens_[static_cast<size_t>(match.id)];
    std::string_view before = utf8.substr(text_start, at - text_start);
    if (token.strip_left) before = StripRight(before);
    if (!before.empty()) on_text(before);
    on_token(token.id);
    at += match.length;
    if (token.strip_right) at = utf8.size() - StripLeft(utf8.substr(at)).size();
    text_start = at;
  }
  if (text_start < utf8.size()) on_text(utf8.substr(text_start));
}

}  // namespace text
