// Glyph clean-up: what a reader of the printed page would not see, or would see once.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "formats/pdf/page.h"

namespace pdf {

struct CleaningResult {
  size_t hidden = 0;       // glyphs removed because nobody can see them
  size_t duplicates = 0;   // glyphs drawn again on the same place (fake bold, shadows)
  bool ocr_layer = false;  // the page is a scan whose invisible text was kept: it is the text
  // The text of the hidden glyphs, in the file's order, a piece for each reason that follows
  // another.
  std::vector<std::pair<Hidden, std::string>> hidden_text;
};

// Removes hidden glyphs and overprinted duplicates, marking the survivor as fake bold. Hidden text
// must not reach a reader, least of all a language model. On a scan the invisible text on its image
// is what somebody's OCR read there: that is the text and stays. O(n log n).
CleaningResult CleanGlyphs(RawPage& page);

}  // namespace pdf
