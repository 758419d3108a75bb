// The reading frame of a page: the page turned by quarters until its text runs to the right.
#pragma once

#include "formats/pdf/geometry.h"

namespace pdf {

// Maps between page space and a frame in which text that ran at `turns` x 90° (clockwise as seen)
// runs to the right.
class Frame {
 public:
  Frame() = default;
  Frame(int turns, float page_width, float page_height)
      : turns_(turns & 3), width_(page_width), height_(page_height) {}

  int turns() const { return turns_; }
  // The size of the page as seen in the frame.
  float Width() const { return (turns_ & 1) != 0 ? height_ : width_; }
  float Height() const { return (turns_ & 1) != 0 ? width_ : height_; }

  Box FromPage(const Box& box) const { return Turn(box, turns_, width_, height_); }
  Box ToPage(const Box& box) const { return Turn(box, 4 - turns_, Width(), Height()); }

 private:
  // Turns counter-clockwise by `turns` quarters within a page of width w, height h.
  static Box Turn(const Box& o, int turns, float w, float h) {
    switch (turns & 3) {
      case 1:
        return {o.t, w - o.r, o.b, w - o.l};
      case 2:
        return {w - o.r, h - o.b, w - o.l, h - o.t};
      case 3:
        return {h - o.b, o.l, h - o.t, o.r};
      default:
        return o;
    }
  }

  int turns_ = 0;
  float width_ = 0;
  float height_ = 0;
};

}  // namespace pdf
