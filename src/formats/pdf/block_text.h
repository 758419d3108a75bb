// The running text of a block.
#pragma once

#include <string>
#include <vector>

#include "formats/pdf/block.h"
#include "formats/pdf/line.h"

namespace pdf {

// Lines joined: words broken at line ends mended, no line breaks.
std::string TextOf(const Block& block, const PageLines& page);

// Lines as they stand, indented by blanks in proportion. For code.
std::string CodeOf(const Block& block, const PageLines& page);

}  // namespace pdf
