// Reads one open page: glyphs, images, rules and filled rectangles, in page space. Second half of
// the PDFium adapter.
#pragma once

#include <string>
#include <unordered_map>

#include "formats/pdf/fonts.h"
#include "formats/pdf/page.h"
#include "formats/pdf/pdfium.h"
#include "formats/pdf/reader.h"

namespace pdf {

// PDF user space → page space (after crop box and /Rotate, origin top left).
class PageSpace {
 public:
  PageSpace(const RectF& shown, int quarter_turns) : shown_(shown), turns_(quarter_turns & 3) {}

  void Point(float x, float y, float& out_x, float& out_y) const;
  Box Rect(float l, float b, float r, float t) const;
  // Degrees, clockwise as seen, of a direction of user space.
  int Angle(float dx, float dy) const;

 private:
  RectF shown_;
  int turns_;
};

// Use: PageReader(…).Read(), once.
class PageReader {
 public:
  PageReader(const Pdfium& pdfium, PageHandle* page, const Limits& limits, FontTable& fonts);
  RawPage Read();

 private:
  // What all characters of a text object share.
  struct Run {
    ObjectHandle* handle = nullptr;
    uint32_t number = 0;
    uint16_t font = 0;
    int16_t angle = 0;
    float size = 0;
    uint32_t color = 0;
    uint8_t flags = 0;
  };

  void ReadObject(ObjectHandle* object, const Matrix& to_page, int depth);
  void ReadForm(ObjectHandle* form, const Matrix& to_page, int depth);
  void ReadPath(ObjectHandle* path, const Matrix& to_page);
  void ReadSegments(ObjectHandle* path, const Matrix& to_page);
  bool ReadFill(ObjectHandle* path, const Box& box, int segments);
  Box Bounds(ObjectHandle* object, const Matrix& to_page) const;
  void AddSegment(float x0, float y0, float x1, float y1);
  void AddRule(Box box);

  void ReadGlyphs();
  void ReadGlyph(TextPageHandle* text, int index);
  Run ReadRun(TextPageHandle* text, int index, ObjectHandle* object);
  uint16_t ReadFont(ObjectHandle* object);
  bool Place(TextPageHandle* text, int index, Glyph& glyph) const;
  bool SetCode(TextPageHandle* text, int index, Glyph& glyph);

  const Pdfium& pdfium_;
  PageHandle* page_;
  const Limits& limits_;
  FontTable& fonts_;
  PageSpace space_;
  RawPage raw_;
  std::unordered_map<ObjectHandle*, uint32_t>
      order_;  // of text objects; only looked up, never walked
  std::unordered_map<FontHandle*, uint16_t> font_ids_;
  uint32_t next_order_ = 0;
  size_t segments_ = 0;
  Run run_;
  bool space_pending_ = false;
  char32_t high_surrogate_ = 0;
};

}  // namespace pdf
