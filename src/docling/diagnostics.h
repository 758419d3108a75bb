// What a reader of outside bytes had to drop or guess, and where the text of each page came from.
// Damage is not failure: readers report here and go on; only "not this format", "encrypted" and
// "over limits" are errors.
#pragma once

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docling {

enum class Severity { kInfo, kWarning, kError };
BOOST_DESCRIBE_ENUM(Severity, kInfo, kWarning, kError)

// One finding: what was dropped or repaired, and where ("page 7", "sheet Costs, row 12").
struct Diagnostic {
  Severity severity = Severity::kWarning;
  std::string what;
  std::string where;
};

// Where the text of a page came from.
enum class PageSource : uint8_t {
  kText,      // the characters of the file, ordered by their place
  kTags,      // the same, ordered as the file's structure says
  kOcrLayer,  // the invisible text that somebody's OCR put over a scan
  kOcr,       // read from the picture of the page, here
  kNone,      // there is no text
  kLeftOut,   // the page could not be read
};
BOOST_DESCRIBE_ENUM(PageSource, kText, kTags, kOcrLayer, kOcr, kNone, kLeftOut)

// "text layer", "tags", "OCR layer", "OCR", "none", "left out"
std::string_view Name(PageSource source);

// Pages in a row of one kind. `confidence`, 0 to 1, in hundredths: of OCR what the engine says of
// its words, else the share of characters of which the file says what they are.
struct PageOrigin {
  int32_t first = 0;  // from 1
  int32_t last = 0;
  PageSource source = PageSource::kText;
  double confidence = 0;

  friend bool operator==(const PageOrigin&, const PageOrigin&) = default;
};

// Appends, or lengthens the last when the pages are of its kind and follow it.
void Append(const PageOrigin& pages, std::vector<PageOrigin>& all);

// Receives findings in the order they are made. Called from the reading thread only. An interface,
// because the worker streams them over a pipe while tests and tools collect them.
class DiagnosticSink {
 public:
  virtual ~DiagnosticSink() = default;
  virtual void Report(Diagnostic diagnostic) = 0;
  // Once for each page, in order. Only formats whose pages are printed ones say anything.
  virtual void ReportPage(int32_t page, PageSource source, double confidence) = 0;
};

// Keeps everything that was reported.
class CollectedDiagnostics : public DiagnosticSink {
 public:
  void Report(Diagnostic diagnostic) override { found.push_back(std::move(diagnostic)); }
  void ReportPage(int32_t page, PageSource source, double confidence) override;

  std::vector<Diagnostic> found;
  std::vector<PageOrigin> pages;
};

}  // namespace docling
