// AsciiDoc to docling::Document, line by line as docling reads it: titles, sections, lists, tables,
// images and paragraphs; no inline markup, attributes or includes. Thread-safe.
#pragma once

#include "formats/reader.h"

namespace formats {

base::Result<docling::Document> ReadAsciiDoc(const Input& input, Context& context);
base::Result<Facts> InspectAsciiDoc(const Input& input, Context& context);

}  // namespace formats
