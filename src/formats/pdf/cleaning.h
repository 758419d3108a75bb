// Glyph clean-up: what a reader of the printed page would not see, or would see once.
#pragma once

#include <cstddef>

#include "formats/pdf/page.h"

namespace pdf {

struct CleaningResult {
  size_t hidden = 0;       // glyphs removed because nobody can see them
  size_t duplicates = 0;   // glyphs drawn again on the same place (fake bold, shadows)
  bool ocr_layer = false;  // the page is a scan whose invisible text was kept: it is the text
};

// Removes invisible glyphs (render mode 3, type under 1 pt, the colour of what lies below) and
// overprinted duplicates, marking the survivor as fake bold. Hidden text must not reach a reader,
// least of all a language model. On a scan with an invisible text layer that layer is the text and
// stays. O(n log n).
CleaningResult CleanGlyphs(RawPage& page);

}  // namespace pdf
