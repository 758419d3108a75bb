// CSV to docling::Document: one table, its first record the header. Thread-safe.
#pragma once

#include "formats/reader.h"

namespace formats {

base::Result<docling::Document> ReadCsv(const Input& input, Context& context);
base::Result<Facts> InspectCsv(const Input& input, Context& context);

}  // namespace formats
