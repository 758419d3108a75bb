// Tables whose cells are ruled: grids of crossing lines with the text in their cells.
#pragma once

#include <cstdint>
#include <vector>

#include "docling/table.h"
#include "formats/pdf/line.h"
#include "formats/pdf/rulings.h"

namespace pdf {

// A table that stands on its own on the page; the rest of the page is laid out around it.
struct PlacedTable {
  Box box;
  std::vector<uint32_t> lines;  // of the page: all it holds
  docling::TableData data;
};

// Whether curves go through much of the box: those of a chart.
bool HoldsChart(const PageLines& page, const Box& bounds);

// Grids of at least two columns with text in their cells, top to bottom. A missing line between
// cells joins them to one with spans. Frames around text, page borders, charts and drawings are no
// tables. `taken` has an entry for each line of the page: those that are set are not looked at.
// A caption or note that has a row of its own at the edge stays outside. `drawn`: the lines are
// drawn ones; grids of edges of coloured shapes have to be finer. O(across x down) per page.
std::vector<PlacedTable> FindLattices(const PageLines& page, const Rulings& rulings,
                                      const std::vector<bool>& taken, bool drawn);

}  // namespace pdf
