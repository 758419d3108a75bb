// First half of line building: glyphs → runs → rows → segments. Works in an upright frame: text
// runs to the right (or, for right-to-left scripts, to the left).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "formats/pdf/page.h"

namespace pdf {

// Glyphs that follow each other in the content and on the page, of about one size.
struct Run {
  uint32_t first = 0;  // glyph
  uint32_t count = 0;
  Box box;
  float baseline = 0;
  float size = 0;
  bool superscript = false;
  bool subscript = false;
};

// Runs of one line in reading order.
struct Segment {
  std::vector<Run> runs;
  float baseline = 0;
  float size = 0;
};

// All segments, top to bottom by row, left to right in a row. `vertical_rules`, sorted by
// their left edges, split rows where they cross a gap.
std::vector<Segment> BuildSegments(std::span<const Glyph> glyphs,
                                   std::span<const Box> vertical_rules);

// The space between two glyphs that follow each other in either direction; negative when they
// overlap.
inline float GapBetween(const Box& a, const Box& b) { return std::max(b.l - a.r, a.l - b.r); }

}  // namespace pdf
