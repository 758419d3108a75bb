// Any bytes: an error, or a document that can be written, read back, exported and chunked.
#include <cstdlib>

#include "docling/chunker.h"
#include "docling/json.h"
#include "docling/markdown.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto document = docling::ReadJson({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  const std::string written = docling::WriteJson(*document);
  const auto again = docling::ReadJson(written);
  if (!again || again->NodeCount() != document->NodeCount()) std::abort();
  docling::ExportMarkdown(*document, {.page_break = "-", .layers = docling::Layers::All()});
  docling::HierarchicalChunks(*document);
  return 0;
}
