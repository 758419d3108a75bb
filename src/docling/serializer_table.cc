// Tables: as Markdown, flattened inside a cell of another table, or as triplets.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "docling/serializer.h"
#include "text/utf8.h"

namespace docling {
namespace {

// How many bytes the repeated positions of rich cells may add to one table.
constexpr size_t kMaxRepeatedBytes = size_t{64} << 20;

// All non-empty cell texts, row by row.
std::string FlatText(const TableData& data) {
  const Grid grid(data);
  std::string out;
  for (int32_t row = 0; row < grid.rows(); ++row) {
    for (int32_t col = 0; col < grid.cols(); ++col) {
      const TableCell* cell = grid.At(row, col);
      if (cell == nullptr || cell->text.empty()) continue;
      if (!out.empty()) out += ' ';
      out += cell->text;
    }
  }
  return out;
}

void MarkBelow(const Document& document, const Node& root, NodeSet& visited) {
  std::vector<const Node*> open = {&root};
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    visited.Add(node->self);
    for (const Ref child : node->children) {
      if (const Node* below = document.Find(child)) open.push_back(below);
    }
  }
}

void AppendSeparated(std::string_view text, std::string_view separator, std::string& out) {
  if (!out.empty()) out += separator;
  out += text;
}

using Rows = std::vector<std::vector<std::string>>;

std::string JoinNonBlank(const std::vector<std::string>& cells) {
  std::string out;
  for (const std::string& cell : cells) {
    const std::string_view stripped = text::Strip(cell);
    if (!stripped.empty()) AppendSeparated(stripped, ". ", out);
  }
  return out;
}

// The header name of the only column is not used.
std::string OneColumn(const Rows& rows) {
  const std::string name(text::Strip(rows[0][0]));
  if (rows.size() == 1) return name;
  std::string out;
  for (size_t row = 1; row < rows.size(); ++row) {
    AppendSeparated(name + " = " + std::string(text::Strip(rows[row][0])), ". ", out);
  }
  return out;
}

std::string ManyColumns(const std::vector<std::string>& names, const Rows& rows) {
  std::string out;
  for (const std::vector<std::string>& row : rows) {
    const std::string_view head = text::Strip(row[0]);
    for (size_t col = 1; col < row.size(); ++col) {
      if (!out.empty()) out += ". ";
      out += head;
      out += ", ";
      out += text::Strip(names[col]);
      out += " = ";
      out += text::Strip(row[col]);
    }
  }
  return out;
}

std::string TripletText(const std::vector<std::string>& names, const Rows& rows) {
  if (rows.empty()) return JoinNonBlank(names);
  std::string out = names.size() == 1 ? OneColumn(rows) : ManyColumns(names, rows);
  if (!out.empty()) return out;
  for (const std::vector<std::string>& row : rows) {
    const std::string line = JoinNonBlank(row);
    if (!line.empty()) AppendSeparated(line, ". ", out);
  }
  return out;
}

int32_t CountHeaderRows(const Grid& grid) {
  for (int32_t row = 0; row < grid.rows(); ++row) {
    bool header = false;
    for (int32_t col = 0; col < grid.cols() && !header; ++col) {
      const TableCell* cell = grid.At(row, col);
      header = cell != nullptr && cell->column_header;
    }
    if (!header) return row;
  }
  return grid.rows();
}

}  // namespace

std::string CellLine(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const text::Decoded decoded = text::DecodeAt(text, at);
    const char32_t c = decoded.code_point;
    const bool is_break = (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 ||
                          c == 0x2028 || c == 0x2029;
    if (is_break) {
      out += ' ';
    } else if (c == U'|') {
      out += "&#124;";
    } else {
      out += text.substr(at, decoded.length);
    }
    at += decoded.length;
  }
  return out;
}

// Renders the cells of one table. A rich cell is rendered once for its first position and once more
// for all others, because what it shows is visited by then.
class Serializer::CellRenderer {
 public:
  CellRenderer(Serializer& serializer, Visited& visited, const Scope& scope)
      : serializer_(serializer), visited_(visited), scope_(scope) {}

  std::string Text(const TableCell* cell) {
    if (cell == nullptr) return {};
    if (!cell->ref) return cell->text;
    auto& seen = seen_[cell];
    if (seen.times < 2) {
      ++seen.times;
      seen.text = serializer_.CellText(*cell, visited_, scope_);
      return seen.text;
    }
    repeated_ += seen.text.size();
    return repeated_ <= kMaxRepeatedBytes ? seen.text : std::string();
  }

 private:
  struct Seen {
    int times = 0;
    std::string text;
  };
  Serializer& serializer_;
  Visited& visited_;
  const Scope scope_;
  std::unordered_map<const TableCell*, Seen> seen_;
  size_t repeated_ = 0;
};

std::string Serializer::CellText(const TableCell& cell, Visited& visited, const Scope& scope) {
  const Node* target = document_.Find(cell.ref);
  return target != nullptr ? Serialize(*target, visited, scope).text : std::string();
}

std::string Serializer::MarkdownTable(const TableData& data, Visited& visited, const Scope& scope) {
  const Grid grid(data);
  CellRenderer cells(*this, visited, {.in_cell = true, .depth = scope.depth});
  Rows rows;
  for (int32_t row = 0; row < grid.rows(); ++row) {
    auto& line = rows.emplace_back();
    for (int32_t col = 0; col < grid.cols(); ++col) {
      line.push_back(CellLine(cells.Text(grid.At(row, col))));
    }
  }
  return LayoutTable(std::move(rows),
                     options_.markdown.compact_tables ? TableStyle::kCompact : TableStyle::kPadded);
}

std::string Serializer::Triplets(const TableData& data, Visited& visited, const Scope& scope) {
  const Grid grid(data);
  if (grid.rows() == 0 || grid.cols() == 0) return {};
  CellRenderer cells(*this, visited, {.depth = scope.depth});
  const int32_t header_rows = CountHeaderRows(grid);
  std::vector<std::string> names(size_t(grid.cols()));
  for (int32_t row = 0; row < header_rows; ++row) {
    for (int32_t col = 0; col < grid.cols(); ++col) {
      std::string& name = names[size_t(col)];
      if (!name.empty()) name += '.';
      name += cells.Text(grid.At(row, col));
    }
  }
  if (header_rows == 0) {
    for (size_t col = 0; col < names.size(); ++col) names[col] = std::to_string(col);
  }
  Rows rows;
  for (int32_t row = header_rows; row < grid.rows(); ++row) {
    auto& line = rows.emplace_back();
    for (int32_t col = 0; col < grid.cols(); ++col) line.push_back(cells.Text(grid.At(row, col)));
  }
  return TripletText(names, rows);
}

Rendered Serializer::SerializeTable(const Table& table, Visited& visited, const Scope& scope) {
  if (scope.in_cell) {
    MarkBelow(document_, table, visited.nodes);
    return {FlatText(table.data), {table.self}};
  }
  Rendered result;
  result.text = Captions(table, result.items);
  if (IsExcluded(table)) return result;
  std::string body;
  if (options_.tables == TableForm::kMarkdown) {
    body = MarkdownTable(table.data, visited, scope);
  } else {
    // What the cells show only counts as shown if the table comes out with a text.
    const NodeSet::Mark mark = visited.nodes.StartLog();
    body = Triplets(table.data, visited, scope);
    body.empty() ? visited.nodes.Undo(mark) : visited.nodes.Keep(mark);
  }
  if (body.empty()) return result;
  if (!result.text.empty()) result.text += "\n\n";
  result.text += body;
  result.items.push_back(table.self);
  return result;
}

}  // namespace docling
