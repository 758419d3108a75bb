// EPUB books to docling::Document: the chapters in reading order, joined to one HTML page, which is
// converted as HTML is. Thread-safe.
#pragma once

#include "formats/reader.h"

namespace formats {

base::Result<docling::Document> ReadEpub(const Input& input, Context& context);
base::Result<Facts> InspectEpub(const Input& input, Context& context);

}  // namespace formats
