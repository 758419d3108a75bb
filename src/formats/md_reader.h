// Markdown and plain text to docling::Document, by the rules of docling's Markdown backend.
// Thread-safe.
#pragma once

#include "formats/reader.h"

namespace formats {

base::Result<docling::Document> ReadMarkdown(const Input& input, Context& context);
base::Result<Facts> InspectMarkdown(const Input& input, Context& context);

}  // namespace formats
