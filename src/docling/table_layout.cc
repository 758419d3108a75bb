// The padded form is the "github" format of Python's tabulate 0.10:
//   | header |   12 |
//   |--------|------|
#include "docling/table_layout.h"

#include <algorithm>
#include <string_view>

#include "docling/python_text.h"
#include "text/utf8.h"

namespace docling {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// A header keeps this much room around it.
constexpr size_t kHeaderPadding = 2;

struct Column {
  size_t width = 0;
  bool right = false;
};

Column Measure(const Rows& rows, size_t col) {
  Column column;
  CellType type = CellType::kBool;
  for (size_t row = 1; row < rows.size(); ++row) type = std::max(type, TypeOf(rows[row][col]));
  column.right = type == CellType::kInt || type == CellType::kFloat;
  column.width = text::CountCodePoints(rows[0][col]) + kHeaderPadding;
  for (size_t row = 1; row < rows.size(); ++row) {
    column.width = std::max(column.width, text::CountCodePoints(text::Strip(rows[row][col])));
  }
  return column;
}

void AppendCell(std::string_view cell, const Column& column, std::string& out) {
  const size_t length = text::CountCodePoints(cell);
  const size_t padding = column.width - std::min(length, column.width);
  out += ' ';
  if (column.right) out.append(padding, ' ');
  out += cell;
  if (!column.right) out.append(padding, ' ');
  out += " |";
}

std::string Padded(const Rows& rows) {
  std::vector<Column> columns;
  for (size_t col = 0; col < rows[0].size(); ++col) columns.push_back(Measure(rows, col));
  std::string out = "|";
  for (size_t col = 0; col < columns.size(); ++col) AppendCell(rows[0][col], columns[col], out);
  out += "\n|";
  for (const Column& column : columns) {
    out.append(column.width + 2, '-');
    out += '|';
  }
  for (size_t row = 1; row < rows.size(); ++row) {
    out += "\n|";
    for (size_t col = 0; col < columns.size(); ++col) {
      AppendCell(text::Strip(rows[row][col]), columns[col], out);
    }
  }
  return out;
}

std::string Compact(const Rows& rows) {
  std::string out;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (row > 0) out += '\n';
    out += '|';
    for (const std::string& cell : rows[row]) {
      out += ' ';
      out += text::Strip(cell);
      out += " |";
    }
    if (row > 0) continue;
    out += "\n|";
    for (size_t col = 0; col < rows[0].size(); ++col) out += " - |";
  }
  return out;
}

}  // namespace

std::string LayoutTable(Rows rows, TableStyle style) {
  if (rows.empty() || rows[0].empty()) return {};
  return style == TableStyle::kCompact ? Compact(rows) : Padded(rows);
}

}  // namespace docling
