#include "docling/diagnostics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace docling {

std::string_view Name(PageSource source) {
  constexpr std::string_view kNames[] = {"text layer", "tags", "OCR layer",
                                         "OCR",        "none", "left out"};
  return kNames[static_cast<size_t>(source)];
}

void Append(const PageOrigin& pages, std::vector<PageOrigin>& all) {
  if (!all.empty() && all.back().last + 1 == pages.first && all.back().source == pages.source &&
      all.back().confidence == pages.confidence) {
    all.back().last = pages.last;
  } else {
    all.push_back(pages);
  }
}

void CollectedDiagnostics::ReportPage(int32_t page, PageSource source, double confidence) {
  const double rounded = std::round(std::clamp(confidence, 0.0, 1.0) * 100) / 100;
  Append({page, page, source, rounded}, pages);
}

}  // namespace docling
