#include "formats/pdf/visibility.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "docling/hidden_text.h"

namespace pdf {

namespace {

constexpr uint32_t kWhite = 0xFFFFFF;
constexpr int kSeen = 24;                  // of 255: what a pixel must differ by to be seen
constexpr size_t kBands = 64;              // horizontal bands that index what is painted
constexpr size_t kMostLooks = 20'000'000;  // bounds hostile pages
constexpr float kMostPixels = 2'000'000;   // of the painted page

// What is painted on a page, by horizontal band.
class Paints {
 public:
  explicit Paints(const RawPage& page) : page_(page), height_(std::max(page.height, 1.F)) {
    for (uint32_t i = 0; i < page.paints.size(); ++i) {
      const size_t last = Band(page.paints[i].box.b);
      for (size_t band = Band(page.paints[i].box.t); band <= last; ++band) {
        bands_[band].push_back(i);
      }
    }
  }

  // The last thing painted where the glyph stands, before it or after it. nullptr: none.
  const Paint* Under(const Glyph& glyph) {
    return Last(glyph, [&](const Paint& paint) { return paint.order < glyph.object; });
  }
  const Paint* Over(const Glyph& glyph) {
    return Last(glyph, [&](const Paint& paint) { return paint.order > glyph.object; });
  }
  bool TooManyLooks() const { return looks_ > kMostLooks; }

 private:
  template <typename Wanted>
  const Paint* Last(const Glyph& glyph, Wanted wanted) {
    const float x = glyph.box.MidX();
    const float y = glyph.box.MidY();
    const auto& band = bands_[Band(y)];
    for (auto it = band.rbegin(); it != band.rend(); ++it) {
      const Paint& paint = page_.paints[*it];
      ++looks_;
      if (wanted(paint) && Contains(paint.box, x, y)) return &paint;
    }
    return nullptr;
  }

  size_t Band(float y) const {
    const float at = std::clamp(y / height_, 0.F, 1.F) * kBands;
    return std::min(static_cast<size_t>(at), kBands - 1);
  }

  const RawPage& page_;
  float height_;
  size_t looks_ = 0;
  std::array<std::vector<uint32_t>, kBands> bands_;
};

// May a glyph on this ground be lost on it? On a shape or image that does not fill its box the
// paper may show.
bool MayBeLost(const Glyph& glyph, const Paint* under) {
  if (under == nullptr) return docling::LooksAlike(glyph.color, kWhite);
  return docling::LooksAlike(glyph.color, under->color) ||
         (!under->plain && docling::LooksAlike(glyph.color, kWhite));
}

// A page as painted: one look at it.
class Painted {
 public:
  Painted(const Pdfium& pdfium, PageHandle* page, float width, float height)
      : pdfium_(pdfium),
        scale_(std::min(1.5F, std::sqrt(kMostPixels / std::max(width * height, 1.F)))),
        width_(std::max(1, static_cast<int>(std::lround(width * scale_)))),
        height_(std::max(1, static_cast<int>(std::lround(height * scale_)))),
        bitmap_(pdfium.FPDFBitmap_CreateEx(width_, height_, kBitmapBgrx, nullptr, 0)) {
    if (bitmap_ == nullptr) return;
    pdfium_.FPDFBitmap_FillRect(bitmap_, 0, 0, width_, height_, 0xFFFFFFFF);
    pdfium_.FPDF_RenderPageBitmap(bitmap_, page, 0, 0, width_, height_, 0, 0);
    pixels_ = static_cast<const unsigned char*>(pdfium_.FPDFBitmap_GetBuffer(bitmap_));
    stride_ = pdfium_.FPDFBitmap_GetStride(bitmap_);
  }
  ~Painted() {
    if (bitmap_ != nullptr) pdfium_.FPDFBitmap_Destroy(bitmap_);
  }
  Painted(const Painted&) = delete;
  Painted& operator=(const Painted&) = delete;

  bool valid() const { return pixels_ != nullptr; }

  bool SameIn(const Box& box, const Painted& other) const {
    const int left = At(box.l, width_);
    const int right = At(box.r, width_);
    const int bottom = At(box.b, height_);
    for (int y = At(box.t, height_); y <= bottom; ++y) {
      const auto row = static_cast<size_t>(y) * static_cast<size_t>(stride_);
      const auto begin = row + static_cast<size_t>(left) * 4;
      const auto end = row + static_cast<size_t>(right) * 4 + 4;
      for (size_t i = begin; i < end; ++i) {
        if (i % 4 != 3 && std::abs(pixels_[i] - other.pixels_[i]) > kSeen) return false;
      }
    }
    return true;
  }

 private:
  int At(float place, int size) const {
    return std::clamp(static_cast<int>(std::floor(place * scale_)), 0, size - 1);
  }

  const Pdfium& pdfium_;
  const float scale_;
  const int width_;
  const int height_;
  BitmapHandle* bitmap_;
  const unsigned char* pixels_ = nullptr;
  int stride_ = 0;
};

}  // namespace

const char* Describe(Hidden reason) {
  switch (reason) {
    case Hidden::kUnpainted:
      return "not painted";
    case Hidden::kTransparent:
      return "transparent";
    case Hidden::kTiny:
      return "too small to read";
    case Hidden::kOffPage:
      return "off the page";
    case Hidden::kClipped:
      return "clipped away";
    case Hidden::kColor:
      return "in the colour of its background";
    case Hidden::kCovered:
      return "covered";
    case Hidden::kLayer:
      return "in a layer that is switched off";
    case Hidden::kField:
      return "in a field that is not shown";
    case Hidden::kNo:
      break;
  }
  return "";
}

std::vector<Doubt> FindDoubts(const RawPage& page) {
  std::vector<Doubt> doubts;
  Paints paints(page);
  const uint32_t last = page.paints.empty() ? 0 : page.paints.back().order;  // they are in order
  uint32_t object = std::numeric_limits<uint32_t>::max();
  bool lost = false;
  for (uint32_t i = 0; i < page.glyphs.size() && !paints.TooManyLooks(); ++i) {
    const Glyph& glyph = page.glyphs[i];
    if (glyph.hidden != Hidden::kNo) continue;
    if (glyph.object != object) {
      object = glyph.object;
      lost = MayBeLost(glyph, paints.Under(glyph));
    }
    if (lost) {
      doubts.push_back({i, Hidden::kColor});
    } else if (last > glyph.object && paints.Over(glyph) != nullptr) {
      doubts.push_back({i, Hidden::kCovered});
    }
  }
  return doubts;
}

void SettleDoubts(const Pdfium& pdfium, PageHandle* handle, std::span<const Doubt> doubts,
                  std::span<ObjectHandle* const> handles, RawPage& page) {
  const Painted with(pdfium, handle, page.width, page.height);
  for (ObjectHandle* object : handles) pdfium.FPDFPageObj_SetIsActive(object, 0);
  const Painted without(pdfium, handle, page.width, page.height);
  for (ObjectHandle* object : handles) pdfium.FPDFPageObj_SetIsActive(object, 1);
  if (!with.valid() || !without.valid()) return;  // no memory for a picture: nothing is shown
  for (const Doubt& doubt : doubts) {
    Glyph& glyph = page.glyphs[doubt.glyph];
    if (with.SameIn(glyph.box, without)) glyph.hidden = doubt.reason;
  }
}

}  // namespace pdf
