// What text blocks are besides headings and list items: captions, footnotes; and which go on in
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

// Gives captions to the pictures and tables they stand next to: right below (a table's rather right
// above), one each. Sets `owner`.
void AttachCaptions(std::vector<Block>& blocks, const std::vector<PageLines>& pages);

// Display formulas: mostly set in type of mathematics, with a relation in it, standing in from the
// edge of the column, and hardly a word.
void FindFormulas(std::vector<Block>& blocks, const std::vector<PageLines>& pages);

// Small type at the foot of a column, from the first block with a mark on.
void FindFootnotes(std::vector<Block>& blocks, const std::vector<PageLines>& pages,
                   const Statistics& statistics);

// Sets `continues` where a paragraph breaks off at the end of a column or page and goes on in the
// next text.
void JoinBrokenParagraphs(std::vector<Block>& blocks, const std::vector<PageLines>& pages);

}  // namespace pdf
