#include "formats/pdf/cleaning.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace pdf {

namespace {

constexpr uint32_t kWhite = 0xFFFFFF;
constexpr double kLeastContrast = 1.2;  // WCAG ratio under which text counts as not to be seen
constexpr float kScanCover = 0.6F;      // share of the page an image covers on a scan
constexpr size_t kBands = 64;           // horizontal bands that index the fills
constexpr size_t kNeighbours = 48;      // look-ahead for duplicates; bounds hostile pages

double Channel(uint32_t value) {
  const double c = value / 255.0;
  return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double Luminance(uint32_t rgb) {
  return 0.2126 * Channel(rgb >> 16 & 255) + 0.7152 * Channel(rgb >> 8 & 255) +
         0.0722 * Channel(rgb & 255);
}

// Whether text of one colour cannot be told from a ground of the other. Yellow on white has little
// contrast, but shows.
bool LooksAlike(uint32_t a, uint32_t b) {
  constexpr int kNearChannel = 64;
  for (int shift = 0; shift <= 16; shift += 8) {
    const auto x = static_cast<int>(a >> shift & 255);
    const auto y = static_cast<int>(b >> shift & 255);
    if (std::abs(x - y) > kNearChannel) return false;
  }
  const double x = Luminance(a);
  const double y = Luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05) < kLeastContrast;
}

// The fills and images of a page, by horizontal band, to ask what lies under a point.
class Background {
 public:
  explicit Background(const RawPage& page) : height_(std::max(page.height, 1.F)), page_(page) {
    for (size_t i = 0; i < page.fills.size(); ++i) {
      const size_t first = Band(page.fills[i].box.t);
      const size_t last = Band(page.fills[i].box.b);
      for (size_t band = first; band <= last; ++band) bands_[band].push_back(i);
    }
  }

  // The colour under (x, y) before object number `order` is painted.
  uint32_t ColorAt(float x, float y, uint32_t order) const {
    const auto& band = bands_[Band(y)];
    for (auto it = band.rbegin(); it != band.rend(); ++it) {
      const Fill& fill = page_.fills[*it];
      if (fill.order < order && Contains(fill.box, x, y)) return fill.color;
    }
    return kWhite;
  }

  bool ImageAt(float x, float y) const {
    return std::ranges::any_of(page_.images,
                               [&](const Image& image) { return Contains(image.box, x, y); });
  }

 private:
  size_t Band(float y) const {
    const float at = std::clamp(y / height_, 0.F, 1.F) * kBands;
    return std::min(static_cast<size_t>(at), kBands - 1);
  }

  float height_;
  const RawPage& page_;
  std::array<std::vector<size_t>, kBands> bands_;
};

// Text in the colour of its background. Asked once per text object, at its first glyph.
void MarkUnreadable(RawPage& page) {
  const Background background(page);
  uint32_t object = std::numeric_limits<uint32_t>::max();
  bool hidden = false;
  for (Glyph& glyph : page.glyphs) {
    if (glyph.object != object) {
      object = glyph.object;
      const float x = glyph.box.MidX();
      const float y = glyph.box.MidY();
      const uint32_t below = background.ColorAt(x, y, object);
      hidden = LooksAlike(glyph.color, below) &&
               (page.images.size() > 1000 || !background.ImageAt(x, y));
    }
    if (hidden) glyph.flags |= kInvisible;
  }
}

bool IsScanWithText(const RawPage& page) {
  float largest = 0;
  for (const Image& image : page.images) {
    largest = std::max(largest, OverlapArea(image.box, {0, 0, page.width, page.height}));
  }
  const auto invisible = static_cast<size_t>(std::ranges::count_if(
      page.glyphs, [](const Glyph& glyph) { return (glyph.flags & kInvisible) != 0; }));
  return largest >= kScanCover * page.width * page.height && invisible * 2 > page.glyphs.size();
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
  MarkUnreadable(page);
  result.ocr_layer = IsScanWithText(page);
  if (result.ocr_layer) {
    for (Glyph& glyph : page.glyphs) glyph.flags &= static_cast<uint8_t>(~kInvisible);
  } else {
    result.hidden = std::erase_if(
        page.glyphs, [](const Glyph& glyph) { return (glyph.flags & kInvisible) != 0; });
  }
  result.duplicates = RemoveDuplicates(page.glyphs);
  return result;
}

}  // namespace pdf
