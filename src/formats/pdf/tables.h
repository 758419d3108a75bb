// Rows of aligned lines → the cells of a table. Only tables that the gaps between their words make
// visible; ruled grids with empty or tall cells are not reconstructed.
#pragma once

#include <string_view>

#include "docling/table.h"
#include "formats/pdf/block.h"
#include "formats/pdf/line.h"

namespace pdf {

// Whether the text is a line of a table of contents: a title, leader dots, a page number.
bool IsIndexLine(std::string_view text);

// The grid of a Kind::kTable block. A cell that lies over several columns spans them; rows that
// only continue cells of the row above are joined to it. O(cells x columns), columns at most 64.
docling::TableData BuildTable(const Block& block, const PageLines& page);

}  // namespace pdf
