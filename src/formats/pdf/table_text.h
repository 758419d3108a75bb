// Pieces of text on their way into the cells of a table.
#pragma once

#include <string>
#include <vector>

#include "docling/table.h"
#include "formats/pdf/line.h"

namespace pdf {

// A line of text in a cell, or the part of a line that lies in it.
struct Piece {
  Box box;
  float baseline = 0;
  float size = 0;
  bool bold = false;
  std::string text;
};

Piece PieceOf(const Line& line);
// Words [first, last) of a line whose words are known.
Piece PieceOf(const Line& line, size_t first, size_t last);

// The pieces by rows, left to right, as running text. Sorts them.
std::string TextOf(std::vector<Piece>& pieces);

// Whether most of its characters but the blanks are digits, or it stands for a missing number.
bool IsNumeric(std::string_view text);

// The box of a cell as tables state it: page space, from the top left.
docling::BBox CellBox(const PageLines& page, const Box& in_frame);

}  // namespace pdf
