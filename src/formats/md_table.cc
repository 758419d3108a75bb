// Pipe tables. CommonMark has none: they are paragraphs of lines such as
//
//   table     = header newline delimiter *( newline row )
//   row       = [ "|" ] cell *( "|" cell ) [ "|" ]
//   delimiter = a row of cells  [ ":" ] 1*"-" [ ":" ]
//
// A header without a pipe in front counts only with a delimiter row of as many cells.
#include <cmark-gfm.h>

#include <algorithm>

#include "formats/md_tree.h"
#include "text/utf8.h"

namespace formats {
namespace {

// The text of each line of a paragraph, without any marks of emphasis, links or code.
std::vector<std::string> PlainLines(cmark_node* block) {
  std::vector<std::string> lines(1);
  const CmarkIterator iterator(cmark_iter_new(block));
  while (cmark_iter_next(iterator.get()) != CMARK_EVENT_DONE) {
    cmark_node* node = cmark_iter_get_node(iterator.get());
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) lines.emplace_back();
    if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) {
      lines.back() += cmark_node_get_literal(node);
    }
  }
  return lines;
}

std::vector<std::string> Cells(std::string_view line) {
  line = text::Strip(line);
  if (line.starts_with('|')) line.remove_prefix(1);
  if (line.ends_with('|')) line.remove_suffix(1);
  std::vector<std::string> cells;
  while (true) {
    const size_t end = line.find('|');
    cells.push_back(PipesInText(text::Strip(line.substr(0, end))));
    if (end == std::string_view::npos) return cells;
    line.remove_prefix(end + 1);
  }
}

bool IsDelimiter(std::string_view cell) {
  if (cell.starts_with(':')) cell.remove_prefix(1);
  if (cell.ends_with(':')) cell.remove_suffix(1);
  return !cell.empty() && std::ranges::all_of(cell, [](char c) { return c == '-'; });
}

bool IsDelimiterRow(std::string_view line) {
  if (line.find('-') == std::string_view::npos) return false;
  return std::ranges::all_of(Cells(line), IsDelimiter);
}

bool StartsWithPipe(std::string_view line) { return text::Strip(line).starts_with('|'); }

// Is line `i` a header? `bare` tells a table of lines that all start with a pipe but have no
// delimiter row.
bool StartsTable(const std::vector<std::string>& lines, size_t i, bool bare) {
  if (i == 0 && bare) return true;
  if (i + 1 >= lines.size() || lines[i].find('|') == std::string::npos) return false;
  if (!IsDelimiterRow(lines[i + 1])) return false;
  return StartsWithPipe(lines[i]) || Cells(lines[i]).size() == Cells(lines[i + 1]).size();
}

}  // namespace

PipeTable TableOf(cmark_node* block) {
  const std::vector<std::string> lines = PlainLines(block);
  PipeTable table;
  if (lines.size() < 2) return table;
  const bool bare = std::ranges::all_of(lines, StartsWithPipe);
  size_t header = 0;
  while (header < lines.size() && !StartsTable(lines, header, bare)) ++header;
  if (header == lines.size()) return table;
  table.first_line = header;
  for (size_t i = header; i < lines.size(); ++i) {
    if (i == header + 1 && IsDelimiterRow(lines[i])) continue;
    std::vector<std::string> row = Cells(lines[i]);
    if (!table.rows.empty()) row.resize(table.rows[0].size());
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace formats
