// Hand-made pages for the tests of the pure stages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "formats/pdf/fonts.h"
#include "formats/pdf/line.h"
#include "formats/pdf/page.h"

namespace pdf {

// Glyphs of `text` at (x, baseline): each half an em wide; a blank is a gap of `blank` em and sets
// kSpaceBefore.
inline void AddGlyphs(RawPage& page, float x, float baseline, std::u32string_view text,
                      float size = 10, uint16_t font = 0, float blank = 0.25F) {
  const auto object = static_cast<uint32_t>(page.glyphs.size()) + 1;
  bool space = false;
  for (const char32_t code : text) {
    if (code == ' ') {
      x += blank * size;
      space = true;
      continue;
    }
    Glyph glyph;
    glyph.code = code;
    glyph.box = {x, baseline - 0.8F * size, x + 0.5F * size, baseline + 0.2F * size};
    glyph.origin_x = x;
    glyph.baseline = baseline;
    glyph.size = size;
    glyph.font = font;
    glyph.object = object;
    glyph.flags = space ? kSpaceBefore : 0;
    space = false;
    page.glyphs.push_back(glyph);
    x += 0.5F * size;
  }
}

inline RawPage EmptyPage() {
  RawPage page;
  page.width = 600;
  page.height = 800;
  return page;
}

// A line of text at (x, baseline), half an em per character.
inline Line MakeLine(float x, float baseline, std::string_view text, float size = 10,
                     bool bold = false) {
  Line line;
  line.text = text;
  line.size = line.max_size = size;
  line.baseline = baseline;
  line.box = {x, baseline - 0.8F * size, x + 0.5F * size * static_cast<float>(text.size()),
              baseline + 0.2F * size};
  line.chars = static_cast<uint16_t>(text.size());
  line.bold_share = bold ? 1 : 0;
  line.weight = bold ? 700 : 400;
  line.font = bold ? 1 : 0;
  line.font_share = 1;
  return line;
}

inline PageLines MakePage(int number, std::vector<Line> lines) {
  PageLines page;
  page.number = number;
  page.width = 600;
  page.height = 800;
  page.frame = Frame(0, 600, 800);
  page.lines = std::move(lines);
  for (const Line& line : page.lines) page.glyphs += line.chars;
  return page;
}

}  // namespace pdf
