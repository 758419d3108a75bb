// What text blocks are besides headings: list items, captions, footnotes; and which go on in
// another column or on the next page.
#pragma once

#include <string_view>
#include <vector>

#include "formats/pdf/block.h"
#include "formats/pdf/line.h"
#include "formats/pdf/statistics.h"

namespace pdf {

// "Figure 3: …", "Table 2-1 …", "[표 1] …"; not "Table 2 shows …".
bool IsCaption(std::string_view text);
bool IsFigureCaption(std::string_view text);

void FindCaptions(std::vector<Block>& blocks, const std::vector<PageLines>& pages);

// Bulleted blocks, and numbered ones that have a neighbour with the next number.
void FindListItems(std::vector<Block>& blocks, const std::vector<PageLines>& pages);

// Small type at the foot of a column, from the first block with a mark on.
void FindFootnotes(std::vector<Block>& blocks, const std::vector<PageLines>& pages,
                   const Statistics& statistics);

// Sets `continues` where a paragraph breaks off at the end of a column or page and goes on in the
// next text.
void JoinBrokenParagraphs(std::vector<Block>& blocks, const std::vector<PageLines>& pages);

}  // namespace pdf
