// Tables and sheets of OpenDocument files. They state runs of equal rows and cells by a number,
// which may be a million: places are counted, never spread out, unless they have content.
// Elements point into the part, which must outlive the table.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/office/xlsx_workbook.h"
#include "formats/office/xml.h"

namespace office {

// A run of equal cells of a row, or of equal rows.
struct OdfCell {
  Element element;
  int64_t col = 0;
  int64_t repeat = 1;
  int32_t row_span = 1;
  int32_t col_span = 1;
  bool covered = false;  // by a cell that spans
  bool content = false;  // text or a picture
};

struct OdfRow {
  int64_t row = 0;
  int64_t repeat = 1;
  std::vector<OdfCell> cells;
};

class OdfTable {
 public:
  explicit OdfTable(Element table);

  // The rectangle around all content and spans; of an empty table its first cell. kTooLarge when
  // that has more places than a table may have.
  base::Result<CellRange> Bounds() const;
  // The places with content as cells with a value.
  base::Result<SheetCells> Content() const;

  // Calls `use(cell, row, col)` for each place within the range that no other cell covers.
  template <typename Use>
  void ForEach(const CellRange& range, Use use) const {
    for (const OdfRow& row : rows_) {
      const int64_t last_row = std::min<int64_t>(row.row + row.repeat - 1, range.last_row);
      for (int64_t r = std::max<int64_t>(row.row, range.first_row); r <= last_row; ++r) {
        for (const OdfCell& cell : row.cells) {
          const int64_t last_col = std::min<int64_t>(cell.col + cell.repeat - 1, range.last_col);
          for (int64_t c = std::max<int64_t>(cell.col, range.first_col); c <= last_col; ++c) {
            if (!cell.covered) use(cell, int32_t(r), int32_t(c));
          }
        }
      }
    }
  }

 private:
  void AddRows(Element parent);

  std::vector<OdfRow> rows_;
  int64_t next_row_ = 0;
};

// Does the cell hold more than a line: a list, heading, table or picture with content, or several
// paragraphs?
bool IsRichOdfCell(Element cell);
// Its value as Python prints it, or the lines of its text.
std::string OdfCellText(Element cell);

}  // namespace office
