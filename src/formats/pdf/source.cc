#include "formats/pdf/source.h"

#include <algorithm>
#include <utility>

#include "formats/pdf/page_reader.h"
#include "formats/pdf/utf16_text.h"

namespace pdf {

namespace {

constexpr size_t kHeaderWindow = 1024;  // readers look for "%PDF-" in the first KB

base::Error OpenError(unsigned long code) {
  if (code == kErrorPassword) {
    return {base::Code::kEncrypted, "the PDF needs a password"};
  }
  if (code == kErrorSecurity) {
    return {base::Code::kEncrypted, "the PDF is encrypted in a way that cannot be read"};
  }
  return {base::Code::kDamaged, "the PDF is damaged beyond reading"};
}

// Whether some form says that it belongs to a layer: `/OC 12 0 R`. PDFium has no question for it,
// but the dictionary of a form, being one of a stream, is never compressed.
bool HasLayeredForms(std::string_view bytes) {
  constexpr std::string_view kKey = "/OC";
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kSpace = " \t\r\n";
  const auto skip = [&](size_t at, std::string_view set) {
    return std::min(bytes.find_first_not_of(set, at), bytes.size());
  };
  for (size_t at = bytes.find(kKey); at != bytes.npos; at = bytes.find(kKey, at + 1)) {
    const size_t number = skip(at + kKey.size(), kSpace);
    const size_t generation = skip(skip(number, kDigits), kSpace);
    const size_t end = skip(skip(generation, kDigits), kSpace);
    if (generation > number && end > generation && bytes.substr(end, 1) == "R") return true;
  }
  return false;
}

}  // namespace

base::Result<std::unique_ptr<Source>> Source::Open(const Pdfium& pdfium, std::string_view bytes,
                                                   const Limits& limits) {
  if (bytes.substr(0, kHeaderWindow).find("%PDF-") == std::string_view::npos) {
    return base::Fail(base::Code::kUnsupported, "not a PDF: it has no %PDF header");
  }
  if (bytes.size() > limits.bytes) {
    return base::Fail(base::Code::kTooLarge,
                      "the PDF is larger than " + std::to_string(limits.bytes) + " bytes");
  }
  DocumentHandle* document = pdfium.FPDF_LoadMemDocument64(bytes.data(), bytes.size(), nullptr);
  if (document == nullptr) return base::Fail(OpenError(pdfium.FPDF_GetLastError()));
  const int pages = pdfium.FPDF_GetPageCount(document);
  std::unique_ptr<Source> source(
      new Source(pdfium, document, limits, pages, HasLayeredForms(bytes)));
  if (pages <= 0) return base::Fail(base::Code::kDamaged, "the PDF has no page that can be read");
  if (pages > limits.pages) {
    return base::Fail(base::Code::kTooLarge, "the PDF has " + std::to_string(pages) +
                                                 " pages; the limit is " +
                                                 std::to_string(limits.pages));
  }
  return source;
}

Source::Source(const Pdfium& pdfium, DocumentHandle* document, const Limits& limits, int page_count,
               bool layers)
    : pdfium_(pdfium),
      document_(document),
      limits_(limits),
      page_count_(page_count),
      about_{.tagged = pdfium.FPDFCatalog_IsTagged(document) != 0, .layers = layers} {
  annotations_.emplace(pdfium_, document_);
}

Source::~Source() {
  annotations_.reset();
  pdfium_.FPDF_CloseDocument(document_);
}

std::string Source::Meta(const char* key) const {
  return Utf16Text([&](void* buffer, unsigned long bytes) {
    return pdfium_.FPDF_GetMetaText(document_, key, buffer, bytes);
  });
}

// Depth first with an own stack; a loop in the file ends at the limit of entries.
std::vector<OutlineEntry> Source::Outline() const {
  constexpr int kDeepest = 32;
  std::vector<OutlineEntry> entries;
  std::vector<std::pair<BookmarkHandle*, int>> open;
  if (auto* first = pdfium_.FPDFBookmark_GetFirstChild(document_, nullptr)) {
    open.emplace_back(first, 1);
  }
  while (!open.empty() && entries.size() < static_cast<size_t>(limits_.outline_entries)) {
    const auto [bookmark, depth] = open.back();
    open.pop_back();
    OutlineEntry entry;
    entry.title = Utf16Text([&](void* buffer, unsigned long bytes) {
      return pdfium_.FPDFBookmark_GetTitle(bookmark, buffer, bytes);
    });
    entry.depth = depth;
    if (auto* dest = pdfium_.FPDFBookmark_GetDest(document_, bookmark)) {
      entry.page = pdfium_.FPDFDest_GetDestPageIndex(document_, dest);
    }
    entries.push_back(std::move(entry));
    if (auto* next = pdfium_.FPDFBookmark_GetNextSibling(document_, bookmark)) {
      open.emplace_back(next, depth);
    }
    if (auto* child = pdfium_.FPDFBookmark_GetFirstChild(document_, bookmark);
        child != nullptr && depth < kDeepest) {
      open.emplace_back(child, depth + 1);
    }
  }
  return entries;
}

base::Result<RawPage> Source::ReadPage(int index, FontTable& fonts) const {
  PageHandle* page = pdfium_.FPDF_LoadPage(document_, index);
  if (page == nullptr) return base::Fail(base::Code::kDamaged, "it cannot be opened");
  RawPage raw = PageReader(pdfium_, page, limits_, fonts, about_).Read();
  annotations_->Read(page, PageSpace::Of(pdfium_, page), fonts, raw);
  pdfium_.FPDF_ClosePage(page);
  return raw;
}

}  // namespace pdf
