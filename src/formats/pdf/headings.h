// Which blocks are headings, and of which level.
#pragma once

#include <span>
#include <vector>

#include "formats/pdf/block.h"
#include "formats/pdf/line.h"
#include "formats/pdf/source.h"
#include "formats/pdf/statistics.h"

namespace pdf {

// Marks headings (Kind::kHeading) and the title of page 1 (Kind::kTitle) among the blocks of the
// whole document, by size, weight, numbering, space and the document's outline.
void FindHeadings(std::vector<Block>& blocks, const std::vector<PageLines>& pages,
                  const Statistics& statistics, std::span<const OutlineEntry> outline);

// Gives the headings their levels: from the outline where it names them, else from their numbers,
// else from their look. No level is more than one deeper than the one before it.
void LevelHeadings(std::vector<Block>& blocks, const std::vector<PageLines>& pages,
                   std::span<const OutlineEntry> outline);

}  // namespace pdf
