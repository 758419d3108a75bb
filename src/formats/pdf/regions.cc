#include "formats/pdf/regions.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace pdf {

namespace {

constexpr int kDeepest = 32;
constexpr float kNarrowestGutter = 6;   // points
constexpr float kGutterOfType = 0.8F;   // em
constexpr float kCrossing = 0.25F;      // of the fuller side's lines may cross a gutter
constexpr float kSharedHeight = 0.35F;  // of the shorter side
constexpr float kShortLine = 0.75F;     // of the wide lines: a shorter one does not fill its column
constexpr size_t kWidest = 4096;        // bins of the projection

struct Gutter {
  float l = 0;
  float r = 0;
  float Width() const { return r - l; }
};

Box BoundsOf(std::span<const LayoutItem> items) {
  Box box = items.front().box;
  for (const LayoutItem& item : items) box.Add(item.box);
  return box;
}

bool Crosses(const LayoutItem& item, const Gutter& gutter) {
  return item.box.l < gutter.l + 1 && item.box.r > gutter.r - 1;
}

float TypicalSize(std::span<const LayoutItem> items) {
  std::vector<float> sizes;
  for (const LayoutItem& item : items) {
    if (!item.picture) sizes.push_back(item.size);
  }
  if (sizes.empty()) return 10;
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::ranges::nth_element(sizes, middle);
  return std::clamp(*middle, 2.F, 100.F);
}

// How many items cover each point of the width, in bins.
class Projection {
 public:
  Projection(std::span<const LayoutItem> items, const Box& bounds) : left_(bounds.l) {
    const float width = std::max(bounds.Width(), 1.F);
    const auto bins = std::min(kWidest, static_cast<size_t>(std::ceil(width)) + 1);
    bin_ = width / static_cast<float>(bins);
    counts_.assign(bins + 1, 0);
    for (const LayoutItem& item : items) {
      ++counts_[Bin(item.box.l)];
      --counts_[Bin(item.box.r)];
    }
    int sum = 0;
    for (int& count : counts_) count = sum += count;
    counts_.pop_back();
    peak_ = *std::ranges::max_element(counts_);
  }

  int peak() const { return peak_; }

  // The stretches where at most `most` items lie, edges of the page excluded.
  std::vector<Gutter> Gaps(int most) const {
    std::vector<Gutter> gaps;
    for (size_t i = 0; i < counts_.size();) {
      if (counts_[i] > most) {
        ++i;
        continue;
      }
      size_t end = i;
      while (end < counts_.size() && counts_[end] <= most) ++end;
      if (i > 0 && end < counts_.size()) gaps.push_back({At(i), At(end)});
      i = end;
    }
    return gaps;
  }

 private:
  size_t Bin(float x) const {
    const float at = std::round((x - left_) / bin_);
    return std::min(static_cast<size_t>(std::max(at, 0.F)), counts_.size() - 1);
  }
  float At(size_t bin) const { return left_ + static_cast<float>(bin) * bin_; }

  float left_;
  float bin_ = 1;
  int peak_ = 0;
  std::vector<int> counts_;
};

// One side of a gutter.
struct Side {
  std::vector<const LayoutItem*> items;  // by baseline
  Box box{1e9F, 1e9F, -1e9F, -1e9F};
  size_t lines = 0;
  size_t words = 0;

  void Add(const LayoutItem& item) {
    items.push_back(&item);
    box.Add(item.box);
    if (item.picture) return;
    ++lines;
    words += item.words;
  }

  // Share of lines that are nearly as wide as the wide ones are, as in prose; a side may be several
  // columns.
  float Filled() const {
    std::vector<float> widths;
    for (const LayoutItem* item : items) {
      if (!item->picture) widths.push_back(item->box.Width());
    }
    if (widths.empty()) return 1;
    const auto wide = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() * 8 / 10);
    std::ranges::nth_element(widths, wide);
    const float least = kShortLine * *wide;
    const auto filled = std::ranges::count_if(widths, [&](float width) { return width >= least; });
    return static_cast<float>(filled) / static_cast<float>(widths.size());
  }
  float WordsPerLine() const {
    return lines == 0 ? 0 : static_cast<float>(words) / static_cast<float>(lines);
  }
};

// Share of the shorter side's lines that have a partner on the same baseline.
float SharedBaselines(const Side& a, const Side& b) {
  const Side& few = a.lines <= b.lines ? a : b;
  const Side& many = a.lines <= b.lines ? b : a;
  size_t shared = 0;
  size_t at = 0;
  for (const LayoutItem* item : few.items) {
    if (item->picture) continue;
    const float reach = 0.15F * item->size + 0.3F;
    while (at < many.items.size() && many.items[at]->baseline < item->baseline - reach) ++at;
    if (at < many.items.size() && many.items[at]->baseline <= item->baseline + reach) ++shared;
  }
  return few.lines == 0 ? 0 : static_cast<float>(shared) / static_cast<float>(few.lines);
}

// Cells of rows, labels with their values, titles with page numbers: to be read across.
bool LooksTabular(const Side& left, const Side& right) {
  if (SharedBaselines(left, right) < 0.7F) return false;
  if (left.WordsPerLine() <= 3 || right.WordsPerLine() <= 3) return true;
  return left.Filled() < 0.5F || right.Filled() < 0.5F;
}

// The region is cut into parts, recursively; leaves come out in reading order.
class Cutter {
 public:
  explicit Cutter(bool right_to_left) : right_to_left_(right_to_left) {}

  void Cut(std::vector<LayoutItem> items, int depth) {
    if (items.empty()) return;
    if (items.size() > 1 && depth < kDeepest) {
      if (CutDown(items, depth)) return;
      if (CutAcross(items, depth)) return;
    }
    EmitRows(std::move(items));
  }

  std::vector<Region> Take() && { return std::move(regions_); }

 private:
  bool CutDown(std::vector<LayoutItem>& items, int depth) {
    const std::optional<Gutter> gutter = FindGutter(items);
    if (!gutter) return false;
    std::vector<LayoutItem> spanning;
    std::vector<LayoutItem> rest;
    for (LayoutItem& item : items) (Crosses(item, *gutter) ? spanning : rest).push_back(item);
    if (spanning.empty()) {
      CutSides(rest, *gutter, depth);
    } else {
      CutBands(std::move(spanning), std::move(rest), depth);
    }
    return true;
  }

  void CutSides(const std::vector<LayoutItem>& items, const Gutter& gutter, int depth) {
    std::vector<LayoutItem> left;
    std::vector<LayoutItem> right;
    const float middle = (gutter.l + gutter.r) / 2;
    for (const LayoutItem& item : items) (item.box.MidX() < middle ? left : right).push_back(item);
    if (right_to_left_) std::swap(left, right);
    ++column_;
    Cut(std::move(left), depth + 1);
    ++column_;
    Cut(std::move(right), depth + 1);
    ++column_;
  }

  // What spans the gutter parts the page into bands; each band is cut on its own.
  void CutBands(std::vector<LayoutItem> spanning, std::vector<LayoutItem> rest, int depth) {
    SortByMiddle(spanning);
    SortByMiddle(rest);
    size_t at = 0;
    std::vector<LayoutItem> together;
    for (const LayoutItem& item : spanning) {
      std::vector<LayoutItem> above;
      while (at < rest.size() && rest[at].box.MidY() < item.box.MidY()) above.push_back(rest[at++]);
      if (!above.empty()) {
        Cut(std::exchange(together, {}), depth + 1);
        Cut(std::move(above), depth + 1);
      }
      together.push_back(item);
    }
    Cut(std::move(together), depth + 1);
    Cut({rest.begin() + static_cast<std::ptrdiff_t>(at), rest.end()}, depth + 1);
  }

  // Cuts at all white stretches over the full width that are nearly as high as the highest.
  bool CutAcross(std::vector<LayoutItem>& items, int depth) {
    std::ranges::sort(items, [](const LayoutItem& a, const LayoutItem& b) {
      return a.box.t != b.box.t ? a.box.t < b.box.t : a.id < b.id;
    });
    std::vector<std::pair<size_t, float>> gaps;
    float bottom = items.front().box.b;
    float highest = 0;
    for (size_t i = 1; i < items.size(); ++i) {
      const float gap = items[i].box.t - bottom;
      if (gap > 0) gaps.emplace_back(i, gap);
      highest = std::max(highest, gap);
      bottom = std::max(bottom, items[i].box.b);
    }
    if (highest < 0.35F * TypicalSize(items)) return false;
    size_t from = 0;
    for (const auto& [at, gap] : gaps) {
      if (gap < 0.8F * highest) continue;
      CutPart(items, from, at, depth);
      from = at;
    }
    CutPart(items, from, items.size(), depth);
    return true;
  }

  void CutPart(const std::vector<LayoutItem>& items, size_t from, size_t to, int depth) {
    Cut({items.begin() + static_cast<std::ptrdiff_t>(from),
         items.begin() + static_cast<std::ptrdiff_t>(to)},
        depth + 1);
  }

  // Sorts the items by baseline.
  std::optional<Gutter> FindGutter(std::vector<LayoutItem>& items) const {
    if (items.size() < 3) return std::nullopt;
    std::ranges::sort(items, [](const LayoutItem& a, const LayoutItem& b) {
      return a.baseline != b.baseline ? a.baseline < b.baseline : a.id < b.id;
    });
    const Projection projection(items, BoundsOf(items));
    const float narrowest = std::max(kNarrowestGutter, kGutterOfType * TypicalSize(items));
    const int tolerated = static_cast<int>(kCrossing * static_cast<float>(projection.peak()));
    for (int most = 0; most <= tolerated; most = most == 0 ? 1 : most * 2) {
      std::vector<Gutter> gaps = projection.Gaps(most);
      std::erase_if(gaps, [&](const Gutter& gap) { return gap.Width() < narrowest; });
      std::ranges::sort(gaps, [](const Gutter& a, const Gutter& b) {
        return a.Width() != b.Width() ? a.Width() > b.Width() : a.l < b.l;
      });
      for (size_t i = 0; i < std::min<size_t>(gaps.size(), 6); ++i) {
        if (IsGutter(items, gaps[i])) return gaps[i];
      }
    }
    return std::nullopt;
  }

  bool IsGutter(const std::vector<LayoutItem>& items, const Gutter& gap) const {
    Side left;
    Side right;
    const float middle = (gap.l + gap.r) / 2;
    for (const LayoutItem& item : items) {
      if (!Crosses(item, gap)) (item.box.MidX() < middle ? left : right).Add(item);
    }
    if (left.items.empty() || right.items.empty()) return false;
    const float shorter = std::min(left.box.Height(), right.box.Height());
    if (OverlapY(left.box, right.box) < kSharedHeight * shorter) return false;
    const bool enough = (left.lines >= 2 && right.lines >= 2) ||
                        (left.lines + right.lines >= 3 && (left.lines == 0 || right.lines == 0));
    return enough && !LooksTabular(left, right);
  }

  static void SortByMiddle(std::vector<LayoutItem>& items) {
    std::ranges::sort(items, [](const LayoutItem& a, const LayoutItem& b) {
      return a.box.MidY() != b.box.MidY() ? a.box.MidY() < b.box.MidY() : a.id < b.id;
    });
  }

  void EmitRows(std::vector<LayoutItem> items) {
    std::ranges::sort(items, [](const LayoutItem& a, const LayoutItem& b) {
      return a.baseline != b.baseline ? a.baseline < b.baseline : a.id < b.id;
    });
    for (size_t first = 0; first < items.size();) {
      size_t last = first + 1;
      while (last < items.size() &&
             items[last].baseline - items[first].baseline < 0.4F * items[first].size) {
        ++last;
      }
      std::sort(items.begin() + static_cast<std::ptrdiff_t>(first),
                items.begin() + static_cast<std::ptrdiff_t>(last),
                [&](const LayoutItem& a, const LayoutItem& b) {
                  if (a.box.l != b.box.l) return right_to_left_ != (a.box.l < b.box.l);
                  return a.id < b.id;
                });
      first = last;
    }
    regions_.push_back({column_, std::move(items)});
  }

  bool right_to_left_;
  uint32_t column_ = 0;
  std::vector<Region> regions_;
};

}  // namespace

std::vector<Region> CutRegions(std::vector<LayoutItem> items, bool right_to_left) {
  Cutter cutter(right_to_left);
  cutter.Cut(std::move(items), 0);
  return std::move(cutter).Take();
}

}  // namespace pdf
