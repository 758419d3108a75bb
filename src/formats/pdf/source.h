// The PDFium adapter: the only file that knows PDFium's quirks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/pdf/annotations.h"
#include "formats/pdf/fonts.h"
#include "formats/pdf/page.h"
#include "formats/pdf/pdfium.h"
#include "formats/pdf/reader.h"

namespace pdf {

// An entry of the document's outline ("bookmarks").
struct OutlineEntry {
  std::string title;
  int depth = 1;
  int page = -1;  // from 0; -1: not said
};

// An open document. Keeps views of the bytes it was opened on. Not thread-safe.
class Source {
 public:
  static base::Result<std::unique_ptr<Source>> Open(const Pdfium& pdfium, std::string_view bytes,
                                                    const Limits& limits);
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  int PageCount() const { return page_count_; }
  // The text of an entry of the Info dictionary, "Title" for example.
  std::string Meta(const char* key) const;
  std::vector<OutlineEntry> Outline() const;
  // Page `index` from 0; kDamaged when it cannot be opened. Fonts go into `fonts`.
  base::Result<RawPage> ReadPage(int index, FontTable& fonts) const;

 private:
  Source(const Pdfium& pdfium, DocumentHandle* document, const Limits& limits, int page_count,
         bool layers);

  const Pdfium& pdfium_;
  DocumentHandle* document_;
  const Limits limits_;
  const int page_count_;
  const AboutDocument about_;
  std::optional<Annotations> annotations_;  // gone before the document is closed
};

}  // namespace pdf
