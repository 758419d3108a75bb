// Tables, and cells that hold more than a line of text.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "formats/office/docx_converter.h"
#include "text/utf8.h"

namespace office {
namespace {

using docling::Ref;
using docling::TableCell;

constexpr int64_t kMaxSpan = 1000;

std::vector<Element> Named(Element parent, std::string_view name) {
  std::vector<Element> found;
  for (const Element child : parent.children()) {
    if (Is(child, name)) found.push_back(child);
  }
  return found;
}

int32_t Span(Element properties, const char* name, int64_t otherwise) {
  return int32_t(std::clamp<int64_t>(IntAttribute(Child(properties, name), "w:val", otherwise),
                                     otherwise, kMaxSpan));
}

bool Continues(Element cell) {
  const Element merge = Find(cell, "w:tcPr", "w:vMerge");
  return merge && Attribute(merge, "w:val") != "restart";
}

// The columns that the table's grid states, or those its widest row has.
int32_t Columns(Element table, const std::vector<Element>& rows) {
  size_t columns = Named(Child(table, "w:tblGrid"), "w:gridCol").size();
  if (columns == 0) {
    for (const Element row : rows) columns = std::max(columns, Named(row, "w:tc").size());
  }
  return int32_t(std::min<size_t>(columns, 100'000));
}

}  // namespace

void DocxConverter::Table(Element table, Refs& added) {
  const std::vector<Element> rows = Named(table, "w:tr");
  const int32_t columns = Columns(table, rows);
  if (rows.size() == 1 && columns == 1) {  // a frame around text
    ForgetList();
    new_code_block_ = true;
    Walk(Child(rows.front(), "w:tc"));
    new_code_block_ = true;
    return;
  }
  if (int64_t(rows.size()) * columns > docling::kMaxGridPositions) {
    return Warn(fmt::format("a table of {} x {} cells was left out", rows.size(), columns));
  }
  docling::Table& item = document_.AddTable({}, Here());
  item.data.num_rows = int32_t(rows.size());
  item.data.num_cols = columns;
  const Ref self = item.self;
  added.push_back(self);
  std::map<int32_t, size_t> open;  // the cell that was last begun in each column
  for (size_t i = 0; i < rows.size(); ++i) Row(rows[i], int32_t(i), self, open);
}

void DocxConverter::Row(Element row, int32_t index, Ref table, std::map<int32_t, size_t>& open) {
  int32_t col = Span(Child(row, "w:trPr"), "w:gridBefore", 0);
  for (const Element element : Named(row, "w:tc")) {
    const int32_t columns = document_.tables[table.index].data.num_cols;
    if (col >= columns) break;
    const int32_t span = Span(Child(element, "w:tcPr"), "w:gridSpan", 1);
    const auto above = open.find(col);
    if (Continues(element) && above != open.end()) {
      TableCell& cell = document_.tables[table.index].data.cells[above->second];
      cell.end_row = index + 1;
      cell.row_span = cell.end_row - cell.start_row;
    } else {
      TableCell cell = Cell(element, table, index, col);
      cell.col_span = span;
      cell.end_col = col + span;
      std::vector<TableCell>& cells = document_.tables[table.index].data.cells;
      open[col] = cells.size();
      cells.push_back(std::move(cell));
    }
    col += span;
  }
}

TableCell DocxConverter::Cell(Element element, Ref table, int32_t row, int32_t col) {
  std::string text = CellText(element);
  if (const std::vector<Piece> pieces = FormulasOf(element, text); !pieces.empty()) {
    text.clear();
    for (const Piece& piece : pieces) {
      text += piece.formula ? fmt::format("${}$", piece.text) : piece.text;
    }
  }
  TableCell cell = TableCell::At(row, col, std::move(text));
  cell.column_header = row == 0;
  if (!IsRich(element)) return cell;
  const ListState list = list_;
  const std::array<Ref, kSlots> slots = slots_;
  ForgetList();
  const Refs items = Walk(element);
  list_ = list;
  slots_ = slots;
  if (!items.empty()) {
    cell.ref = GroupCell(
        items, table, fmt::format("rich_cell_group_{}_{}_{}", document_.tables.size(), col, row));
  }
  return cell;
}

// More than one paragraph, anything but a paragraph, a picture, or text with a look of its own.
bool DocxConverter::IsRich(Element cell) const {
  std::vector<Element> paragraphs;
  for (const Element child : cell.children()) {
    if (child.type() != pugi::node_element || Is(child, "w:tcPr")) continue;
    if (!Is(child, "w:p")) return true;
    paragraphs.push_back(child);
  }
  if (paragraphs.size() > 1) return true;
  if (Descendant(cell, "a:blip") || Descendant(cell, "w:drawing")) return true;
  if (paragraphs.empty()) return false;
  for (const Element run : Named(paragraphs.front(), "w:r")) {
    if (FormattingOf(run, {}, {}, source_.styles) != docling::Formatting{}) return true;
  }
  return !text::Strip(PlainText(paragraphs.front())).empty() &&
         source_.styles.IsCode(source_.styles.Of(paragraphs.front()));
}

// Takes what a cell became into a group of the table's.
Ref DocxConverter::GroupCell(const Refs& items, Ref table, std::string name) {
  const Ref group = document_
                        .AddGroup(docling::GroupLabel::kUnspecified, std::move(name),
                                  {.parent = table, .layer = layer_})
                        .self;
  std::set<Ref> moved;
  for (const Ref item : items) {
    if (moved.insert(item).second) document_.Move(item, group);
  }
  return group;
}

}  // namespace office
