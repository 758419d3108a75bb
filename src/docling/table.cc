#include "docling/table.h"

#include <algorithm>

namespace docling {
namespace {

// See Grid: how many bytes of cell text may be rendered a second time.
constexpr int64_t kMaxRepeatedBytes = int64_t{64} << 20;
// Positions covered beyond each cell's own first one: bounds the work overlapping spans can ask
// for.
constexpr int64_t kMaxVisits = 2 * kMaxGridPositions;

int32_t ClampedRows(const TableData& data) {
  if (data.num_rows <= 0 || data.num_cols <= 0) return std::max(data.num_rows, 0);
  return int32_t(std::min<int64_t>(data.num_rows, kMaxGridPositions / data.num_cols));
}

}  // namespace

TableCell TableCell::At(int32_t row, int32_t col, std::string text, int32_t row_span,
                        int32_t col_span) {
  TableCell cell;
  cell.row_span = row_span;
  cell.col_span = col_span;
  cell.start_row = row;
  cell.end_row = row + row_span;
  cell.start_col = col;
  cell.end_col = col + col_span;
  cell.text = std::move(text);
  return cell;
}

TableCell& TableData::Add(TableCell cell) {
  num_rows = std::max(num_rows, cell.end_row);
  num_cols = std::max(num_cols, cell.end_col);
  return cells.emplace_back(std::move(cell));
}

Grid::Grid(const TableData& data)
    : data_(&data),
      rows_(ClampedRows(data)),
      cols_(std::max(data.num_cols, 0)),
      cells_(size_t(rows_) * size_t(cols_), -1) {
  int64_t budget = kMaxRepeatedBytes;
  int64_t visits = kMaxVisits;
  for (size_t i = 0; i < data.cells.size(); ++i) {
    const TableCell& cell = data.cells[i];
    bool first = true;
    for (int32_t row = std::max(cell.start_row, 0);
         row < std::min(cell.end_row, rows_) && (first || visits >= 0); ++row) {
      for (int32_t col = std::max(cell.start_col, 0); col < std::min(cell.end_col, cols_); ++col) {
        if (!first && --visits < 0) break;
        if (!first) budget -= int64_t(cell.text.size());
        first = false;
        cells_[size_t(row) * size_t(cols_) + size_t(col)] = budget >= 0 ? int32_t(i) : -1;
      }
    }
  }
}

const TableCell* Grid::At(int32_t row, int32_t col) const {
  const int32_t index = cells_[size_t(row) * size_t(cols_) + size_t(col)];
  return index < 0 ? nullptr : &data_->cells[size_t(index)];
}

}  // namespace docling
