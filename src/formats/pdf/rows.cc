#include "formats/pdf/rows.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "formats/pdf/characters.h"
#include "formats/pdf/roles.h"
#include "formats/pdf/table_text.h"
#include "formats/pdf/tables.h"
#include "text/utf8.h"

namespace pdf {

namespace {

constexpr size_t kLeastTableRows = 3;
constexpr float kTablePitch = 3.2F;  // em between baselines within a table

Row StartRow(const LayoutItem& item, uint32_t column) {
  Row row;
  row.box = item.box;
  row.baseline = item.baseline;
  row.size = item.size;
  row.column = column;
  row.picture = item.picture;
  row.id = item.id;
  return row;
}

// Whether most letters of the beginning are of a right-to-left script.
bool RunsLeft(std::string_view text) {
  int balance = 0;
  for (const char32_t code : text::ToUtf32(text.substr(0, 60))) {
    if (IsRightToLeft(code)) {
      ++balance;
    } else if (text::IsLetter(code)) {
      --balance;
    }
  }
  return balance > 0;
}

// The longest line says what the row looks like.
void FinishRow(const PageLines& page, Row& row) {
  if (row.picture) return;
  const Line* longest = nullptr;
  float bold = 0;
  row.upper = true;
  row.mono = true;
  for (const uint32_t id : row.lines) {
    const Line& line = page.lines[id];
    if (longest == nullptr || line.chars > longest->chars) longest = &line;
    row.chars += line.chars;
    bold += line.bold_share * static_cast<float>(line.chars);
    row.upper = row.upper && (line.upper || line.chars <= 2);
    row.mono = row.mono && line.Mono();
  }
  row.one_font = row.lines.size() == 1 && longest->font_share > 0.9F;
  row.size = longest->size;
  row.style = StyleOf(*longest);
  row.leftward = RunsLeft(longest->text);
  row.bold_share = bold / static_cast<float>(std::max<uint32_t>(row.chars, 1));
  row.bold = row.bold_share > 0.6F;
  row.upper = row.upper && longest->upper;
}

}  // namespace

Label LabelOf(const PageLines& page, const Row& row) {
  if (row.lines.empty()) return {};
  const std::string& first = page.lines[row.lines.front()].text;
  if (row.lines.size() == 1) return ParseLabel(first);
  return ParseLabel(first + " " + page.lines[row.lines[1]].text);
}

namespace {

struct Gap {
  float l = 0;
  float r = 0;
};

std::vector<Gap> GapsOf(const PageLines& page, const Row& row) {
  std::vector<Gap> gaps;
  for (size_t i = 1; i < row.lines.size(); ++i) {
    const Box& a = page.lines[row.lines[i - 1]].box;
    const Box& b = page.lines[row.lines[i]].box;
    gaps.push_back({std::min(a.r, b.r), std::max(a.l, b.l)});
  }
  return gaps;
}

// More than a list label with its text, or a heading number with its title.
bool HasCells(const PageLines& page, const Row& row) {
  if (row.lines.size() < 2) return false;
  if (row.lines.size() > 2) return true;
  const Label label = LabelOf(page, row);
  return !label || label.length < page.lines[row.lines.front()].text.size();
}

bool ShareGap(const std::vector<Gap>& a, const std::vector<Gap>& b, float least) {
  for (const Gap& x : a) {
    for (const Gap& y : b) {
      if (Overlap(x.l, x.r, y.l, y.r) >= least) return true;
    }
  }
  return false;
}

bool Adjoins(const Row& above, const Row& below) {
  return !below.picture && above.column == below.column && below.baseline > above.baseline &&
         below.baseline - above.baseline < kTablePitch * std::max(above.size, below.size);
}

// The end of the table that begins at `first`, or `first` when none does. A row of one cell belongs
// to it when the next row has cells again: a cell of several lines.
size_t TableEnd(const PageLines& page, std::span<const Row> rows, size_t first) {
  if (!HasCells(page, rows[first])) return first;
  std::vector<Gap> gaps = GapsOf(page, rows[first]);
  size_t with_cells = 1;
  size_t end = first + 1;
  for (size_t i = end; i < rows.size() && i < end + 3; ++i) {
    if (!Adjoins(rows[i - 1], rows[i])) break;
    if (!HasCells(page, rows[i])) continue;
    std::vector<Gap> next = GapsOf(page, rows[i]);
    if (!ShareGap(gaps, next, 0.4F * rows[i].size)) break;
    gaps = std::move(next);
    ++with_cells;
    end = i + 1;
  }
  const bool wide = rows[first].lines.size() >= 3 && with_cells >= 2;
  return with_cells >= kLeastTableRows || wide ? end : first;
}

}  // namespace

std::vector<Row> BuildRows(const PageLines& page, std::span<const Region> regions) {
  std::vector<Row> rows;
  for (const Region& region : regions) {
    bool fresh = true;
    for (const LayoutItem& item : region.items) {
      const bool same = !fresh && !item.picture && !rows.back().picture &&
                        std::abs(item.baseline - rows.back().baseline) < 0.4F * item.size;
      if (!same) rows.push_back(StartRow(item, region.column));
      fresh = false;
      Row& row = rows.back();
      if (!item.picture) row.lines.push_back(item.id);
      row.box.Add(item.box);
    }
  }
  for (Row& row : rows) FinishRow(page, row);
  return rows;
}

std::map<uint32_t, Box> MeasureColumns(std::span<const Row> rows) {
  std::map<uint32_t, std::vector<const Row*>> columns;
  for (const Row& row : rows) {
    if (!row.picture) columns[row.column].push_back(&row);
  }
  std::map<uint32_t, Box> measures;
  for (auto& [column, members] : columns) {
    float widest = 0;
    for (const Row* row : members) widest = std::max(widest, row->box.Width());
    std::vector<float> right;
    std::vector<float> left;
    for (const Row* row : members) {
      if (row->box.Width() < 0.5F * widest) continue;
      right.push_back(row->box.r);
      left.push_back(row->box.l);
    }
    std::ranges::sort(right);
    std::ranges::sort(left);
    Box& box = measures[column];
    box.r = right[right.size() * 8 / 10];
    box.l = left[left.size() * 2 / 10];
  }
  return measures;
}

namespace {

// The end of the table of contents that begins at `first`, or `first` when none does. Titles of two
// lines have one line without a number.
size_t IndexEnd(const PageLines& page, std::span<const Row> rows, size_t first) {
  size_t end = first;
  size_t count = 0;
  for (size_t i = first; i < rows.size() && i < end + 2; ++i) {
    if (rows[i].picture || rows[i].column != rows[first].column) break;
    if (!IsIndexLine(page.lines[rows[i].lines.back()].text)) {
      if (i == first) break;
      continue;
    }
    ++count;
    end = i + 1;
  }
  return count >= kLeastTableRows ? end : first;
}

}  // namespace

namespace {

bool IsEquationNumber(std::string_view text) {
  return text.size() >= 3 && text.size() <= 8 && text.front() == '(' && text.back() == ')' &&
         text.find_first_of("0123456789") != std::string_view::npos;
}

// Lines side by side are no table when the last ones number equations; nor when they are words
// only, each column of them centred, as names and addresses under a title are.
bool IsEvident(const PageLines& page, std::span<const Row> rows, size_t first, size_t last) {
  size_t with_cells = 0;
  size_t cells = 0;
  size_t numbers = 0;
  size_t equations = 0;
  std::map<int, size_t> lefts;
  for (const Row& row : rows.subspan(first, last - first)) {
    if (row.lines.size() < 2) continue;
    ++with_cells;
    ++lefts[static_cast<int>(std::lround(page.lines[row.lines.front()].box.l / 3))];
    equations += IsEquationNumber(page.lines[row.lines.back()].text) ? 1 : 0;
    for (const uint32_t id : row.lines) {
      ++cells;
      numbers += IsNumeric(page.lines[id].text) ? 1 : 0;
    }
  }
  if (equations * 10 > with_cells * 6) return false;
  if (numbers * 10 >= cells * 2) return true;
  if (first > 0 && !rows[first - 1].picture &&
      IsCaption(page.lines[rows[first - 1].lines.front()].text)) {
    return true;
  }
  size_t aligned = 0;
  for (const auto& [left, count] : lefts) aligned = std::max(aligned, count);
  return aligned >= 2 && aligned * 2 >= with_cells;
}

}  // namespace

std::vector<RowRange> FindTables(const PageLines& page, std::span<const Row> rows) {
  std::vector<RowRange> tables;
  for (size_t i = 0; i < rows.size();) {
    size_t end = rows[i].picture ? i : IndexEnd(page, rows, i);
    const bool index = end > i;
    if (!index && !rows[i].picture) end = TableEnd(page, rows, i);
    if (end > i && (index || IsEvident(page, rows, i, end))) tables.push_back({i, end, index});
    i = std::max(end, i + 1);
  }
  return tables;
}

}  // namespace pdf
