// The last look at a document, whatever reader made it.
#pragma once

#include "docling/diagnostics.h"
#include "docling/document.h"

namespace formats {

// Takes characters that show nothing and may carry a message (text/invisible.h) out of all texts
// and cells, and reports them by page.
void RemoveInvisible(docling::Document& document, docling::DiagnosticSink& diagnostics);

}  // namespace formats
