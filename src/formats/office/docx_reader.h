// Word documents. The contract is that of reader.h.
#pragma once

#include "formats/office/reader.h"

namespace office {

base::Result<docling::Document> ReadDocx(const File& file, docling::DiagnosticSink& diagnostics);
base::Result<Facts> InspectDocx(const File& file);

}  // namespace office
