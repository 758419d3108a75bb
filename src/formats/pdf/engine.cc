#include <dlfcn.h>

#include <utility>

#include "formats/pdf/pdfium.h"
#include "formats/pdf/reader.h"

namespace pdf {

namespace {

template <typename F>
bool Find(void* library, const char* name, F*& function) {
  function = reinterpret_cast<F*>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace

base::Result<std::unique_ptr<Engine>> Engine::Load(const std::filesystem::path& library) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    return base::Fail(base::Code::kUnavailable, std::string("cannot load PDFium: ") + dlerror());
  }
  auto pdfium = std::make_unique<Pdfium>();
  const char* missing = nullptr;
#define SI_PDFIUM_FIND(type, name, arguments) \
  if (!Find(handle, #name, pdfium->name)) missing = #name;
  SI_PDFIUM_FUNCTIONS(SI_PDFIUM_FIND)
#undef SI_PDFIUM_FIND
  if (missing != nullptr) {
    dlclose(handle);
    return base::Fail(base::Code::kUnavailable, std::string("this PDFium has no ") + missing);
  }
  // An empty list of font folders: no look at the machine's fonts, no files opened later in the
  // sandbox.
  static const char* no_fonts[] = {nullptr};  // PDFium keeps the pointer
  const LibraryConfig config{2, no_fonts, nullptr, 0};
  pdfium->FPDF_InitLibraryWithConfig(&config);
  return std::unique_ptr<Engine>(new Engine(handle, std::move(pdfium)));
}

Engine::Engine(void* library, std::unique_ptr<Pdfium> pdfium)
    : library_(library), pdfium_(std::move(pdfium)) {}

Engine::~Engine() {
  pdfium_->FPDF_DestroyLibrary();
  dlclose(library_);
}

}  // namespace pdf
