// Glyphs → lines: runs of adjacent glyphs, rows of runs on one baseline (superscripts included),
// lines split where a row has a gap as wide as a gutter.
#pragma once

#include <vector>

#include "formats/pdf/fonts.h"
#include "formats/pdf/line.h"

namespace pdf {

struct LineOptions {
  bool plain_punctuation = true;
};

// The lines of a cleaned page, of all writing directions, in the reading frame of the page.
// Consumes the glyphs.
// Tells `fonts` how wide their letters are. Deterministic, O(n log n).
PageLines BuildLines(RawPage page, int number, FontTable& fonts, const LineOptions& options);

}  // namespace pdf
