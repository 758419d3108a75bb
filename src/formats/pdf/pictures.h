// Which images of a page are pictures of the document.
#pragma once

#include <vector>

#include "formats/pdf/line.h"

namespace pdf {

// The boxes of the page's pictures: tiles joined, specks and backgrounds of text left out. O(n log
// n) but for a few hundred images at most.
std::vector<Box> FindPictures(const PageLines& page);

}  // namespace pdf
