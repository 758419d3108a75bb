// Columns: cuts a page into regions that are each read top to bottom, in reading order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "formats/pdf/geometry.h"

namespace pdf {

// A thing on the page to be put in order: a line of text, or a picture or table as a whole.
struct LayoutItem {
  Box box;
  float baseline = 0;
  float size = 10;  // of the type; for a picture that of the body text
  uint32_t id = 0;  // the caller's
  uint16_t words = 1;
  bool picture = false;  // or a table
};

struct Region {
  uint32_t column = 0;            // regions of one column follow each other and share the number
  std::vector<LayoutItem> items;  // by rows: top to bottom, then left to right
};

// Recursive cuts: along a gutter where one is found (with what spans it as bands between), else
// across, where there is white space over the whole width. Tables are not cut into columns: their
// rows stay together. Deterministic, O(n log n) per level, at most 32 levels.
std::vector<Region> CutRegions(std::vector<LayoutItem> items, bool right_to_left);

}  // namespace pdf
