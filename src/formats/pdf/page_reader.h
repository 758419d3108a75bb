// Reads one open page: glyphs, images, rules and filled rectangles, in page space. Second half of
// the PDFium adapter.
#pragma once

#include <string>
#include <unordered_map>

#include "formats/pdf/fonts.h"
#include "formats/pdf/page.h"
#include "formats/pdf/pdfium.h"
#include "formats/pdf/reader.h"
#include "formats/pdf/tags.h"

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
  // `tagged`: the document says that it has a structure tree.
  PageReader(const Pdfium& pdfium, PageHandle* page, const Limits& limits, FontTable& fonts,
             bool tagged);
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
    uint16_t tag = 0;
  };

  void ReadObject(ObjectHandle* object, const Matrix& to_page, int depth);
  void ReadForm(ObjectHandle* form, const Matrix& to_page, int depth);
  void ReadPath(ObjectHandle* path, const Matrix& to_page);
  bool ReadSegments(ObjectHandle* path, const Matrix& to_page, bool soft);
  enum class FillKind : uint8_t { kNone, kLine, kWhite, kShape };
  FillKind ReadFill(ObjectHandle* path, const Box& box, int segments);
  uint16_t TagOf(ObjectHandle* object) const;
  Box Bounds(ObjectHandle* object, const Matrix& to_page) const;
  bool AddSegment(float x0, float y0, float x1, float y1, bool soft);
  void AddRule(Box box, bool soft);

  void ReadGlyphs();
  void ReadGlyph(TextPageHandle* text, int index);
  Run ReadRun(TextPageHandle* text, int index, ObjectHandle* object);
  uint16_t ReadFont(ObjectHandle* object);
  bool PlaceGlyph(TextPageHandle* text, int index, Glyph& glyph) const;
  bool SetCode(TextPageHandle* text, int index, Glyph& glyph);

  const Pdfium& pdfium_;
  PageHandle* page_;
  const Limits& limits_;
  FontTable& fonts_;
  PageSpace space_;
  PageTags tags_;
  RawPage raw_;
  // Place of a text object in painting order, and its tag.
  struct Place {
    uint32_t number = 0;
    uint16_t tag = 0;
  };
  std::unordered_map<ObjectHandle*, Place> order_;  // only looked up, never walked
  std::unordered_map<FontHandle*, uint16_t> font_ids_;
  uint32_t next_order_ = 0;
  size_t segments_ = 0;
  Run run_;
  bool space_pending_ = false;
  char32_t high_surrogate_ = 0;
};

}  // namespace pdf
