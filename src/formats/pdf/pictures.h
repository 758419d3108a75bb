// Where the figures of a page are: images, and drawings made of lines and curves.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "formats/pdf/lattice.h"
#include "formats/pdf/line.h"

namespace pdf {

struct Figure {
  Box box;
  std::vector<uint32_t> lines;  // of the page: labels that belong to a drawing
};

// Images that are large enough to matter, tiles joined, backgrounds of text and whole-page scans
// with a text layer left out; and drawings: marks that stand close together, many of them curved,
// or with the caption of a figure. Drawings that hold running text are frames or decoration, and no
// figures. `tables` are not looked into; lines that are `taken` belong to no drawing.
std::vector<Figure> FindFigures(const PageLines& page, std::span<const PlacedTable> tables,
                                const std::vector<bool>& taken, float body_size);

}  // namespace pdf
