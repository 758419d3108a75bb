// What the PDFium adapter hands over of one page, before any thought about structure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "formats/pdf/geometry.h"
#include "formats/pdf/tags.h"

namespace pdf {

enum GlyphFlag : uint8_t {
  kSpaceBefore = 1 << 0,  // a real space stood before it
  kHyphen = 1 << 1,       // the engine says: a hyphen at the end of a line inside a word
  kFakeBold = 1 << 2,     // drawn twice or outlined to look bold
  kUnmapped = 1 << 3,     // its font does not say which character it is
};

// Why a character cannot be seen.
enum class Hidden : uint8_t {
  kNo,
  kUnpainted,    // render mode 3 or 7
  kTransparent,  // nearly
  kTiny,         // nobody can read it
  kOffPage,
  kClipped,  // outside of what its clip lets through
  kColor,    // that of what lies under it
  kCovered,  // by what is painted later
  kLayer,    // in a layer ("optional content") that is switched off
  kField,    // in a field or annotation that is not shown
};

// One character. Characters of a ligature share one box.
struct Glyph {
  char32_t code = 0;
  Box box;             // advance wide, from ascent to descent
  float origin_x = 0;  // where the pen stood, and
  float baseline = 0;  // its y
  float size = 0;      // points, after all matrices
  uint32_t color = 0;  // 0xRRGGBB
  uint16_t font = 0;
  int16_t angle = 0;  // degrees of the writing direction, clockwise as seen, 0..359
  uint8_t flags = 0;
  Hidden hidden = Hidden::kNo;
  uint32_t object = 0;  // number of its text object on the page
  uint16_t tag = 0;     // of its page's tags
};

// `order` counts objects in painting order, also below.
struct Image {
  Box box;
  uint32_t order = 0;
};

// A thin line or rectangle, horizontal or vertical.
struct Rule {
  Box box;
  bool soft = false;  // the edge of a filled shape, not drawn as a line
  bool Horizontal() const { return box.Width() >= box.Height(); }
};

// A filled rectangle, as lines of a page are judged by it.
struct Fill {
  Box box;
  uint32_t color = 0;
  uint32_t order = 0;
};

// Where something was painted that may hide what was there, or be what text is not seen on: a
// filled shape of any form, an image, a shading.
struct Paint {
  Box box;
  uint32_t order = 0;
  uint32_t color = 0xFFFFFF;  // of a shape
  bool plain = false;         // all of the box is in that colour
};

// A link to an address.
struct Link {
  Box box;
  std::string uri;
};

// What somebody wrote to the text, not into it.
struct Note {
  Box box;
  std::string author;
  std::string text;
};

// A path that is no straight line: a curve, something slanted, or a filled shape.
struct Drawing {
  Box box;
  bool curved = false;  // has curves or slanted lines
};

struct RawPage {
  float width = 0;
  float height = 0;
  std::vector<Glyph> glyphs;  // in the engine's order, without spaces and line ends
  std::vector<Image> images;
  std::vector<Rule> rules;
  std::vector<Paint> paints;
  std::vector<Drawing> drawings;
  std::vector<Tag> tags;  // of the structure tree; empty when the file has none
  std::vector<Link> links;
  std::vector<Note> notes;
  std::u32string invisible;  // characters without width and the like, dropped from the text
  uint32_t objects = 0;      // how many were counted for `order`
  size_t outside = 0;        // glyphs dropped: not a place at all
  size_t curves = 0;         // path segments seen: text drawn as outlines shows here
  bool truncated = false;    // a limit cut the page
};

}  // namespace pdf
