// The one Engine of a test program, loaded when first asked for; null (and the test skips) where
// the library is absent.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "formats/pdf/reader.h"

namespace pdf {

inline Engine* TestEngine() {
  static const std::unique_ptr<Engine> engine = []() -> std::unique_ptr<Engine> {
    const auto library = std::filesystem::path(SI_DEPS_DIR) / "pdfium" / "libpdfium.so";
    auto loaded = Engine::Load(library);
    return loaded ? std::move(*loaded) : nullptr;
  }();
  return engine.get();
}

}  // namespace pdf

#define SI_NEED_PDFIUM() \
  if (pdf::TestEngine() == nullptr) GTEST_SKIP() << "no PDFium in " SI_DEPS_DIR "/pdfium"
