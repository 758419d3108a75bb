// Which cells of a sheet make a table: those that touch, to the left, right, above or below.
// Pure functions.
#pragma once

#include <vector>

#include "base/result.h"
#include "docling/table.h"
#include "formats/office/xlsx_workbook.h"

namespace office {

// A connected region as the rectangle around it, empty places included.
struct SheetTable {
  int32_t row = 0;  // of the upper left corner
  int32_t col = 0;
  docling::TableData data;
  // A label over the whole table that was merged over several columns: not part of it. Empty for
  // most.
  std::string label;
  int32_t label_span = 0;
};

// The rectangles around connected cells, in the order of their first cells with a value, row by
// row. kTooLarge when all together have more than docling::kMaxGridPositions places.
base::Result<std::vector<CellRange>> FindRegions(const SheetCells& cells);

// The same as tables. kTooLarge as above.
base::Result<std::vector<SheetTable>> FindTables(const SheetCells& cells);

}  // namespace office
