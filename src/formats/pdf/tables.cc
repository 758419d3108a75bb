#include "formats/pdf/tables.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "formats/pdf/line_text.h"
#include "text/utf8.h"

namespace pdf {

namespace {

constexpr size_t kMostColumns = 64;
constexpr float kLeastOverlap = 1;  // points by which a line lies in a column

struct Cell {
  Box box;
  std::string text;
  const Line* line = nullptr;  // whose words it is made of, whole
  int row = 0;
  int first_column = 0;
  int last_column = 0;
};

struct Column {
  float l = 0;
  float r = 0;
  std::set<int> rows;  // rows that have a cell of their own here
};

// Where the page number of an index line begins; npos when it is none.
size_t IndexNumberAt(std::string_view text) {
  const size_t last_dot = text.rfind('.');
  if (last_dot == std::string_view::npos || text.size() - last_dot > 9)
    return std::string_view::npos;
  int dots = 0;
  for (size_t i = last_dot + 1; i-- > 0 && (text[i] == '.' || text[i] == ' ');) {
    dots += text[i] == '.' ? 1 : 0;
  }
  const std::string_view number = text::Strip(text.substr(last_dot + 1));
  const bool digits = number.find_first_not_of("0123456789ivxlcIVXLC-") == std::string_view::npos;
  return dots >= 4 && digits && !number.empty() ? last_dot + 1 : std::string_view::npos;
}

// The lines of a block as cells, rows numbered, columns not known yet.
std::vector<Cell> CellsOf(const Block& block, const PageLines& page) {
  std::vector<Cell> cells;
  size_t at = 0;
  for (size_t row = 0; row < block.row_ends.size(); ++row) {
    for (; at < block.row_ends[row]; ++at) {
      const Line& line = page.lines[block.lines[at]];
      cells.push_back({line.box, line.text, &line, static_cast<int>(row), 0, 0});
      const size_t number = block.index ? IndexNumberAt(line.text) : std::string_view::npos;
      if (number == std::string_view::npos) continue;
      Cell& title = cells.back();
      title.line = nullptr;
      Cell page_number = title;
      page_number.text = text::Strip(title.text.substr(number));
      title.text = text::Strip(title.text.substr(0, number));
      page_number.box.l =
          page_number.box.r - 0.6F * line.size * static_cast<float>(page_number.text.size());
      title.box.r = page_number.box.l - kLeastOverlap;
      cells.push_back(std::move(page_number));
    }
  }
  return cells;
}

bool ShareRow(const Column& a, const Column& b) {
  return std::ranges::any_of(a.rows, [&](int row) { return b.rows.contains(row); });
}

std::vector<size_t> ColumnsUnder(const std::vector<Column>& columns, const Box& box) {
  std::vector<size_t> found;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (Overlap(columns[i].l, columns[i].r, box.l, box.r) > kLeastOverlap) found.push_back(i);
  }
  return found;
}

// Lets a cell make, widen or join columns. Columns that have cells side by side in a row stay two:
// what lies over both spans them.
void PlaceCell(std::vector<Column>& columns, const Cell& cell) {
  const std::vector<size_t> under = ColumnsUnder(columns, cell.box);
  if (under.empty()) {
    if (columns.size() < kMostColumns) columns.push_back({cell.box.l, cell.box.r, {cell.row}});
    return;
  }
  for (size_t i = 0; i < under.size(); ++i) {
    for (size_t j = i + 1; j < under.size(); ++j) {
      if (ShareRow(columns[under[i]], columns[under[j]])) return;
    }
  }
  Column& column = columns[under.front()];
  column.l = std::min(column.l, cell.box.l);
  column.r = std::max(column.r, cell.box.r);
  column.rows.insert(cell.row);
  for (size_t i = under.size(); i-- > 1;) {
    Column& other = columns[under[i]];
    column.l = std::min(column.l, other.l);
    column.r = std::max(column.r, other.r);
    column.rows.insert(other.rows.begin(), other.rows.end());
    columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(under[i]));
  }
}

// Rows with the most cells say best where columns are; narrow cells say it better than wide ones.
std::vector<Column> FindColumns(const std::vector<Cell>& cells) {
  std::map<int, int> per_row;
  for (const Cell& cell : cells) ++per_row[cell.row];
  std::vector<const Cell*> order;
  for (const Cell& cell : cells) order.push_back(&cell);
  std::ranges::sort(order, [&](const Cell* a, const Cell* b) {
    const int in_a = per_row[a->row];
    const int in_b = per_row[b->row];
    if (in_a != in_b) return in_a > in_b;
    return a->box.Width() != b->box.Width() ? a->box.Width() < b->box.Width() : a < b;
  });
  std::vector<Column> columns;
  for (const Cell* cell : order) PlaceCell(columns, *cell);
  std::ranges::sort(columns, [](const Column& a, const Column& b) { return a.l < b.l; });
  return columns;
}

bool HasDigit(std::string_view word) {
  return word.find_first_of("0123456789") != std::string_view::npos;
}

// The words of a cell by the column each lies in; empty unless most are numbers and each lies in
// one column.
std::map<size_t, Cell> ByColumn(const std::vector<Column>& columns, const Cell& cell) {
  std::map<size_t, Cell> parts;
  size_t numbers = 0;
  const auto& words = cell.line->words;
  for (size_t i = 0; i < words.size(); ++i) {
    const size_t end = i + 1 < words.size() ? words[i + 1].begin : cell.text.size();
    const std::string_view word =
        text::Strip(std::string_view(cell.text).substr(words[i].begin, end - words[i].begin));
    const Box box{words[i].l, cell.box.t, words[i].r, cell.box.b};
    const std::vector<size_t> under = ColumnsUnder(columns, box);
    if (under.size() != 1) return {};
    numbers += HasDigit(word) ? 1 : 0;
    const auto [at, fresh] = parts.try_emplace(under.front(), cell);
    if (fresh) {
      at->second.text = word;
      at->second.box = box;
      continue;
    }
    at->second.text += ' ';
    at->second.text += word;
    at->second.box.Add(box);
  }
  return numbers * 10 >= words.size() * 6 ? parts : std::map<size_t, Cell>{};
}

// Rows of numbers set so tight that they came as one line are parted where other rows show the
// columns.
std::vector<Cell> PartNumbers(const std::vector<Column>& columns, const std::vector<Cell>& cells) {
  std::vector<Cell> out;
  for (const Cell& cell : cells) {
    std::map<size_t, Cell> parts;
    if (cell.line != nullptr && cell.line->words.size() > 1 &&
        ColumnsUnder(columns, cell.box).size() > 1) {
      parts = ByColumn(columns, cell);
    }
    if (parts.empty()) out.push_back(cell);
    for (auto& [column, part] : parts) out.push_back(std::move(part));
  }
  return out;
}

// Heights at which rules run over most of the width of the table.
std::vector<float> RulesAcross(const Box& box, const PageLines& page) {
  std::map<int, float> covered;
  for (const Rule& rule : page.rules) {
    if (!rule.Horizontal() || rule.box.MidY() < box.t - 4 || rule.box.MidY() > box.b + 4) continue;
    covered[static_cast<int>(std::lround(rule.box.MidY()))] +=
        std::max(0.F, OverlapX(rule.box, box));
  }
  std::vector<float> heights;
  for (const auto& [y, length] : covered) {
    if (length < 0.6F * box.Width()) continue;
    if (heights.empty() || static_cast<float>(y) - heights.back() > 3)
      heights.push_back(static_cast<float>(y));
  }
  return heights;
}

// For each row, whether it is joined to the one above.
std::vector<bool> JoinedRows(const Block& block, const PageLines& page,
                             const std::vector<Cell>& cells) {
  const size_t rows = block.row_ends.size();
  std::vector<bool> joined(rows, false);
  std::vector<Box> boxes(rows);
  std::vector<bool> first_column(rows, false);
  std::vector<bool> lower(rows, true);
  std::vector<bool> seen(rows, false);
  for (const Cell& cell : cells) {
    const auto row = static_cast<size_t>(cell.row);
    if (!seen[row]) boxes[row] = cell.box;
    boxes[row].Add(cell.box);
    seen[row] = true;
    first_column[row] = first_column[row] || cell.first_column == 0;
    lower[row] = lower[row] && StartsLower(cell.text);
  }
  const std::vector<float> rules = RulesAcross(block.box, page);
  const auto band = [&](size_t row) {
    return std::ranges::lower_bound(rules, boxes[row].MidY()) - rules.begin();
  };
  const bool ruled = rules.size() >= 4 && rules.size() * 3 >= rows;
  for (size_t row = 1; row < rows && !block.index; ++row) {
    if (ruled) {
      joined[row] = band(row) == band(row - 1);
    } else {
      const bool tight = boxes[row].t - boxes[row - 1].b < 0.35F * block.size;
      joined[row] = tight && !first_column[row] && lower[row];
    }
  }
  return joined;
}

docling::BBox PageBox(const PageLines& page, const Box& in_frame) {
  const Box box = page.frame.ToPage(in_frame);
  return {box.l, box.t, box.r, box.b, docling::CoordOrigin::kTopLeft};
}

}  // namespace

bool IsIndexLine(std::string_view text) { return IndexNumberAt(text) != std::string_view::npos; }

docling::TableData BuildTable(const Block& block, const PageLines& page) {
  std::vector<Cell> cells = CellsOf(block, page);
  const std::vector<Column> columns = FindColumns(cells);
  cells = PartNumbers(columns, cells);
  for (Cell& cell : cells) {
    const std::vector<size_t> under = ColumnsUnder(columns, cell.box);
    if (under.empty()) continue;
    cell.first_column = static_cast<int>(under.front());
    cell.last_column = static_cast<int>(under.back());
  }
  const std::vector<bool> joined = JoinedRows(block, page, cells);
  std::vector<int> row_of;
  for (size_t row = 0; row < joined.size(); ++row) {
    row_of.push_back(row_of.empty() ? 0 : row_of.back() + (joined[row] ? 0 : 1));
  }
  // A place of the grid holds one cell: what falls together is one text.
  std::map<std::pair<int, int>, Cell> grid;
  for (Cell& cell : cells) {
    cell.row = row_of[static_cast<size_t>(cell.row)];
    const auto [at, fresh] = grid.try_emplace({cell.row, cell.first_column}, cell);
    if (fresh) continue;
    AppendLine(at->second.text, cell.text);
    at->second.box.Add(cell.box);
    at->second.last_column = std::max(at->second.last_column, cell.last_column);
  }
  docling::TableData data;
  data.num_cols = static_cast<int32_t>(columns.size());
  for (const auto& [place, cell] : grid) {
    auto& added = data.Add(docling::TableCell::At(place.first, place.second, cell.text, 1,
                                                  cell.last_column - cell.first_column + 1));
    added.bbox = PageBox(page, cell.box);
    added.column_header = place.first == 0 && !block.index;
  }
  return data;
}

}  // namespace pdf
