// What the tags of a document are good for: whether to trust them, and what they decide then.
// Geometry always says where things are and in which order; tags say what they are.
#pragma once

#include <vector>

#include "formats/pdf/block.h"
#include "formats/pdf/furniture.h"
#include "formats/pdf/lattice.h"
#include "formats/pdf/line.h"

namespace pdf {

// The gate: nearly all text is tagged, there are paragraphs, an element is more than a line here
// and there, and not half of the text is headings.
bool TrustTags(const std::vector<PageLines>& pages);

// The tag of most of the line's text.
const Tag& TagOf(const PageLines& page, const Line& line);

// Lines near the edges of a page that are in no element, on pages that are tagged, are furniture.
void MarkArtifacts(const std::vector<PageLines>& pages,
                   std::vector<std::vector<Furniture>>& furniture);

// Tables of the structure tree of which the cells stand in rows and columns on the page, too.
std::vector<PlacedTable> FindTaggedTables(const PageLines& page, const std::vector<bool>& taken);

// Gives text blocks the kinds their tags say: headings with their levels (0 where the tree says
// none), list items, captions, notes, code, formulas.
void ApplyTags(std::vector<Block>& blocks, const std::vector<PageLines>& pages);

}  // namespace pdf
