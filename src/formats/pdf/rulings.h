// The straight lines drawn on a page, put in order: what tables are ruled with.
#pragma once

#include <vector>

#include "formats/pdf/line.h"

namespace pdf {

// A horizontal or vertical line: where it lies across its direction, and from where to where it
// runs.
struct Edge {
  float at = 0;
  float from = 0;
  float to = 0;
  float Length() const { return to - from; }
};

struct Rulings {
  std::vector<Edge> across;  // horizontal: `at` is y; by y, then x
  std::vector<Edge> down;    // vertical: `at` is x; by x, then y
};

// Rules that nearly lie on one line are one edge; pieces that nearly touch are joined. Underlines
// of words are left out. With `soft`, the edges of filled shapes count like drawn lines.
// Deterministic, O((rules + lines) log).
Rulings CollectRulings(const PageLines& page, bool soft);

// Heights within a box at which shading over its whole width begins or ends, with none on the other
// side: the edges of shaded headers and stripes.
std::vector<Edge> StripeEdges(const PageLines& page, const Box& box);

}  // namespace pdf
