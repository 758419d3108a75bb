// Any bytes, read with the real engine: no crash of ours, bounded work. Without the library only
// the header check runs.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "formats/pdf/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto engine = [] {
    const char* deps = std::getenv("SI_DEPS_DIR");
    return pdf::Engine::Load(std::string(deps != nullptr ? deps : ".deps") +
                             "/pdfium/libpdfium.so");
  }();
  if (!engine) return 0;
  pdf::Options options;
  options.limits.pages = 50;
  options.limits.glyphs_per_page = 20'000;
  docling::CollectedDiagnostics diagnostics;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)pdf::Read(**engine, bytes, "fuzz.pdf", options, diagnostics, nullptr);
  (void)pdf::Inspect(**engine, bytes, options);
  return 0;
}
