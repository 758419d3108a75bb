// Tables that go on over the page break.
#pragma once

#include <vector>

#include "formats/pdf/block.h"
#include "formats/pdf/line.h"

namespace pdf {

// A table at the foot of a page and one at the head of the next are one when both have the same
// columns at the same places. The rows go to the first (a repeated header only once), and the first
// `continues` in the second.
void JoinTables(std::vector<Block>& blocks, const std::vector<PageLines>& pages);

}  // namespace pdf
