// Tables between horizontal rules: booktabs and the like, and grids with too few lines in them.
#pragma once

#include <vector>

#include "formats/pdf/lattice.h"
#include "formats/pdf/line.h"
#include "formats/pdf/rulings.h"

namespace pdf {

// Stretches between rules of one width in which the text stands in rows of cells. Running text,
// columns of text and numbered listings between rules are no tables. `taken` as in FindLattices.
std::vector<PlacedTable> FindOpenTables(const PageLines& page, const Rulings& rulings,
                                        const std::vector<bool>& taken);

}  // namespace pdf
