#include "formats/pdf/tables.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "formats/pdf/line_text.h"
#include "formats/pdf/table_text.h"
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
  int row_span = 1;
  bool page_number = false;  // of an index
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

// Page numbers differ in width: all titles end where the widest of them begins.
void PartIndex(std::vector<Cell>& cells) {
  float left = 1e9F;
  for (const Cell& cell : cells) {
    if (cell.page_number) left = std::min(left, cell.box.l);
  }
  for (Cell& cell : cells) {
    if (!cell.page_number) cell.box.r = std::min(cell.box.r, left - kLeastOverlap);
  }
}

// The lines as cells, rows numbered, columns not known yet.
std::vector<Cell> CellsOf(const TextRows& text, const PageLines& page) {
  std::vector<Cell> cells;
  for (size_t row = 0; row < text.rows.size(); ++row) {
    for (const uint32_t id : text.rows[row]) {
      const Line& line = page.lines[id];
      cells.push_back({line.box, line.text, &line, static_cast<int>(row), 0, 0, 1, false});
      const size_t number = text.index ? IndexNumberAt(line.text) : std::string_view::npos;
      if (number == std::string_view::npos) continue;
      Cell& title = cells.back();
      title.line = nullptr;
      Cell page_number = title;
      page_number.page_number = true;
      page_number.text = text::Strip(title.text.substr(number));
      title.text = text::Strip(title.text.substr(0, number));
      page_number.box.l =
          page_number.box.r - 0.6F * line.size * static_cast<float>(page_number.text.size());
      cells.push_back(std::move(page_number));
    }
  }
  if (text.index) PartIndex(cells);
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

// Numbers over groups of equally many columns: "2009 2010 2011" over pairs of them.
std::map<size_t, Cell> ByGroup(const std::vector<Column>& columns, const Cell& cell) {
  const std::vector<size_t> under = ColumnsUnder(columns, cell.box);
  const auto& words = cell.line->words;
  if (under.size() <= words.size() || under.size() % words.size() != 0) return {};
  const size_t each = under.size() / words.size();
  std::map<size_t, Cell> parts;
  for (size_t i = 0; i < words.size(); ++i) {
    const size_t end = i + 1 < words.size() ? words[i + 1].begin : cell.text.size();
    Cell part = cell;
    part.text =
        text::Strip(std::string_view(cell.text).substr(words[i].begin, end - words[i].begin));
    const Column& first = columns[under[i * each]];
    const Column& last = columns[under[(i + 1) * each - 1]];
    const float middle = (words[i].l + words[i].r) / 2;
    if (!HasDigit(part.text) || middle < first.l || middle > last.r) return {};
    part.box.l = first.l;
    part.box.r = last.r;
    parts.emplace(under[i * each], std::move(part));
  }
  return parts;
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
      if (parts.empty()) parts = ByGroup(columns, cell);
    }
    if (parts.empty()) out.push_back(cell);
    for (auto& [column, part] : parts) out.push_back(std::move(part));
  }
  return out;
}

}  // namespace

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

namespace {

// What the rows of text of a table look like, to tell which of them are one row.
struct RowLook {
  Box box;
  int cells = 0;
  bool first_column = false;  // has a cell there
  bool lower = true;          // all its cells begin in lower case
  bool first_lower = false;   // the cell of the first column does
};

std::vector<RowLook> LooksOf(size_t rows, const std::vector<Cell>& cells) {
  std::vector<RowLook> looks(rows);
  for (const Cell& cell : cells) {
    RowLook& look = looks[static_cast<size_t>(cell.row)];
    if (look.cells++ == 0) look.box = cell.box;
    look.box.Add(cell.box);
    look.lower = look.lower && StartsLower(cell.text);
    if (cell.first_column == 0) {
      look.first_column = true;
      look.first_lower = StartsLower(cell.text);
    }
  }
  return looks;
}

// The space between rows that stand well apart: that of a quarter of them is not smaller.
float UsualGap(const std::vector<RowLook>& looks) {
  std::vector<float> gaps;
  for (size_t row = 1; row < looks.size(); ++row) {
    gaps.push_back(looks[row].box.t - looks[row - 1].box.b);
  }
  if (gaps.empty()) return 0;
  const auto at = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() * 3 / 4);
  std::ranges::nth_element(gaps, at);
  return *at;
}

// Without rules: what only goes on with cells of the row above.
bool GoesOn(const RowLook& above, const RowLook& row, float size, float usual_gap,
            bool mostly_lower) {
  const float gap = row.box.t - above.box.b;
  if (gap >= 0.35F * size) return false;
  if (!mostly_lower && row.first_column && row.lower && row.cells > 1) return true;
  if (row.first_column) {
    const bool alone = row.cells == 1 || (above.cells == 1 && above.first_column);
    return alone && row.first_lower;
  }
  return row.lower || (usual_gap - gap > 0.3F * size && row.cells <= above.cells);
}

// For each row, whether it is joined to the one above; the first `header` rows are not looked at.
// Where rules part the rows, what stands between two of them is one row, unless all the rows there
// are complete.
std::vector<bool> JoinedRows(const TextRows& text, const PageLines& page,
                             const std::vector<Cell>& cells, size_t header, size_t columns) {
  const size_t rows = text.rows.size();
  std::vector<bool> joined(rows, false);
  if (text.index) return joined;
  const std::vector<RowLook> looks = LooksOf(rows, cells);
  const std::vector<float> rules = RulesAcross(text.box, page);
  const auto band = [&](size_t row) {
    return std::ranges::lower_bound(rules, looks[row].box.MidY()) - rules.begin();
  };
  const bool ruled = rules.size() >= 4 && rules.size() * 3 >= rows;
  const float usual_gap = UsualGap(looks);
  const auto lower = static_cast<size_t>(std::ranges::count_if(looks, &RowLook::first_lower));
  const bool mostly_lower = lower * 10 > rows * 4;
  for (size_t first = header; first < rows;) {
    size_t last = first + 1;
    while (last < rows && band(last) == band(first)) ++last;
    bool complete = true;
    for (size_t row = first; row < last; ++row) {
      complete = complete && static_cast<size_t>(looks[row].cells) * 10 >= columns * 8;
    }
    for (size_t row = first + 1; row < last; ++row) {
      joined[row] = ruled ? !complete
                          : GoesOn(looks[row - 1], looks[row], text.size, usual_gap, mostly_lower);
    }
    first = last;
  }
  return joined;
}

// --- the header

// A rule under a cell of the header that is longer than its text shows over which columns it lies.
void WidenByRules(const PageLines& page, const Box& table, size_t header,
                  std::vector<Cell>& cells) {
  for (Cell& cell : cells) {
    if (static_cast<size_t>(cell.row) >= header) continue;
    for (const Rule& rule : page.rules) {
      const float below = rule.box.MidY() - cell.box.b;
      const bool under = rule.Horizontal() && below > -0.4F * cell.box.Height() &&
                         below < 0.8F * cell.box.Height();
      if (!under || rule.box.Width() > 0.9F * table.Width()) continue;
      if (rule.box.l > cell.box.l + 2 || rule.box.r < cell.box.r - 2) continue;
      const auto apart = [&](const Cell& other) {
        return &other == &cell || other.row != cell.row || OverlapX(other.box, rule.box) <= 0;
      };
      if (!std::ranges::all_of(cells, apart)) continue;
      cell.box.l = std::min(cell.box.l, rule.box.l);
      cell.box.r = std::max(cell.box.r, rule.box.r);
    }
  }
}

// A column that only the header has, midway between two others: its cell lies over both.
void SpreadHeader(std::vector<Column>& columns, std::vector<Cell>& cells, size_t header) {
  for (size_t i = 1; i + 1 < columns.size();) {
    const Column& column = columns[i];
    const Column& left = columns[i - 1];
    const Column& right = columns[i + 1];
    const bool only_header = static_cast<size_t>(*column.rows.rbegin()) < header;
    const float before = column.l - (left.l + left.r) / 2;
    const float after = (right.l + right.r) / 2 - column.r;
    const bool midway = std::abs(before - after) < 0.35F * std::max(before, after);
    if (!only_header || !midway || ShareRow(column, left) || ShareRow(column, right)) {
      ++i;
      continue;
    }
    for (Cell& cell : cells) {
      if (static_cast<size_t>(cell.row) >= header ||
          OverlapX(cell.box, {column.l, 0, column.r, 0}) <= 0)
        continue;
      cell.box.l = std::min(cell.box.l, left.r - 2 * kLeastOverlap);
      cell.box.r = std::max(cell.box.r, right.l + 2 * kLeastOverlap);
    }
    columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// A cell that is alone in its row of the header, but for the first column, and midway over all
// columns: it lies over all of them.
void SpreadAlone(const std::vector<Column>& columns, std::vector<Cell>& cells, size_t header) {
  if (columns.size() < 3) return;
  const float left = columns[1].l;
  const float right = columns.back().r;
  for (Cell& cell : cells) {
    if (static_cast<size_t>(cell.row) + 1 >= header || cell.box.l < columns[0].r) continue;
    const auto beside = std::ranges::count_if(
        cells, [&](const Cell& other) { return other.row == cell.row && other.box.r > left; });
    const float off = std::abs(cell.box.MidX() - (left + right) / 2);
    if (beside > 1 || off > 0.08F * (right - left)) continue;
    cell.box.l = left;
    cell.box.r = right;
  }
}

bool Spans(const Cell& cell) { return cell.last_column > cell.first_column; }

// Numbers the rows of the header: what lies over several columns makes a row of its own, all else
// is one. Returns how many there are; cells that nothing lies over span them all.
int LayOutHeader(size_t header, std::vector<Cell>& cells, std::vector<int>& row_of) {
  std::vector<bool> groups(header, false);
  std::set<int> grouped;
  for (const Cell& cell : cells) {
    if (static_cast<size_t>(cell.row) >= header || !Spans(cell)) continue;
    groups[static_cast<size_t>(cell.row)] = true;
    for (int c = cell.first_column; c <= cell.last_column; ++c) grouped.insert(c);
  }
  int rows = 0;
  for (size_t row = 0; row < header; ++row) {
    if (row > 0 && groups[row - 1]) ++rows;
    row_of.push_back(rows);
  }
  if (header > 0) ++rows;
  for (Cell& cell : cells) {
    if (static_cast<size_t>(cell.row) >= header || grouped.contains(cell.first_column)) continue;
    cell.row_span = rows;
  }
  return rows;
}

}  // namespace

bool IsIndexLine(std::string_view text) { return IndexNumberAt(text) != std::string_view::npos; }

void MarkHeader(docling::TableData& data, int rows) {
  if (rows == 0) {
    rows = 1;
    bool spans = false;
    size_t below = 0;
    size_t numbers = 0;
    for (const docling::TableCell& cell : data.cells) {
      if (cell.start_row == 0) {
        rows = std::max(rows, cell.end_row);
        spans = spans || cell.col_span > 1;
      } else if (cell.start_row == 1) {
        ++below;
        numbers += IsNumeric(cell.text) ? 1 : 0;
      }
    }
    if (spans && numbers * 2 < below) rows = std::max(rows, 2);
    if (rows > 4 || rows >= data.num_rows) rows = 1;
  }
  for (docling::TableCell& cell : data.cells) cell.column_header = cell.start_row < rows;
}

docling::TableData BuildTable(const PageLines& page, const TextRows& text) {
  std::vector<Cell> cells = CellsOf(text, page);
  const size_t header = std::min(text.header_rows, text.rows.size());
  WidenByRules(page, text.box, std::max<size_t>(header, 1), cells);
  std::vector<Column> columns = FindColumns(cells);
  SpreadHeader(columns, cells, std::max<size_t>(header, 1));
  SpreadAlone(columns, cells, header);
  cells = PartNumbers(columns, cells);
  for (Cell& cell : cells) {
    const std::vector<size_t> under = ColumnsUnder(columns, cell.box);
    if (under.empty()) continue;
    cell.first_column = static_cast<int>(under.front());
    cell.last_column = static_cast<int>(under.back());
  }
  const std::vector<bool> joined = JoinedRows(text, page, cells, header, columns.size());
  std::vector<int> row_of;
  const int header_rows = LayOutHeader(header, cells, row_of);
  for (size_t row = header; row < text.rows.size(); ++row) {
    row_of.push_back(row_of.empty() ? 0 : row_of.back() + (row > header && joined[row] ? 0 : 1));
  }
  // A place of the grid holds one cell: what falls together is one text.
  std::map<std::pair<int, int>, Cell> grid;
  for (Cell& cell : cells) {
    cell.row = cell.row_span > 1 ? 0 : row_of[static_cast<size_t>(cell.row)];
    const auto [at, fresh] = grid.try_emplace({cell.row, cell.first_column}, cell);
    if (fresh) continue;
    AppendLine(at->second.text, cell.text);
    at->second.box.Add(cell.box);
    at->second.last_column = std::max(at->second.last_column, cell.last_column);
  }
  docling::TableData data;
  data.num_cols = static_cast<int32_t>(columns.size());
  for (const auto& [place, cell] : grid) {
    auto& added =
        data.Add(docling::TableCell::At(place.first, place.second, cell.text, cell.row_span,
                                        cell.last_column - cell.first_column + 1));
    added.bbox = CellBox(page, cell.box);
  }
  if (!text.index) MarkHeader(data, header_rows);
  return data;
}

}  // namespace pdf
