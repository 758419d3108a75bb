#include "formats/pdf/cleaning.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "formats/pdf/characters.h"

namespace pdf {

namespace {

constexpr float kScanCover = 0.6F;  // share of the page that images cover on a scan
constexpr size_t kNeighbours = 48;  // look-ahead for duplicates; bounds hostile pages
constexpr size_t kMostText = 64 << 10;

bool MayBeOcr(const Glyph& glyph) {
  return glyph.hidden == Hidden::kUnpainted || glyph.hidden == Hidden::kTransparent ||
         glyph.hidden == Hidden::kCovered;
}

// Some scans are one image, others many strips.
bool IsScanWithText(const RawPage& page) {
  const Box sheet{0, 0, page.width, page.height};
  float covered = 0;
  for (const Image& image : page.images) covered += OverlapArea(image.box, sheet);
  return covered >= kScanCover * sheet.Area() &&
         std::ranges::count_if(page.glyphs, MayBeOcr) * 2 > std::ssize(page.glyphs);
}

// What lies on an image is the text of a scan.
void KeepOcrLayer(RawPage& page) {
  constexpr size_t kMostStrips = 500;
  Box all = page.images.front().box;
  for (const Image& image : page.images) all.Add(image.box);
  const bool many = page.images.size() > kMostStrips;
  for (Glyph& glyph : page.glyphs) {
    if (!MayBeOcr(glyph)) continue;
    const float x = glyph.box.MidX();
    const float y = glyph.box.MidY();
    const bool on_image =
        many ? Contains(all, x, y) : std::ranges::any_of(page.images, [&](const Image& image) {
          return Contains(image.box, x, y);
        });
    if (on_image) glyph.hidden = Hidden::kNo;
  }
}

std::vector<std::pair<Hidden, std::string>> TextOfHidden(const std::vector<Glyph>& glyphs) {
  std::vector<std::pair<Hidden, std::string>> text;
  const Glyph* last = nullptr;
  size_t bytes = 0;
  for (const Glyph& glyph : glyphs) {
    if (glyph.hidden == Hidden::kNo || bytes > kMostText) continue;
    if (text.empty() || text.back().first != glyph.hidden) text.emplace_back(glyph.hidden, "");
    std::string& piece = text.back().second;
    const bool apart = last != nullptr && ((glyph.flags & kSpaceBefore) != 0 ||
                                           std::abs(last->baseline - glyph.baseline) > glyph.size ||
                                           glyph.box.l - last->box.r > 0.2F * glyph.size);
    if (apart && !piece.empty()) piece += ' ';
    AppendCharacter(glyph.code, /*plain=*/false, piece);
    last = &glyph;
    ++bytes;
  }
  return text;
}

bool Overprints(const Glyph& a, const Glyph& b) {
  const float em = std::max(a.size, b.size);
  const float dx = std::abs(a.box.l - b.box.l);
  const float dy = std::abs(a.baseline - b.baseline);
  const bool same = dx < 0.1F * em && dy < 0.1F * em && std::abs(a.box.r - b.box.r) < 0.1F * em;
  if (same) return true;
  const float overlap = OverlapArea(a.box, b.box);
  return dx < 0.2F * em && dy < 0.2F * em && overlap > 0.7F * std::max(a.box.Area(), b.box.Area());
}

// Candidates are neighbours in the order (code, x), so that no page costs more than n log n.
size_t RemoveDuplicates(std::vector<Glyph>& glyphs) {
  std::vector<uint32_t> by_place(glyphs.size());
  std::iota(by_place.begin(), by_place.end(), 0U);
  std::ranges::sort(by_place, [&](uint32_t a, uint32_t b) {
    if (glyphs[a].code != glyphs[b].code) return glyphs[a].code < glyphs[b].code;
    if (glyphs[a].box.l != glyphs[b].box.l) return glyphs[a].box.l < glyphs[b].box.l;
    return a < b;
  });
  std::vector<bool> gone(glyphs.size(), false);
  size_t count = 0;
  for (size_t i = 0; i < by_place.size(); ++i) {
    const uint32_t first = by_place[i];
    if (gone[first]) continue;
    for (size_t j = i + 1; j < std::min(by_place.size(), i + kNeighbours); ++j) {
      const uint32_t other = by_place[j];
      const Glyph& a = glyphs[first];
      const Glyph& b = glyphs[other];
      if (b.code != a.code || b.box.l - a.box.l > 0.2F * std::max(a.size, b.size)) break;
      // The halves of a ligature such as "ff" share object and box; they are two letters.
      if (gone[other] || a.object == b.object || a.angle != b.angle || !Overprints(a, b)) continue;
      const uint32_t later = std::max(first, other);
      gone[later] = true;
      glyphs[std::min(first, other)].flags |= kFakeBold;
      ++count;
      if (later == first) break;
    }
  }
  size_t at = 0;
  std::erase_if(glyphs, [&](const Glyph&) { return gone[at++]; });
  return count;
}

}  // namespace

CleaningResult CleanGlyphs(RawPage& page) {
  CleaningResult result;
  result.ocr_layer = IsScanWithText(page);
  if (result.ocr_layer) KeepOcrLayer(page);
  result.hidden_text = TextOfHidden(page.glyphs);
  result.hidden =
      std::erase_if(page.glyphs, [](const Glyph& glyph) { return glyph.hidden != Hidden::kNo; });
  result.duplicates = RemoveDuplicates(page.glyphs);
  return result;
}

}  // namespace pdf
