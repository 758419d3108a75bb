// What lies on a page besides its content: links, the filled-in fields of forms, text that was put
// over the page, and people's notes. Third part of the PDFium adapter.
#pragma once

#include <memory>
#include <string>

#include "formats/pdf/fonts.h"
#include "formats/pdf/page.h"
#include "formats/pdf/page_reader.h"
#include "formats/pdf/pdfium.h"

namespace pdf {

// The annotations of one open document. Must not outlive it. Not thread-safe.
class Annotations {
 public:
  Annotations(const Pdfium& pdfium, DocumentHandle* document);
  ~Annotations();
  Annotations(const Annotations&) = delete;
  Annotations& operator=(const Annotations&) = delete;

  // Adds links and notes to `raw`, and the text of fields as glyphs where it stands; it is marked
  // hidden where its field is not shown. Fields over text that is there already (forms that were
  // flattened) add nothing.
  void Read(PageHandle* page, const PageSpace& space, FontTable& fonts, RawPage& raw) const;

 private:
  struct FormEnvironment;

  void ReadOne(AnnotationHandle* annotation, const PageSpace& space, FontTable& fonts,
               RawPage& raw) const;
  std::string FieldText(AnnotationHandle* annotation) const;
  std::string Text(AnnotationHandle* annotation, const char* key) const;
  std::string UriOf(AnnotationHandle* annotation) const;

  const Pdfium& pdfium_;
  DocumentHandle* document_;
  std::unique_ptr<FormEnvironment> form_;  // empty: the document has no form
};

}  // namespace pdf
