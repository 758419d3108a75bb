// Excel workbooks: a page and a group a sheet, with its tables, pictures, charts and comments.
// Boxes count cells. The contract is that of reader.h.
#pragma once

#include "formats/office/reader.h"

namespace office {

base::Result<docling::Document> ReadXlsx(const File& file, const Options& options,
                                         docling::DiagnosticSink& diagnostics);
base::Result<Facts> InspectXlsx(const File& file);

}  // namespace office
