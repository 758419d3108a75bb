// The readers of all document formats, behind the Reader door.
#pragma once

#include <memory>
#include <string>

#include "parse_worker/reader.h"

namespace parse_worker {

// Loads what the readers need from files: afterwards they need none. `pdfium` is the path of
// libpdfium; with an empty one PDFs are refused.
base::Result<std::unique_ptr<Reader>> MakeRealReader(const std::string& pdfium);

}  // namespace parse_worker
