// Blocks → docling::Document.
#pragma once

#include <vector>

#include "docling/document.h"
#include "formats/pdf/block.h"
#include "formats/pdf/line.h"

namespace pdf {

// Adds the pages and everything on them. Boxes become docling's: origin bottom left, of the page as
// shown.
void WriteDocument(const std::vector<Block>& blocks, const std::vector<PageLines>& pages,
                   docling::Document& document);

}  // namespace pdf
