// Private: cuts the lines of a table into pieces, each beginning with the same prefix (its header).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "docling/token_counter.h"

namespace docling {

struct LineSplitterOptions {
  size_t max_tokens = 256;
  // Where a line does not fit together with the prefix but fits alone, it goes without.
  bool omit_prefix_on_overflow = false;
};

// Every piece has at most max_tokens tokens (but for the prefix and line break counted apart). A
// prefix that fills a piece alone stands in pieces of its own at the beginning only. Lines too long
// for a piece are cut at a blank if there is one.
std::vector<std::string> SplitLines(std::string_view prefix,
                                    const std::vector<std::string_view>& lines,
                                    const LineSplitterOptions& options,
                                    const TokenCounter& counter);

}  // namespace docling
