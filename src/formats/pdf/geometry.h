// Boxes of a page. Everywhere in this folder but in the PDFium adapter and in the writer of
// provenance: points, page as shown (after /Rotate and crop), origin top left, y down.
#pragma once

#include <algorithm>

namespace pdf {

struct Box {
  float l = 0;
  float t = 0;
  float r = 0;
  float b = 0;

  float Width() const { return r - l; }
  float Height() const { return b - t; }
  float MidX() const { return (l + r) / 2; }
  float MidY() const { return (t + b) / 2; }
  float Area() const { return std::max(0.f, Width()) * std::max(0.f, Height()); }

  void Add(const Box& o) {
    l = std::min(l, o.l);
    t = std::min(t, o.t);
    r = std::max(r, o.r);
    b = std::max(b, o.b);
  }
};

// How far two intervals overlap; negative: the distance between them.
inline float Overlap(float a0, float a1, float b0, float b1) {
  return std::min(a1, b1) - std::max(a0, b0);
}
inline float OverlapX(const Box& a, const Box& b) { return Overlap(a.l, a.r, b.l, b.r); }
inline float OverlapY(const Box& a, const Box& b) { return Overlap(a.t, a.b, b.t, b.b); }

inline bool Contains(const Box& box, float x, float y) {
  return x >= box.l && x <= box.r && y >= box.t && y <= box.b;
}

inline float OverlapArea(const Box& a, const Box& b) {
  return std::max(0.f, OverlapX(a, b)) * std::max(0.f, OverlapY(a, b));
}

}  // namespace pdf
