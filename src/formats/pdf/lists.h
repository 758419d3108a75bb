// Lists: which blocks are items, and how items nest.
#pragma once

#include <vector>

#include "formats/pdf/block.h"
#include "formats/pdf/line.h"

namespace pdf {

// Bulleted blocks, and numbered ones that have a neighbour with the next number.
void FindListItems(std::vector<Block>& blocks, const std::vector<PageLines>& pages);

// Sets the `depth` of list items: deeper where they stand further in than the item before, or
// where numbers of another kind begin below it. Columns and pages may lie between items.
void NestLists(std::vector<Block>& blocks);

}  // namespace pdf
