// Any bytes as an e-mail message: never a crash, and what comes out is a document that reads back.
#include <cstdlib>

#include "docling/json.h"
#include "formats/email_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  docling::CollectedDiagnostics diagnostics;
  formats::Context context{.diagnostics = diagnostics};
  const formats::Input input = {.bytes = {reinterpret_cast<const char*>(data), size},
                                .filename = "fuzz"};
  const auto document = formats::ReadEmail(input, context);
  if (document && !docling::ReadJson(docling::WriteJson(*document))) std::abort();
  return 0;
}
