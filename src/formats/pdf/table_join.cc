#include "formats/pdf/table_join.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace pdf {

namespace {

constexpr float kFoot = 0.7F;   // of the page height: a table that goes on ends below,
constexpr float kHead = 0.3F;   // and its rest begins above
constexpr float kSameEdge = 8;  // points

bool StandsAside(const Block& block) {
  return block.kind == Kind::kHeader || block.kind == Kind::kFooter ||
         block.kind == Kind::kFootnote || block.rotated;
}

// Left and right edges of the text of each column, of cells that span no other.
std::map<int, std::pair<double, double>> ColumnsOf(const docling::TableData& table) {
  std::map<int, std::pair<double, double>> columns;
  for (const docling::TableCell& cell : table.cells) {
    if (cell.col_span != 1 || !cell.bbox) continue;
    const auto [at, fresh] = columns.try_emplace(cell.start_col, cell.bbox->l, cell.bbox->r);
    if (fresh) continue;
    at->second.first = std::min(at->second.first, cell.bbox->l);
    at->second.second = std::max(at->second.second, cell.bbox->r);
  }
  return columns;
}

bool SameColumns(const docling::TableData& a, const docling::TableData& b) {
  if (a.num_cols != b.num_cols || a.num_cols < 2) return false;
  const auto left = ColumnsOf(a);
  const auto right = ColumnsOf(b);
  size_t shared = 0;
  for (const auto& [column, edges] : left) {
    const auto other = right.find(column);
    if (other == right.end()) continue;
    const double overlap =
        std::min(edges.second, other->second.second) - std::max(edges.first, other->second.first);
    if (overlap <
        0.5 * std::min(edges.second - edges.first, other->second.second - other->second.first)) {
      return false;
    }
    ++shared;
  }
  return shared >= 2;
}

bool GoesOn(const Block& block, const Block& next, const std::vector<PageLines>& pages) {
  if (next.kind != Kind::kTable || next.index || next.page != block.page + 1) return false;
  if (pages[next.page].number != pages[block.page].number + 1) return false;
  if (pages[next.page].frame.turns() != pages[block.page].frame.turns()) return false;
  if (block.box.b < kFoot * pages[block.page].frame.Height()) return false;
  if (next.box.t > kHead * pages[next.page].frame.Height()) return false;
  return std::abs(block.box.l - next.box.l) < kSameEdge &&
         std::abs(block.box.r - next.box.r) < kSameEdge && SameColumns(block.table, next.table);
}

std::map<std::pair<int, int>, std::string> RowsUpTo(const docling::TableData& table, int rows) {
  std::map<std::pair<int, int>, std::string> cells;
  for (const docling::TableCell& cell : table.cells) {
    if (cell.start_row < rows) cells[{cell.start_row, cell.start_col}] = cell.text;
  }
  return cells;
}

// How many rows of the header `next` repeats.
int RepeatedHeader(const docling::TableData& table, const docling::TableData& next) {
  int rows = 0;
  for (const docling::TableCell& cell : table.cells) {
    if (cell.column_header) rows = std::max(rows, cell.end_row);
  }
  return rows < next.num_rows && RowsUpTo(table, rows) == RowsUpTo(next, rows) ? rows : 0;
}

void Append(docling::TableData& table, const docling::TableData& next) {
  const int skip = RepeatedHeader(table, next);
  const int shift = table.num_rows - skip;
  for (docling::TableCell cell : next.cells) {
    if (cell.start_row < skip) continue;
    cell.start_row += shift;
    cell.end_row += shift;
    cell.column_header = false;
    table.Add(std::move(cell));
  }
  table.num_rows = std::max(table.num_rows, next.num_rows + shift);
}

}  // namespace

void JoinTables(std::vector<Block>& blocks, const std::vector<PageLines>& pages) {
  int open = -1;   // a table that nothing in the body came after
  int first = -1;  // the table that its rows belong to
  for (size_t i = 0; i < blocks.size(); ++i) {
    Block& block = blocks[i];
    if (StandsAside(block) || block.kind == Kind::kCaption) continue;
    if (block.kind != Kind::kTable || block.index) {
      open = -1;
      continue;
    }
    if (open >= 0 && GoesOn(blocks[static_cast<size_t>(open)], block, pages)) {
      Append(blocks[static_cast<size_t>(first)].table, block.table);
      blocks[static_cast<size_t>(open)].continues = static_cast<int>(i);
    } else {
      first = static_cast<int>(i);
    }
    open = static_cast<int>(i);
  }
}

}  // namespace pdf
