#include "formats/office/xlsx_regions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "text/utf8.h"

namespace office {
namespace {

// The rectangle around the cells that hang together with `start`; marks them as visited.
CellRange Flood(const SheetCells& cells, size_t start, std::vector<bool>& visited) {
  const SheetCell& first = cells.all()[start];
  CellRange range{first.row, first.col, first.row, first.col};
  std::vector<size_t> open = {start};
  visited[start] = true;
  while (!open.empty()) {
    const SheetCell& cell = cells.all()[open.back()];
    open.pop_back();
    range.first_row = std::min(range.first_row, cell.row);
    range.last_row = std::max(range.last_row, cell.row);
    range.first_col = std::min(range.first_col, cell.col);
    range.last_col = std::max(range.last_col, cell.col);
    constexpr std::pair<int, int> kSteps[] = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}};
    for (const auto& [down, right] : kSteps) {
      const int64_t next = cells.Find(cell.row + down, cell.col + right);
      if (next < 0 || visited[size_t(next)]) continue;
      visited[size_t(next)] = true;
      open.push_back(size_t(next));
    }
  }
  return range;
}

docling::TableData ToTable(const SheetCells& cells, const CellRange& range) {
  docling::TableData data;
  data.num_rows = range.last_row - range.first_row + 1;
  data.num_cols = range.last_col - range.first_col + 1;
  data.cells.reserve(size_t(data.num_rows) * size_t(data.num_cols));
  for (int32_t row = 0; row < data.num_rows; ++row) {
    for (int32_t col = 0; col < data.num_cols; ++col) {
      const int64_t at = cells.Find(range.first_row + row, range.first_col + col);
      const SheetCell* cell = at >= 0 ? &cells.all()[size_t(at)] : nullptr;
      if (cell != nullptr && cell->kind == CellKind::kShadow) continue;
      data.cells.push_back(docling::TableCell::At(row, col, cell != nullptr ? cell->text : "",
                                                  cell != nullptr ? cell->row_span : 1,
                                                  cell != nullptr ? cell->col_span : 1));
      data.cells.back().column_header = row == 0;
    }
  }
  return data;
}

bool IsBlank(const docling::TableCell& cell) { return text::Strip(cell.text).empty(); }

// A first row with nothing but one cell merged over several columns, above a row of at least two
// headers, is a label. Moves it out of the table.
void SplitLabel(SheetTable& table) {
  docling::TableData& data = table.data;
  if (data.num_rows < 2 || data.num_cols < 2) return;
  const docling::TableCell* label = nullptr;
  size_t labels = 0;
  size_t headers = 0;
  for (const docling::TableCell& cell : data.cells) {
    if (cell.start_row > 1) break;
    if (IsBlank(cell)) continue;
    if (cell.start_row == 0 && labels++ == 0) label = &cell;
    if (cell.start_row == 1 && cell.col_span == 1) ++headers;
  }
  if (labels != 1 || headers < 2) return;
  if (label->start_col != 0 || label->row_span != 1 || label->col_span <= 1) return;
  if (label->col_span > data.num_cols) return;
  table.label = label->text;
  table.label_span = label->col_span;
  std::erase_if(data.cells, [](const docling::TableCell& cell) { return cell.start_row == 0; });
  for (docling::TableCell& cell : data.cells) {
    --cell.start_row;
    --cell.end_row;
    cell.column_header = cell.start_row == 0;
  }
  --data.num_rows;
  ++table.row;
}

}  // namespace

base::Result<std::vector<CellRange>> FindRegions(const SheetCells& cells) {
  std::vector<CellRange> regions;
  std::vector<bool> visited(cells.all().size());
  int64_t places = 0;
  for (size_t i = 0; i < cells.all().size(); ++i) {
    if (visited[i] || cells.all()[i].kind != CellKind::kValue) continue;
    const CellRange range = Flood(cells, i, visited);
    places +=
        int64_t{range.last_row - range.first_row + 1} * (range.last_col - range.first_col + 1);
    if (places > docling::kMaxGridPositions) {
      return base::Fail(
          base::Code::kTooLarge,
          fmt::format("the tables of a sheet have more than {} cells (up to {})",
                      docling::kMaxGridPositions, CellName(range.last_row, range.last_col)));
    }
    regions.push_back(range);
  }
  return regions;
}

base::Result<std::vector<SheetTable>> FindTables(const SheetCells& cells) {
  SI_ASSIGN(const std::vector<CellRange> regions, FindRegions(cells));
  std::vector<SheetTable> tables;
  for (const CellRange& range : regions) {
    SheetTable& table = tables.emplace_back();
    table.row = range.first_row;
    table.col = range.first_col;
    table.data = ToTable(cells, range);
    SplitLabel(table);
  }
  return tables;
}

}  // namespace office
