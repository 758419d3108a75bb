// Rows of text → the cells of a table: columns found where the words of the rows line up.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "docling/table.h"
#include "formats/pdf/line.h"

namespace pdf {

// Lines of a page that stand in rows, of which a table is to be made.
struct TextRows {
  std::vector<std::vector<uint32_t>> rows;  // lines of the page, left to right
  Box box;
  float size = 10;         // points, of most of its type
  bool index = false;      // a table of contents: titles, leaders, page numbers
  size_t header_rows = 0;  // rows above the rule that ends the header; 0: no rule says
};

// Whether the text is a line of a table of contents: a title, leader dots, a page number.
bool IsIndexLine(std::string_view text);

// The grid of the rows. A cell that lies over several columns spans them; rows that only continue
// cells of the row above are joined to it. O(cells x columns), columns at most 64.
docling::TableData BuildTable(const PageLines& page, const TextRows& text);

// Heights at which rules, edges of shaded stripes among them, run over most of the width of a box,
// from the top.
std::vector<float> RulesAcross(const Box& box, const PageLines& page);

// Marks the cells of the first `rows` rows as column headers; 0: as many as the spans of the first
// row tell.
void MarkHeader(docling::TableData& data, int rows);

}  // namespace pdf
