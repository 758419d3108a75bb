// HTML to docling::Document (docling's HTML backend: see html_converter.h for the rules' state).
// Thread-safe.
#pragma once

#include <string_view>

#include "formats/reader.h"

namespace formats {

base::Result<docling::Document> ReadHtml(const Input& input, Context& context);
base::Result<Facts> InspectHtml(const Input& input, Context& context);

}  // namespace formats
