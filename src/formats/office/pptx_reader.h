// PowerPoint presentations: a page and a group a slide. The contract is that of reader.h.
#pragma once

#include "formats/office/reader.h"

namespace office {

base::Result<docling::Document> ReadPptx(const File& file, const Options& options,
                                         docling::DiagnosticSink& diagnostics);
base::Result<Facts> InspectPptx(const File& file);

}  // namespace office
