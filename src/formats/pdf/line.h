// Lines of text, the compact model that is kept of every page while a document is read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "docling/diagnostics.h"
#include "formats/pdf/frame.h"
#include "formats/pdf/geometry.h"
#include "formats/pdf/page.h"

namespace pdf {

// Where a word of a line stands.
struct WordPlace {
  uint16_t begin = 0;  // byte of the line's text
  float l = 0;
  float r = 0;
};

// A run of words without a gap as wide as a column gutter or the space between cells. A printed
// line over two columns is two Lines.
struct Line {
  std::string text;  // words joined by one space; a hyphen at the end is kept
  Box box;           // in the reading frame
  float baseline = 0;
  float size = 0;            // points, of most characters
  float max_size = 0;        // points, of the largest letters
  uint32_t color = 0;        // of most characters
  uint32_t order = 0;        // place in the content stream: number of its first glyph
  uint16_t font = 0;         // of most characters
  uint16_t weight = 400;     // of that font, as in CSS
  uint16_t chars = 0;        // without spaces
  uint16_t bold_prefix = 0;  // bytes of text that open the line in bold, when the rest is not
  uint16_t tag = 0;          // of the page's tags: that of most characters
  uint16_t label_end = 0;    // bytes of a superscript that opens the line
  float font_share = 0;      // 0..1 of the characters in that font
  float bold_share = 0;      // 0..1 of the characters
  float italic_share = 0;
  float mono_share = 0;
  float math_share = 0;
  bool upper = false;            // has letters, all of them capitals
  bool soft_hyphen = false;      // ends in a hyphen that the engine says is inside a word
  bool dash = false;             // ends in a dash proper, which parts words
  bool rotated = false;          // does not run with the page's text
  std::vector<WordPlace> words;  // empty where they are not known
  // Labels set as superscripts: candidates for marks of footnotes.
  std::vector<std::string> superscripts;

  bool Bold() const { return bold_share > 0.6F; }
  bool Italic() const { return italic_share > 0.6F; }
  bool Mono() const { return mono_share > 0.8F; }
};

// A page as lines. Boxes are in the reading frame.
struct PageLines {
  int number = 0;   // from 1
  float width = 0;  // of the page as shown, not of the frame
  float height = 0;
  Frame frame;
  std::vector<Line> lines;  // in no particular order that later stages may rely on
  std::vector<Image> images;
  std::vector<Rule> rules;
  std::vector<Drawing> drawings;
  std::vector<Fill> fills;  // but white ones
  std::vector<Tag> tags;
  std::vector<Link> links;
  std::vector<Note> notes;
  docling::PageSource source = docling::PageSource::kText;  // of its characters
  double confidence = 0;                                    // in them, see docling::PageOrigin
  size_t glyphs = 0;                                        // visible ones
  size_t hidden = 0;    // kept out of the text: invisible or too small to read
  size_t unmapped = 0;  // visible, but the font does not say which characters they are
  size_t curves = 0;
};

}  // namespace pdf
