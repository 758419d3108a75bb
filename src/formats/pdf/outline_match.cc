#include "formats/pdf/outline_match.h"

#include <cstdlib>

#include "formats/pdf/labels.h"
#include "text/utf8.h"

namespace pdf {

namespace {

std::string_view WithoutNumber(std::string_view title) {
  const Label label = ParseLabel(title);
  return label.Enumerated() ? title.substr(label.text_at) : title;
}

}  // namespace

std::string NormaliseTitle(std::string_view title) {
  std::string out;
  for (const char32_t code : text::ToUtf32(text::ToLower(title))) {
    if (text::IsLetter(code) || text::IsNumber(code)) text::AppendUtf8(code, out);
  }
  return out;
}

OutlineIndex::OutlineIndex(std::span<const OutlineEntry> outline) {
  for (const OutlineEntry& entry : outline) {
    const std::string full = NormaliseTitle(entry.title);
    const std::string bare = NormaliseTitle(WithoutNumber(entry.title));
    if (full.size() > 2) places_[full].push_back({entry.page, entry.depth});
    if (bare != full && bare.size() > 2) places_[bare].push_back({entry.page, entry.depth});
  }
}

int OutlineIndex::Find(const std::string& key, int page) const {
  const auto found = places_.find(key);
  if (found == places_.end()) return 0;
  for (const Place& place : found->second) {
    if (place.page < 0 || std::abs(place.page - page) <= 1) return place.depth;
  }
  return 0;
}

int OutlineIndex::DepthOf(std::string_view text, int page) const {
  if (places_.empty() || text.size() > 400) return 0;
  const int depth = Find(NormaliseTitle(text), page);
  return depth > 0 ? depth : Find(NormaliseTitle(WithoutNumber(text)), page);
}

}  // namespace pdf
