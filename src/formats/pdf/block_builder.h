// Lines in columns → blocks: paragraphs, rows of tables, code, pictures.
#pragma once

#include <span>
#include <vector>

#include "formats/pdf/block.h"
#include "formats/pdf/furniture.h"
#include "formats/pdf/line.h"
#include "formats/pdf/statistics.h"

namespace pdf {

// The blocks of one page in reading order: headers first, footers last. `furniture` has one entry
// per line.
std::vector<Block> BuildBlocks(const PageLines& page, uint32_t page_index,
                               std::span<const Furniture> furniture, const Statistics& statistics,
                               bool pictures);

}  // namespace pdf
