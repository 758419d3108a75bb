// OpenDocument texts, spreadsheets and presentations. The contract is that of reader.h.
#pragma once

#include "formats/office/reader.h"

namespace office {

// `kind`: kOdt, kOds or kOdp.
base::Result<docling::Document> ReadOdf(Kind kind, const File& file, const Options& options,
                                        docling::DiagnosticSink& diagnostics);
base::Result<Facts> InspectOdf(Kind kind, const File& file);

}  // namespace office
