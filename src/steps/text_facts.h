// What can be said of a text without a model: its language, words, headings and most telling words.
// Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace steps {

struct TextFacts {
  std::string language;  // ISO 639-1; "" = not sure
  int64_t word_count = 0;
  std::vector<std::string> headings;  // of Markdown, in order
  std::vector<std::string> keywords;  // most frequent words that are no function words
};

TextFacts FactsOf(std::string_view markdown);

// The first heading of level 1, else of level 2, that is none of `stop_phrases` (any case); "" if
// there is none.
std::string TitleFromHeadings(std::string_view markdown,
                              const std::vector<std::string>& stop_phrases);

}  // namespace steps
