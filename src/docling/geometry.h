// Where something is on its page.
#pragma once

#include <cstdint>

namespace docling {

enum class CoordOrigin : uint8_t { kTopLeft, kBottomLeft };

// A box in page units. kTopLeft: t <= b. kBottomLeft (PDF): t >= b.
struct BBox {
  double l = 0;
  double t = 0;
  double r = 0;
  double b = 0;
  CoordOrigin origin = CoordOrigin::kTopLeft;
};

// One place an item comes from. `charspan` counts code points of the item's text, [begin, end).
struct Prov {
  int32_t page_no = 1;  // 1-based
  BBox bbox;
  int32_t charspan_begin = 0;
  int32_t charspan_end = 0;
};

}  // namespace docling
