// What is usual in a document: the type of its body text and the pitch of its lines. Everything
// that stands out (headings, notes) is judged against it.
#pragma once

#include <compare>
#include <map>
#include <vector>

#include "formats/pdf/line.h"

namespace pdf {

// The look of a line, coarse enough to recur.
struct Style {
  int half_points = 0;  // size in units of 0.5 pt
  bool bold = false;
  bool italic = false;
  uint32_t color = 0;
  uint16_t font = 0;
  uint16_t weight = 400;

  auto operator<=>(const Style&) const = default;
};

Style StyleOf(const Line& line);

struct Statistics {
  float body_size = 10;     // points, of most text in lines of some length
  Style body;               // the commonest style of that size
  float body_pitch = 1.2F;  // distance of baselines in body text, in em
  size_t characters = 0;
  std::map<Style, size_t> styles;  // characters of each style
  bool tags = false;               // the tags of the document are to be trusted

  // Share of the document's characters set in `style`, 0..1.
  float Share(const Style& style) const;
};

// O(lines log lines).
Statistics MeasureDocument(const std::vector<PageLines>& pages);

}  // namespace pdf
