// The door of the document readers: bytes in, docling::Document out.
//
//   formats::Context context{.diagnostics = sink};
//   SI_ASSIGN(docling::Document document,
//             formats::Read({.bytes = bytes, .filename = "report.html"}, context));
//
// Which reader takes a file is decided by its content first, then by its name, then by the media
// type the sender stated (sniff.h): a PDF named .txt is read as a PDF. A reader touches neither
// files nor the network. What it has to drop it reports to the sink and goes on; it fails only with
//   kInvalidArgument  the file is empty
//   kUnsupported      no reader for this format; the message names it
//   kEncrypted        a password is needed
//   kTooLarge         over Limits
//   kDamaged          cannot be read as what it claims to be
//   kUnavailable      a PDF, and the context has no PDF engine
// All functions are thread-safe; a Context (with what it points to) serves one call at a time.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "docling/diagnostics.h"
#include "docling/document.h"

namespace pdf {
class Engine;
}

namespace formats {

// A file as it came in. Views: the caller keeps the memory for the duration of the call.
struct Input {
  std::string_view bytes;
  std::string_view filename;   // with extension; folders in front are ignored
  std::string_view mime_type;  // what the sender stated, may be empty or wrong
};

// What a document may cost. Over them the answer is kTooLarge.
struct Limits {
  size_t max_bytes = size_t{512} << 20;  // of the file
  int32_t max_pages = 5000;
};

// Told after each page of formats that have pages. An interface, because the worker streams it over
// a pipe. Called from the reading thread.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void OnPage(int done, int total) = 0;
};

// What a reader may use. Owns nothing.
struct Context {
  docling::DiagnosticSink& diagnostics;
  Progress* progress = nullptr;
  pdf::Engine* pdf = nullptr;  // without it PDFs are answered with kUnavailable
  Limits limits = {};
  // Pages (1-based) to leave out, without a word: whoever says so reports it.
  std::set<int> skip_pages = {};
};

// What can be said of a file without converting it. Empty where the file does not say.
struct Facts {
  std::string mime_type;   // what it really is
  int32_t page_count = 0;  // 0 for formats without pages
  std::string title;
  std::string author;
  std::string subject;
  std::string keywords;
};

base::Result<docling::Document> Read(const Input& input, Context& context);

// A long PDF in two steps, so that several processes can share the first: pages `first` to `last`
// (from 1) in a form that Compose takes, and the document of all of them, which is that of Read.
// kUnsupported for other formats.
base::Result<std::string> ReadPages(const Input& input, int32_t first, int32_t last,
                                    Context& context);
base::Result<docling::Document> Compose(const Input& input, std::span<const std::string> parts,
                                        Context& context);

// Opens the file for real, so that what is damaged or encrypted fails here already.
base::Result<Facts> Inspect(const Input& input, Context& context);

}  // namespace formats
