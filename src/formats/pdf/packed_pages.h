// Pages as lines, with their fonts, as bytes: how ranges of one document that were read in several
// processes come together. Both ends are the same program; the bytes never reach a disk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/pdf/fonts.h"
#include "formats/pdf/line.h"

namespace pdf {

// What reading pages gives; the rest of the work needs all of them.
struct PagesRead {
  std::vector<PageLines> pages;
  FontTable fonts;
};

std::string Pack(const PagesRead& read);

// Appends what `packed` holds; its fonts get the numbers they would have if the same pages had been
// read here. kDamaged, with `read` in an unusable state, for what Pack has not made.
base::Result<> Unpack(std::string_view packed, PagesRead& read);

}  // namespace pdf
