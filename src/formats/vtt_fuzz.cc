// Any bytes as subtitles: never a crash, and what comes out is a document that reads back.
#include <cstdlib>

#include "docling/json.h"
#include "formats/vtt_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  docling::CollectedDiagnostics diagnostics;
  formats::Context context{.diagnostics = diagnostics};
  const std::string text = "WEBVTT\n" + std::string(reinterpret_cast<const char*>(data), size);
  const auto document = formats::ReadVtt({.bytes = text, .filename = "fuzz"}, context);
  if (document && !docling::ReadJson(docling::WriteJson(*document))) std::abort();
  return 0;
}
