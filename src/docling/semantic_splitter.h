// Private: cuts a text where it means least harm, as the Python package semchunk 3.2.5 does: at the
// longest runs of line breaks, then tabs, then blanks (after sentence marks first), then marks,
// then anywhere; pieces that fit together are put together again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "docling/token_counter.h"

namespace docling {

// Pieces of at most `max_tokens` tokens (more only for a single character), without empty and blank
// ones. White space at the cuts is dropped, nothing else.
std::vector<std::string> SplitSemantically(std::string_view text, size_t max_tokens,
                                           const TokenCounter& counter);

}  // namespace docling
