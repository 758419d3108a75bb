// Tables of an HTML page.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "formats/html_converter.h"
#include "text/utf8.h"

namespace formats {
namespace {

using docling::Ref;
using docling::TableCell;

// What browsers allow.
constexpr int32_t kMaxColSpan = 1000;
constexpr int32_t kMaxRowSpan = 65534;
// The text of a nested table is also that of all cells around it, so depth multiplies.
constexpr int kMaxTableDepth = 8;

int32_t Span(const HtmlTree& tree, NodeId cell, std::string_view attribute, int32_t most) {
  const std::string* value = tree.Attribute(cell, attribute);
  if (value == nullptr) return 1;
  const std::string_view digits = text::Strip(*value);
  int32_t span = 1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), span);
  if (error == std::errc::result_out_of_range) return most;
  return error == std::errc{} ? std::clamp(span, 1, most) : 1;
}

// Lines with text in them.
size_t CountLines(std::string_view text) {
  size_t lines = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (!text::Strip(text.substr(0, end)).empty()) ++lines;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Which positions of the grid are taken, row by row.
class Occupied {
 public:
  Occupied(int32_t rows, int32_t cols) : cols_(cols), rows_(rows, std::vector<bool>(cols)) {}

  int32_t FirstFree(int32_t row, int32_t col) const {
    const std::vector<bool>& taken = rows_[row];
    while (col < cols_ && taken[col]) ++col;
    return col;
  }

  void Take(const TableCell& cell) {
    const int32_t end_row = std::min<int32_t>(cell.end_row, static_cast<int32_t>(rows_.size()));
    const int32_t end_col = std::min(cell.end_col, cols_);
    for (int32_t row = cell.start_row; row < end_row && cell.start_col < end_col; ++row) {
      std::fill(rows_[row].begin() + cell.start_col, rows_[row].begin() + end_col, true);
    }
  }

 private:
  int32_t cols_;
  std::vector<std::vector<bool>> rows_;
};

}  // namespace

std::vector<HtmlConverter::Row> HtmlConverter::RowsOf(NodeId table) const {
  constexpr TagSet kSections = {Tag::kThead, Tag::kTbody, Tag::kTfoot};
  std::vector<Row> rows;
  for (NodeId id = tree_.Next(table, table); id != kNoNode;) {
    const bool enter = kSections.Has(tree_[id].tag) && tree_[id].parent == table;
    if (tree_[id].tag == Tag::kTr) {
      Row row{.node = id, .cells = {}, .header_only = true, .all_header = true};
      for (NodeId cell = tree_[id].first_child; cell != kNoNode; cell = tree_[cell].next) {
        const Tag tag = tree_[cell].tag;
        if (tag != Tag::kTd && tag != Tag::kTh) continue;
        row.cells.push_back(cell);
        if (tag == Tag::kTd) row.all_header = false;
        if (tag == Tag::kTd || Span(tree_, cell, "rowspan", kMaxRowSpan) == 1) {
          row.header_only = false;
        }
      }
      if (!row.cells.empty()) rows.push_back(std::move(row));
    }
    id = tree_.Next(id, table, !enter);
  }
  return rows;
}

void HtmlConverter::Table(NodeId table, const Style& style) {
  if (table_depth_ >= kMaxTableDepth) {
    Dropped("tables nested deeper than 8 levels are read as text");
    return Dispatch(table, style);
  }
  const std::vector<Row> rows = RowsOf(table);
  const Ref self = document_.AddTable({}, Here()).self;
  Emitted(self);
  docling::TableData data;
  for (const Row& row : rows) {
    int32_t cols = 0;
    for (const NodeId cell : row.cells) cols += Span(tree_, cell, "colspan", kMaxColSpan);
    data.num_cols = std::max(data.num_cols, cols);
    if (!row.header_only) ++data.num_rows;
  }
  if (int64_t{data.num_rows} * data.num_cols > docling::kMaxGridPositions) {
    Dropped(fmt::format("a table of {} rows and {} columns is too large and was left out",
                        data.num_rows, data.num_cols));
    return;
  }
  Occupied occupied(data.num_rows + 1,
                    data.num_cols);  // the last row may be header-only, with none after it
  int32_t at = 0;
  for (const Row& row : rows) {
    int32_t col = 0;
    int32_t name_col = 0;  // docling names rich cells after the column of the cell before
    for (const NodeId node : row.cells) {
      TableCell cell = Cell(node, row);
      col = occupied.FirstFree(at, col);
      cell.start_row = at;
      cell.end_row = at + cell.row_span;
      cell.start_col = col;
      cell.end_col = col + cell.col_span;
      occupied.Take(cell);
      if (IsRich(node, style)) cell.ref = RichCell(node, style, self, name_col, at);
      name_col = col;
      col = cell.end_col;
      data.cells.push_back(std::move(cell));
    }
    if (!row.header_only) ++at;
  }
  document_.tables[self.index].data = std::move(data);
}

TableCell HtmlConverter::Cell(NodeId node, const Row& row) const {
  TableCell cell;
  cell.col_span = Span(tree_, node, "colspan", kMaxColSpan);
  cell.row_span = Span(tree_, node, "rowspan", kMaxRowSpan) - (row.header_only ? 1 : 0);
  cell.column_header = row.all_header;
  cell.row_header = !row.all_header && tree_[node].tag == Tag::kTh;
  cell.row_section = page_.HasClass(row.node, "row_section") || page_.HasClass(node, "row_section");
  cell.text = CellText(node);
  return cell;
}

std::string HtmlConverter::CellText(NodeId cell) const {
  constexpr TagSet kSpaced = {Tag::kP, Tag::kLi, Tag::kTd, Tag::kTh};
  std::string text;
  const auto leave = [&](NodeId id) {
    if (kSpaced.Has(tree_[id].tag)) text += ' ';
  };
  for (NodeId id = cell; id != kNoNode;) {
    const bool skip = id != cell && page_.IsInvisible(id);
    if (!skip) text += tree_[id].text;
    const NodeId next = tree_.Next(id, cell, skip);
    // Close what ends between this node and the next.
    for (NodeId up = id; (skip || tree_[id].first_child == kNoNode) && up != cell;
         up = tree_[up].parent) {
      leave(up);
      if (tree_[up].next != kNoNode) break;
    }
    id = next;
  }
  std::ranges::replace(text, kBreakMark, '\n');
  return Normalise(text::Strip(text));
}

bool HtmlConverter::IsRich(NodeId cell, const Style& style) const {
  constexpr TagSet kParts = {Tag::kP, Tag::kDiv, Tag::kLi};
  size_t parts = 0;
  bool elements = false;
  for (NodeId id = tree_[cell].first_child; id != kNoNode; id = tree_[id].next) {
    const Tag tag = tree_[id].tag;
    if (kParts.Has(tag)) ++parts;
    elements = elements || tag != Tag::kText;
  }
  if (parts > 1) return true;
  Runs runs;
  Collect(cell, style, {}, runs);
  size_t texts = 0;
  for (const Run& run : runs) texts += CountLines(run.text);
  if (!elements) return texts > 1;
  return texts != 1 || runs.size() != 1 || runs[0].style != Style{} || page_.HasInput(cell);
}

// Converts the content of a cell like a document and gathers it in a group under the table.
Ref HtmlConverter::RichCell(NodeId cell, const Style& style, Ref table, int32_t col, int32_t row) {
  const Position saved = position_;
  std::vector<Ref> content;
  std::vector<Ref>* const outer = std::exchange(emitted_, &content);
  ++table_depth_;
  Dispatch(cell, style);
  --table_depth_;
  emitted_ = outer;
  position_ = saved;
  if (content.empty()) return {};
  const Ref group =
      document_
          .AddGroup(docling::GroupLabel::kUnspecified,
                    fmt::format("rich_cell_group_{}_{}_{}", document_.tables.size(), col, row),
                    {.parent = table})
          .self;
  // Last first, because what was added last is found first.
  for (auto ref = content.rbegin(); ref != content.rend(); ++ref) document_.Move(*ref, group);
  std::ranges::reverse(document_.groups[group.index].children);
  return group;
}

}  // namespace formats
