#include "formats/office/odf_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "docling/table.h"
#include "formats/office/odf_text.h"
#include "text/utf8.h"

namespace office {
namespace {

constexpr int64_t kMaxRepeat = 1 << 21;
constexpr int64_t kMaxSpan = 100'000;

int64_t Repeat(Element element, const char* name) {
  return std::clamp<int64_t>(IntAttribute(element, name, 1), 1, kMaxRepeat);
}
int32_t Span(Element element, const char* name) {
  return int32_t(std::clamp<int64_t>(IntAttribute(element, name, 1), 1, kMaxSpan));
}

bool HasImages(Element element) { return bool(Descendant(element, "draw:image")); }

std::unexpected<base::Error> TooLarge() {
  return base::Fail(base::Code::kTooLarge,
                    fmt::format("a table has more than {} cells", docling::kMaxGridPositions));
}

bool HasItems(Element list) {
  for (const Element item : list.children()) {
    if (Is(item, "text:list-item") && !BlockLines(item).empty()) return true;
  }
  return false;
}

// Text, a value, a picture or a merged cell. One walk: tables may be nested deeply.
bool TableHasContent(Element table) {
  bool found = !LinesOf(table).empty();
  ForEachBelow(table, [&](Element element) {
    const std::string_view type = Attribute(element, "office:value-type");
    found = found || Is(element, "table:covered-table-cell") || Is(element, "draw:image") ||
            (!type.empty() && type != "string");
    return !found;
  });
  return found;
}

std::string NumberText(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size() &&
                     std::abs(value) < 1e15 && value == std::floor(value);
  return whole ? fmt::format("{:.0f}", value == 0 ? 0.0 : value) : std::string(text);
}

// "PT12H30M05S" as "12:30:05".
std::string TimeText(std::string_view text) {
  double seconds = 0;
  double number = 0;
  bool time = false;
  for (size_t at = 0; at < text.size();) {
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
    if (error == std::errc()) {
      at = size_t(end - text.data());
      continue;
    }
    const char unit = text[at++];
    if (unit == 'T') time = true;
    if (unit == 'D') seconds += number * 86'400;
    if (unit == 'H') seconds += number * 3600;
    if (unit == 'M' && time) seconds += number * 60;
    if (unit == 'S') seconds += number;
  }
  return DurationText(seconds / 86'400);
}

// nullopt where the cell states no type.
std::optional<std::string> ValueOf(Element cell) {
  const std::string_view type = Attribute(cell, "office:value-type");
  if (type == "boolean") {
    return Attribute(cell, "office:boolean-value") == "true" ? "True" : "False";
  }
  if (type == "float" || type == "percentage" || type == "currency") {
    return NumberText(Attribute(cell, "office:value"));
  }
  if (type == "date") {
    std::string date(Attribute(cell, "office:date-value"));
    const size_t mark = date.find('T');
    if (mark == std::string::npos) return date + " 00:00:00";
    date[mark] = ' ';
    return date;
  }
  if (type == "time") return TimeText(Attribute(cell, "office:time-value"));
  if (type != "string") return std::nullopt;
  if (HasAttribute(cell, "office:string-value")) {
    return std::string(Attribute(cell, "office:string-value"));
  }
  std::string text;
  bool first = true;
  for (const Element child : cell.children()) {
    if (!Is(child, "text:p")) continue;
    if (!first) text += '\n';
    first = false;
    text += PlainOdfText(child);
  }
  return text;
}

}  // namespace

bool IsRichOdfCell(Element cell) {
  if (HasImages(cell)) return true;
  size_t paragraphs = 0;
  for (const Element child : cell.children()) {
    if (Is(child, "text:list") && HasItems(child)) return true;
    if (Is(child, "text:h") && !LinesOf(child).empty()) return true;
    if (Is(child, "table:table") && TableHasContent(child)) return true;
    if (Is(child, "text:p") && !LinesOf(child).empty()) ++paragraphs;
  }
  return paragraphs > 1 || (paragraphs > 0 && !ValueOf(cell));
}

std::string OdfCellText(Element cell) {
  std::vector<std::string> lines;
  for (const Element child : cell.children()) {
    if (child.type() != pugi::node_element) continue;
    for (std::string& line : BlockLines(child)) lines.push_back(std::move(line));
  }
  if (!IsRichOdfCell(cell)) {
    if (auto value = ValueOf(cell)) return *value;
  }
  return JoinLines(lines, "\n");
}

OdfTable::OdfTable(Element table) { AddRows(table); }

void OdfTable::AddRows(Element parent) {
  for (const Element element : parent.children()) {
    if (Is(element, "table:table-header-rows") || Is(element, "table:table-rows") ||
        Is(element, "table:table-row-group")) {
      AddRows(element);
      continue;
    }
    if (!Is(element, "table:table-row")) continue;
    OdfRow row{
        .row = next_row_, .repeat = Repeat(element, "table:number-rows-repeated"), .cells = {}};
    next_row_ += row.repeat;
    int64_t col = 0;
    for (const Element child : element.children()) {
      const bool covered = Is(child, "table:covered-table-cell");
      if (!covered && !Is(child, "table:table-cell")) continue;
      OdfCell cell{.element = child,
                   .col = col,
                   .repeat = Repeat(child, "table:number-columns-repeated"),
                   .covered = covered};
      col += cell.repeat;
      if (!covered) {
        cell.row_span = Span(child, "table:number-rows-spanned");
        cell.col_span = Span(child, "table:number-columns-spanned");
      }
      cell.content = !OdfCellText(child).empty() || HasImages(child);
      row.cells.push_back(cell);
    }
    rows_.push_back(std::move(row));
  }
}

base::Result<CellRange> OdfTable::Bounds() const {
  int64_t first_row = INT64_MAX;
  int64_t first_col = INT64_MAX;
  int64_t last_row = 0;
  int64_t last_col = 0;
  for (const OdfRow& row : rows_) {
    for (const OdfCell& cell : row.cells) {
      const bool spans = cell.row_span > 1 || cell.col_span > 1;
      if (!cell.content && !cell.covered && !spans) continue;
      first_row = std::min(first_row, row.row);
      first_col = std::min(first_col, cell.col);
      last_row = std::max(last_row, row.row + row.repeat - 1 + cell.row_span - 1);
      last_col = std::max(last_col, cell.col + cell.repeat - 1 + cell.col_span - 1);
    }
  }
  if (first_row == INT64_MAX) return CellRange{};
  const int64_t rows = last_row - first_row + 1;
  const int64_t cols = last_col - first_col + 1;
  if (last_row >= INT32_MAX || last_col >= INT32_MAX || rows > docling::kMaxGridPositions ||
      rows * cols > docling::kMaxGridPositions) {
    return TooLarge();
  }
  return CellRange{int32_t(first_row), int32_t(first_col), int32_t(last_row), int32_t(last_col)};
}

base::Result<SheetCells> OdfTable::Content() const {
  constexpr int64_t kMaxContent = 4'000'000;
  int64_t places = 0;
  std::vector<SheetCell> cells;
  for (const OdfRow& row : rows_) {
    for (const OdfCell& cell : row.cells) {
      if (!cell.content && !cell.covered) continue;
      places += row.repeat * cell.repeat;
      if (places > kMaxContent || row.row + row.repeat >= INT32_MAX ||
          cell.col + cell.repeat >= INT32_MAX) {
        return TooLarge();
      }
      for (int64_t r = 0; r < row.repeat; ++r) {
        for (int64_t c = 0; c < cell.repeat; ++c) {
          cells.push_back({.row = int32_t(row.row + r), .col = int32_t(cell.col + c), .text = {}});
        }
      }
    }
  }
  return SheetCells(std::move(cells));
}

}  // namespace office
