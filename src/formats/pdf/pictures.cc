#include "formats/pdf/pictures.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "formats/pdf/roles.h"

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

Box Within(const Box& box, const Box& sheet) {
  return {std::max(box.l, sheet.l), std::max(box.t, sheet.t), std::min(box.r, sheet.r),
          std::min(box.b, sheet.b)};
}

std::vector<Box> FindImages(const PageLines& page, const Box& sheet) {
  std::vector<Box> boxes;
  for (const Image& image : page.images) {
    const Box box = Within(image.box, sheet);
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

// --- drawings

// Marks that stand close together.
struct Cluster {
  Box box{1e9F, 1e9F, -1e9F, -1e9F};
  size_t marks = 0;
  size_t curved = 0;
};

// The page as a raster on which marks grow together.
class Canvas {
 public:
  explicit Canvas(const Box& sheet)
      : cell_(std::max(8.F, std::max(sheet.r, sheet.b) / 200)),
        columns_(static_cast<int>(sheet.r / cell_) + 1),
        rows_(static_cast<int>(sheet.b / cell_) + 1),
        cluster_(static_cast<size_t>(columns_) * static_cast<size_t>(rows_), kBlank) {}

  void Mark(const Box& box) {
    for (int y = Cell(box.t, rows_); y <= Cell(box.b, rows_); ++y) {
      for (int x = Cell(box.l, columns_); x <= Cell(box.r, columns_); ++x) At(x, y) = kInked;
    }
  }

  // The number of the cluster a marked box belongs to, from 0.
  size_t ClusterOf(const Box& box) {
    const int x = Cell(box.l, columns_);
    const int y = Cell(box.t, rows_);
    if (At(x, y) == kInked) Fill(x, y);
    return static_cast<size_t>(At(x, y));
  }

 private:
  static constexpr int kBlank = -2;
  static constexpr int kInked = -1;

  int Cell(float at, int count) const {
    return std::clamp(static_cast<int>(at / cell_), 0, count - 1);
  }
  int& At(int x, int y) {
    return cluster_[static_cast<size_t>(y) * static_cast<size_t>(columns_) +
                    static_cast<size_t>(x)];
  }

  void Fill(int from_x, int from_y) {
    std::vector<std::pair<int, int>> open{{from_x, from_y}};
    At(from_x, from_y) = count_;
    while (!open.empty()) {
      const auto [x, y] = open.back();
      open.pop_back();
      for (int ny = std::max(0, y - 1); ny <= std::min(rows_ - 1, y + 1); ++ny) {
        for (int nx = std::max(0, x - 1); nx <= std::min(columns_ - 1, x + 1); ++nx) {
          if (At(nx, ny) != kInked) continue;
          At(nx, ny) = count_;
          open.emplace_back(nx, ny);
        }
      }
    }
    ++count_;
  }

  float cell_;
  int columns_;
  int rows_;
  std::vector<int> cluster_;
  int count_ = 0;
};

constexpr size_t kLeastMarks = 4;      // of a drawing with a caption
constexpr size_t kLeastCurves = 12;    // of one without
constexpr size_t kMostProse = 2;       // lines of running text in one
constexpr size_t kMostClusters = 300;  // that are put together, in so many passes
constexpr int kMostPasses = 8;
constexpr int kMostCaptions = 40;  // looked at on a page

class Drawings {
 public:
  Drawings(const PageLines& page, const Box& sheet, std::span<const PlacedTable> tables,
           const std::vector<bool>& taken, float body_size)
      : page_(page), sheet_(sheet), tables_(tables), taken_(taken), body_size_(body_size) {
    for (uint32_t i = 0; i < page.lines.size(); ++i) {
      const Line& line = page.lines[i];
      if (taken[i] || line.rotated) continue;
      if (std::ranges::count(line.text, ' ') >= 6) sentences_.push_back(line.box);
    }
  }

  std::vector<Box> Find() {
    std::vector<Cluster> clusters = Clusters();
    std::vector<Box> found;
    int captions = 0;
    for (const Line& line : page_.lines) {
      if (line.rotated || !IsFigureCaption(line.text) || ++captions > kMostCaptions) continue;
      const Cluster figure = Above(line.box, clusters);
      if (figure.marks >= kLeastMarks && IsLarge(figure.box)) found.push_back(Grown(figure.box));
    }
    for (const Cluster& cluster : clusters) {
      const bool drawn = cluster.curved >= kLeastCurves && IsLarge(cluster.box) &&
                         cluster.box.Area() < 0.6F * sheet_.Area();
      if (drawn && CountProse(cluster.box) <= 1) found.push_back(Grown(cluster.box));
    }
    return found;
  }

  // Lines of a figure: those that stand in it and are no caption.
  std::vector<uint32_t> LinesIn(const Box& box) const {
    std::vector<uint32_t> lines;
    for (uint32_t i = 0; i < page_.lines.size(); ++i) {
      const Line& line = page_.lines[i];
      if (taken_[i] || !Contains(box, line.box.MidX(), line.box.MidY())) continue;
      if (!IsCaption(line.text)) lines.push_back(i);
    }
    return lines;
  }

 private:
  std::vector<Drawing> Marks() const {
    std::vector<Drawing> marks = page_.drawings;
    for (const Rule& rule : page_.rules) {
      if (!rule.soft) marks.push_back({rule.box, false});
    }
    std::erase_if(marks, [&](const Drawing& mark) {
      if (mark.box.Area() > 0.5F * sheet_.Area()) return true;
      if (mark.box.r < 0 || mark.box.b < 0 || mark.box.l > sheet_.r || mark.box.t > sheet_.b) {
        return true;
      }
      return std::ranges::any_of(tables_, [&](const PlacedTable& table) {
        return Contains(table.box, mark.box.MidX(), mark.box.MidY());
      });
    });
    return marks;
  }

  std::vector<Cluster> Clusters() const {
    const std::vector<Drawing> marks = Marks();
    Canvas canvas(sheet_);
    for (const Drawing& mark : marks) canvas.Mark(mark.box);
    std::vector<Cluster> clusters;
    for (const Drawing& mark : marks) {
      const size_t at = canvas.ClusterOf(mark.box);
      if (at >= clusters.size()) clusters.resize(at + 1);
      clusters[at].box.Add(Within(mark.box, sheet_));
      ++clusters[at].marks;
      clusters[at].curved += mark.curved ? 1 : 0;
    }
    return clusters;
  }

  bool IsLarge(const Box& box) const {
    return std::min(box.Width(), box.Height()) >= 1.5F * kSmallestSide &&
           box.Area() >= kSmallestArea * sheet_.Area();
  }

  // The drawing that a caption belongs to: the clusters right above it (or else right below) and
  // those around them, as far as no running text lies between. Takes them out of `clusters`.
  Cluster Above(const Box& caption, std::vector<Cluster>& clusters) const {
    const float reach = 3.5F * body_size_;
    Cluster figure;
    for (const bool above : {true, false}) {
      for (Cluster& cluster : clusters) {
        if (cluster.marks == 0 || OverlapX(cluster.box, caption) <= 0) continue;
        const float gap = above ? caption.t - cluster.box.b : cluster.box.t - caption.b;
        if (gap > -2 && gap < reach) Take(figure, cluster);
      }
      if (figure.marks > 0) break;
    }
    if (figure.marks == 0 || CountProse(figure.box) > kMostProse) return {};
    bool grew = clusters.size() <= kMostClusters;
    for (int pass = 0; grew && pass < kMostPasses; ++pass) {
      grew = false;
      for (Cluster& cluster : clusters) {
        if (cluster.marks == 0 || !Near(figure.box, cluster.box)) continue;
        Box both = figure.box;
        both.Add(cluster.box);
        if (OverlapArea(both, caption) > 0 || CountProse(both) > kMostProse) continue;
        grew = true;
        Take(figure, cluster);
      }
    }
    return figure;
  }

  static void Take(Cluster& into, Cluster& other) {
    into.box.Add(other.box);
    into.marks += std::exchange(other.marks, 0);
    into.curved += std::exchange(other.curved, 0);
  }

  static bool Near(const Box& a, const Box& b) {
    constexpr float kNear = 36;  // points between the parts of one drawing
    return std::max(0.F, -OverlapX(a, b)) + std::max(0.F, -OverlapY(a, b)) < kNear;
  }

  // Lines of running text in a box: of some words, and over much of its width.
  size_t CountProse(const Box& box) const {
    size_t prose = 0;
    for (const Box& line : sentences_) {
      const bool inside = Contains(box, line.MidX(), line.MidY());
      if (inside && line.Width() > 0.55F * box.Width()) ++prose;
    }
    return prose;
  }

  // With the labels of axes and the like, that stand right at the edge in small type.
  Box Grown(Box box) const {
    for (int pass = 0; pass < 2; ++pass) {
      const Box reach{box.l - body_size_, box.t - body_size_, box.r + body_size_,
                      box.b + body_size_};
      for (uint32_t i = 0; i < page_.lines.size(); ++i) {
        const Line& line = page_.lines[i];
        const bool label = line.rotated || line.size < 0.95F * body_size_;
        if (taken_[i] || !label || OverlapArea(line.box, reach) <= 0 || IsCaption(line.text)) {
          continue;
        }
        if (std::ranges::count(line.text, ' ') < 6) box.Add(line.box);
      }
    }
    return Within(box, sheet_);
  }

  const PageLines& page_;
  const Box& sheet_;
  std::span<const PlacedTable> tables_;
  const std::vector<bool>& taken_;
  const float body_size_;
  std::vector<Box> sentences_;  // lines of many words
};

}  // namespace

std::vector<Figure> FindFigures(const PageLines& page, std::span<const PlacedTable> tables,
                                const std::vector<bool>& taken, float body_size) {
  const Box sheet{0, 0, page.frame.Width(), page.frame.Height()};
  const std::vector<Box> images = FindImages(page, sheet);
  Drawings drawings(page, sheet, tables, taken, body_size);
  const std::vector<Box> drawn = drawings.Find();
  std::vector<Box> all = images;
  all.insert(all.end(), drawn.begin(), drawn.end());
  std::vector<Figure> figures;
  for (const Box& box : JoinTiles(std::move(all))) {
    const bool has_drawing = std::ranges::any_of(
        drawn, [&](const Box& part) { return Contains(box, part.MidX(), part.MidY()); });
    figures.push_back({box, {}});
    if (has_drawing) figures.back().lines = drawings.LinesIn(box);
  }
  return figures;
}

}  // namespace pdf
