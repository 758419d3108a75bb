// Office files → docling::Document, the tree docling makes of them, node by node: Word (.docx),
// Excel (.xlsx) and PowerPoint (.pptx), OpenDocument text (.odt), spreadsheets (.ods) and
// presentations (.odp).
//
// Contract: damage is not failure: what cannot be read inside the document is reported to the sink
// and the rest goes on. Errors are kDamaged (no such file at all), kEncrypted and kTooLarge.
// Nothing outside of the file is read; linked pictures stay pictures without an image.
// Functions are thread-safe and keep nothing; views must live for the duration of the call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "docling/diagnostics.h"
#include "docling/document.h"

namespace office {

enum class Kind : uint8_t { kNone, kDocx, kXlsx, kPptx, kOdt, kOds, kOdp, kEpub };

// What kind of ZIP package this is, by its content. kNone for archives that are none of these.
Kind Sniff(std::string_view bytes);

struct File {
  std::string_view bytes;
  std::string_view name;  // with extension, without folders
};

// Told after each sheet or slide. Called on the reading thread.
class PageProgress {
 public:
  virtual ~PageProgress() = default;
  virtual void OnPage(int done, int total) = 0;
};

struct Options {
  int max_pages = 5000;  // sheets or slides; more is kTooLarge
  PageProgress* progress = nullptr;
};

struct Facts {
  int32_t page_count = 0;  // sheets or slides, 0 for texts
  std::string title;
  std::string author;
  std::string subject;
  std::string keywords;
};

// Reads a file of the given kind (not kNone, not kEpub).
base::Result<docling::Document> Read(Kind kind, const File& file, const Options& options,
                                     docling::DiagnosticSink& diagnostics);
// Opens it for real, so that what is damaged or encrypted fails here already.
base::Result<Facts> Inspect(Kind kind, const File& file);

}  // namespace office
