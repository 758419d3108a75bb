// Tables: cells with spans, and the grid of positions they cover.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "docling/geometry.h"
#include "docling/rare.h"
#include "docling/ref.h"

namespace docling {

// A cell as the source states it. Offsets are 0-based, ends exclusive. `ref` makes it a rich cell:
// it points at an item or group whose parent is the table, and whose rendering is its content.
struct TableCell {
  Rare<BBox> bbox;
  int32_t row_span = 1;
  int32_t col_span = 1;
  int32_t start_row = 0;
  int32_t end_row = 1;
  int32_t start_col = 0;
  int32_t end_col = 1;
  std::string text;
  bool column_header = false;
  bool row_header = false;
  bool row_section = false;
  bool fillable = false;
  Ref ref;

  // A plain cell at (row, col).
  static TableCell At(int32_t row, int32_t col, std::string text, int32_t row_span = 1,
                      int32_t col_span = 1);
};

enum class Orientation : uint8_t { kRot0, kRot90, kRot180, kRot270 };

// The number of grid positions (rows x columns) a table may have. Readers refuse or cut larger
// ones.
inline constexpr int64_t kMaxGridPositions = 16'000'000;

struct TableData {
  std::vector<TableCell> cells;
  int32_t num_rows = 0;
  int32_t num_cols = 0;
  Orientation orientation = Orientation::kRot0;

  // Appends a cell and grows num_rows and num_cols to hold it.
  TableCell& Add(TableCell cell);
};

// Which cell is at each position: a spanning cell at every position it covers, later cells over
// earlier ones, none where no cell is. A cell that spans many positions repeats its text when
// rendered; repeats that would add more than 64 MB to one table are left empty, so that a hostile
// span cannot blow up. Holds a pointer to the data, which must outlive it unchanged.
class Grid {
 public:
  explicit Grid(const TableData& data);

  int32_t rows() const { return rows_; }
  int32_t cols() const { return cols_; }
  // nullptr where there is no cell.
  const TableCell* At(int32_t row, int32_t col) const;

 private:
  const TableData* data_;
  int32_t rows_;
  int32_t cols_;
  std::vector<int32_t> cells_;  // index into data_->cells, -1 = none
};

}  // namespace docling
