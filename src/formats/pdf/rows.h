// Rows: the lines of one region that stand side by side.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "formats/pdf/labels.h"
#include "formats/pdf/line.h"
#include "formats/pdf/regions.h"
#include "formats/pdf/statistics.h"

namespace pdf {

struct Row {
  std::vector<uint32_t> lines;  // of the page, in reading order; empty for a picture or table
  Box box;
  float baseline = 0;
  float size = 0;
  uint32_t column = 0;
  uint32_t chars = 0;
  Style style;  // of its longest line
  float bold_share = 0;
  bool bold = false;
  bool upper = false;
  bool mono = false;
  bool leftward = false;  // text of a script that runs to the left
  bool picture = false;   // or a table that stands on its own
  uint32_t id = 0;        // of that: the item's
  bool one_font = false;  // all of it
};

// Where the row begins and ends in its reading direction, on an axis that runs with it.
inline float StartOf(const Row& row, const Box& box) { return row.leftward ? -box.r : box.l; }
inline float EndOf(const Row& row, const Box& box) { return row.leftward ? -box.l : box.r; }

// Rows [first, last) that are the rows of a table.
struct RowRange {
  size_t first = 0;
  size_t last = 0;
  bool index = false;  // a table of contents
};

// The label in front of the row; it may stand alone as the first of its lines.
Label LabelOf(const PageLines& page, const Row& row);

// The rows of all regions, in order.
std::vector<Row> BuildRows(const PageLines& page, std::span<const Region> regions);

// The box that the text of each column fills: left and right edges that most of its lines keep.
std::map<uint32_t, Box> MeasureColumns(std::span<const Row> rows);

// Runs of rows whose gaps line up.
std::vector<RowRange> FindTables(const PageLines& page, std::span<const Row> rows);

}  // namespace pdf
