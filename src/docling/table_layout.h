// Private: rows of cell texts → the lines of a Markdown table.
#pragma once

#include <string>
#include <vector>

namespace docling {

enum class TableStyle {
  kPadded,   // columns as wide as their longest cell, numbers to the right
  kCompact,  // one blank around each cell
};

// Row 0 is the header. "" without rows or columns. Cells must not hold "|" or line breaks; the rows
// must be equally long.
std::string LayoutTable(std::vector<std::vector<std::string>> rows, TableStyle style);

}  // namespace docling
