// Characters that show nothing and can carry what only a machine reads: the tags block, zero-width
// characters, bidirectional overrides, runs of variation selectors. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace text {

// What was taken out.
struct Invisible {
  std::string hidden;     // what tag characters spell, in ASCII
  size_t tags = 0;        // U+E0000…E007F, and the selectors U+E0100…E01EF
  size_t zero_width = 0;  // joiners and spaces without width where no script needs them
  size_t directions = 0;  // overrides; embeddings and isolates in text of one direction
  size_t Count() const { return tags + zero_width + directions; }
};

// Whether the text has any such character at all: a quick look.
bool MayHideText(std::string_view utf8);

// The text without them. What writing needs stays: joiners beside letters of scripts that join and
// inside emoji, spaces without width in scripts without spaces, direction marks where text runs to
// the left, flags spelled with tags, one variation selector after a character.
std::string WithoutInvisible(std::string_view utf8, Invisible& found);

}  // namespace text
