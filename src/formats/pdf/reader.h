// PDF → docling::Document, without any model: glyphs come from PDFium, structure (lines, columns,
// paragraphs, headings, lists, furniture) from the geometry of the page and the statistics of the
// document.
//
// Contract:
//   - Damage is not failure: a page that cannot be read is reported to the DiagnosticSink and the
//   others go on.
//     Errors are: not a PDF (kUnsupported), needs a password (kEncrypted), cannot be read at all
//     (kDamaged), over a limit (kTooLarge).
//   - A page without any text (a scan) is reported as a warning "page N has no text layer"; a
//   document without any
//     text is still a document: the caller decides.
//   - The result depends on the bytes and the Options only: same input, same document.
//
//   - PDFium itself can be driven to exponential work, forms that paint themselves twice for
//   example: whoever calls Read
//     on outside bytes bounds the memory of the process and, through PageProgress, the time per
//     page.
//
// Ownership: `bytes` must live until the call returns; nothing is kept afterwards.
// Threads: PDFium is not thread-safe, not even across documents. One Engine per process, used by
// one thread at a time. It is usable after fork(): Load before, Read after; the library starts no
// threads and opens no files.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "docling/diagnostics.h"
#include "docling/document.h"

namespace pdf {

struct Pdfium;  // the C functions we use; private to this folder

// Told before each page is looked at, so that a watchdog can time pages. Called on the reading
// thread.
class PageProgress {
 public:
  virtual ~PageProgress() = default;
  virtual void OnPage(int done, int total) = 0;
};

// What a file may cost. A document beyond the first three is refused (kTooLarge); a page beyond the
// others loses what is beyond, with a diagnostic.
struct Limits {
  size_t bytes = size_t{512} << 20;
  int pages = 5000;
  size_t glyphs_per_document = 50'000'000;
  size_t glyphs_per_page = 200'000;
  size_t objects_per_page = 300'000;
  size_t path_segments_per_page = 200'000;
  int form_depth = 20;
  int outline_entries = 20'000;
};

struct Options {
  Limits limits;
  // Pages (1-based) not to be looked at: they cost an earlier attempt too much.
  std::set<int> skip_pages = {};
  // Curly quotes, bullets and the like become their ASCII neighbours, as docling does.
  bool plain_punctuation = true;
  // Empty pictures (place and size, no pixels) for images on the page.
  bool pictures = true;
};

// What the file says of itself; empty strings where it says nothing.
struct Facts {
  int page_count = 0;
  std::string title;
  std::string author;
  std::string subject;
  std::string keywords;
};

// The loaded PDFium library. Reads system fonts never, so that results do not depend on the
// machine.
class Engine {
 public:
  static base::Result<std::unique_ptr<Engine>> Load(const std::filesystem::path& library);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const Pdfium& pdfium() const { return *pdfium_; }

 private:
  Engine(void* library, std::unique_ptr<Pdfium> pdfium);

  void* library_;
  std::unique_ptr<Pdfium> pdfium_;
};

// Reads the whole document. `progress` may be null.
base::Result<docling::Document> Read(Engine& engine, std::string_view bytes,
                                     std::string_view filename, const Options& options,
                                     docling::DiagnosticSink& diagnostics, PageProgress* progress);

// The same in two steps, for long documents: ranges of pages are read by several processes side by
// side, and one of them, or another, makes the document of all of them. The result is that of Read:
// what depends on the whole document (headings, furniture, type) is decided in the second step.
struct PageRange {
  int first = 1;  // from 1
  int last = 0;   // 0: the last of the document
};
base::Result<std::string> ReadRange(Engine& engine, std::string_view bytes, PageRange range,
                                    const Options& options, docling::DiagnosticSink& diagnostics,
                                    PageProgress* progress);
// `parts` are the results of ReadRange for ranges that follow each other and are all of it.
base::Result<docling::Document> Compose(Engine& engine, std::string_view bytes,
                                        std::string_view filename,
                                        std::span<const std::string> parts, const Options& options,
                                        docling::DiagnosticSink& diagnostics);

// Opens the file for real and says what it says of itself; reads the first page's text not at all.
base::Result<Facts> Inspect(Engine& engine, std::string_view bytes, const Options& options);

}  // namespace pdf
