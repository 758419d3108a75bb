// Formulas of Office (OMML) → LaTeX, in the form docling writes it. Pure functions.
#pragma once

#include <string>

#include "formats/office/xml.h"

namespace office {

// The LaTeX of an m:oMath element, without white space at its ends.
std::string ToLatex(Element math);

}  // namespace office
