#include "formats/pdf/rulings.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace pdf {

namespace {

constexpr float kSnap = 2.5F;   // points between lines that are one
constexpr float kJoin = 3;      // points between pieces of one line
constexpr float kThickest = 5;  // points: thicker is a bar, not a line
constexpr size_t kMostStripes = 400;
constexpr float kUnderlineReach = 2;  // points by which an underline may pass its words

// Lines of text by baseline, to ask whether a rule underlines one.
class Underlines {
 public:
  explicit Underlines(const PageLines& page) {
    for (const Line& line : page.lines) {
      if (!line.rotated) lines_.push_back(&line);
    }
    std::ranges::sort(lines_, [](const Line* a, const Line* b) {
      return a->baseline != b->baseline ? a->baseline < b->baseline : a->order < b->order;
    });
  }

  // Right below a baseline, and not longer than the words above it.
  bool Has(const Box& rule) const {
    constexpr float kTallest = 60;
    auto at = std::ranges::lower_bound(lines_, rule.MidY() - kTallest, {}, &Line::baseline);
    for (; at != lines_.end() && (*at)->baseline < rule.MidY() + 2; ++at) {
      const Line& line = **at;
      const float below = rule.MidY() - line.baseline;
      if (below > 0.35F * line.size || below < -0.1F * line.size) continue;
      if (rule.l > line.box.l - kUnderlineReach && rule.r < line.box.r + kUnderlineReach) {
        return true;
      }
    }
    return false;
  }

 private:
  std::vector<const Line*> lines_;
};

// Joins what overlaps or nearly touches among edges of one place.
void JoinPieces(std::span<Edge> same, std::vector<Edge>& out) {
  float sum = 0;
  for (const Edge& edge : same) sum += edge.at;
  const float at = sum / static_cast<float>(same.size());
  std::ranges::sort(same, [](const Edge& a, const Edge& b) {
    return a.from != b.from ? a.from < b.from : a.to < b.to;
  });
  bool open = false;
  for (const Edge& edge : same) {
    if (open && edge.from <= out.back().to + kJoin) {
      out.back().to = std::max(out.back().to, edge.to);
    } else {
      out.push_back({at, edge.from, edge.to});
      open = true;
    }
  }
}

std::vector<Edge> Snap(std::vector<Edge> edges) {
  std::ranges::sort(edges, [](const Edge& a, const Edge& b) {
    return a.at != b.at ? a.at < b.at : a.from < b.from;
  });
  std::vector<Edge> out;
  for (size_t first = 0; first < edges.size();) {
    size_t last = first + 1;
    while (last < edges.size() && edges[last].at - edges[first].at <= kSnap) ++last;
    JoinPieces(std::span(edges).subspan(first, last - first), out);
    first = last;
  }
  return out;
}

// The part of a box's width that shading ends (or begins) at, by height.
std::vector<Edge> ShadeEdges(const PageLines& page, const Box& box, bool bottom) {
  std::vector<Edge> edges;
  for (const Fill& fill : page.fills) {
    const float y = bottom ? fill.box.b : fill.box.t;
    if (y < box.t - kSnap || y > box.b + kSnap || OverlapX(fill.box, box) <= 0) continue;
    edges.push_back({y, std::max(fill.box.l, box.l), std::min(fill.box.r, box.r)});
  }
  edges = Snap(std::move(edges));
  if (edges.size() > kMostStripes) edges.clear();  // a pattern, or hostile
  return edges;
}

float CoveredAt(const std::vector<Edge>& edges, float y) {
  float covered = 0;
  for (const Edge& edge : edges) {
    if (std::abs(edge.at - y) <= kSnap + 1) covered += edge.Length();
  }
  return covered;
}

}  // namespace

std::vector<Edge> StripeEdges(const PageLines& page, const Box& box) {
  const std::vector<Edge> tops = ShadeEdges(page, box, false);
  const std::vector<Edge> bottoms = ShadeEdges(page, box, true);
  std::vector<Edge> stripes;
  const auto add = [&](const std::vector<Edge>& here, const std::vector<Edge>& other) {
    for (const Edge& edge : here) {
      if (CoveredAt(here, edge.at) < 0.9F * box.Width()) continue;
      if (CoveredAt(other, edge.at) > 0.1F * box.Width()) continue;
      stripes.push_back({edge.at, box.l, box.r});
    }
  };
  add(bottoms, tops);
  add(tops, bottoms);
  return stripes;
}

Rulings CollectRulings(const PageLines& page, bool soft) {
  const Underlines underlines(page);
  Rulings rulings;
  for (const Rule& rule : page.rules) {
    const Box& box = rule.box;
    if (rule.soft && !soft) continue;
    if (std::min(box.Width(), box.Height()) > kThickest) continue;
    if (rule.Horizontal()) {
      if (!underlines.Has(box)) rulings.across.push_back({box.MidY(), box.l, box.r});
    } else {
      rulings.down.push_back({box.MidX(), box.t, box.b});
    }
  }
  rulings.across = Snap(std::move(rulings.across));
  rulings.down = Snap(std::move(rulings.down));
  return rulings;
}

}  // namespace pdf
