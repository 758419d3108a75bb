// Any bytes as AsciiDoc: never a crash, and what comes out is a document that reads back.
#include <cstdlib>

#include "docling/json.h"
#include "formats/asciidoc_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  docling::CollectedDiagnostics diagnostics;
  formats::Context context{.diagnostics = diagnostics};
  const formats::Input input = {.bytes = {reinterpret_cast<const char*>(data), size},
                                .filename = "fuzz"};
  const auto document = formats::ReadAsciiDoc(input, context);
  if (document && !docling::ReadJson(docling::WriteJson(*document))) std::abort();
  return 0;
}
