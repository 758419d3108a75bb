// Page headers, footers and other text that belongs to the page and not to the document, found by
// repetition and, where there is nothing to repeat, by place.
#pragma once

#include <cstdint>
#include <vector>

#include "formats/pdf/line.h"
#include "formats/pdf/statistics.h"

namespace pdf {

enum class Furniture : uint8_t { kNone, kHeader, kFooter };

// For each page, for each of its lines, what furniture it is. O(lines log lines).
std::vector<std::vector<Furniture>> FindFurniture(const std::vector<PageLines>& pages,
                                                  const Statistics& statistics);

// The key under which furniture repeats: digits and roman numerals as "#", case and blanks ignored.
std::string FurnitureKey(std::string_view text);

// Whether the text is a page number: "7", "- 7 -", "xii", "Page 7 of 9", "7/9".
bool IsPageNumber(std::string_view text);

}  // namespace pdf
