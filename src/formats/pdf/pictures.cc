#include "formats/pdf/pictures.h"

namespace pdf {

namespace {

constexpr size_t kMostImages = 400;     // a page with more is a mosaic or hostile
constexpr float kSmallestSide = 20;     // points
constexpr float kSmallestArea = 0.01F;  // of the page
constexpr float kTileGap = 2;           // points between tiles of one picture
constexpr int kTextLines = 5;           // lines on it make a picture a background
constexpr float kWholePage = 0.9F;

bool Touch(const Box& a, const Box& b) {
  return OverlapX(a, b) > -kTileGap && OverlapY(a, b) > -kTileGap;
}

// Joins touching boxes until none touch. Sweeps by top edge; each pass at least halves what is left
// or ends.
std::vector<Box> JoinTiles(std::vector<Box> boxes) {
  for (bool changed = true; changed;) {
    changed = false;
    std::ranges::sort(
        boxes, [](const Box& a, const Box& b) { return a.t != b.t ? a.t < b.t : a.l < b.l; });
    std::vector<Box> joined;
    for (const Box& box : boxes) {
      auto other = std::ranges::find_if(joined, [&](const Box& o) { return Touch(o, box); });
      if (other == joined.end()) {
        joined.push_back(box);
      } else {
        other->Add(box);
        changed = true;
      }
    }
    boxes = std::move(joined);
  }
  return boxes;
}

}  // namespace

std::vector<Box> FindPictures(const PageLines& page) {
  const Box sheet{0, 0, page.frame.Width(), page.frame.Height()};
  std::vector<Box> boxes;
  for (const Image& image : page.images) {
    Box box = image.box;
    box = {std::max(box.l, 0.F), std::max(box.t, 0.F), std::min(box.r, sheet.r),
           std::min(box.b, sheet.b)};
    if (box.Width() > 1 && box.Height() > 1 && boxes.size() < kMostImages) boxes.push_back(box);
  }
  boxes = JoinTiles(std::move(boxes));
  std::erase_if(boxes, [&](const Box& box) {
    if (std::min(box.Width(), box.Height()) < kSmallestSide) return true;
    if (box.Area() < kSmallestArea * sheet.Area()) return true;
    if (page.lines.empty()) return false;
    if (box.Area() > kWholePage * sheet.Area()) return true;
    int inside = 0;
    for (const Line& line : page.lines) {
      if (Contains(box, line.box.MidX(), line.box.MidY()) && ++inside >= kTextLines) return true;
    }
    return false;
  });
  return boxes;
}

}  // namespace pdf
