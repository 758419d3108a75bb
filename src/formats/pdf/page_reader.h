// Reads one open page: glyphs, images, rules and filled rectangles, in page space. Second half of
// the PDFium adapter.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "formats/pdf/fonts.h"
#include "formats/pdf/page.h"
#include "formats/pdf/pdfium.h"
#include "formats/pdf/reader.h"
#include "formats/pdf/tags.h"
#include "formats/pdf/visibility.h"

namespace pdf {

// PDF user space → page space (after crop box and /Rotate, origin top left).
class PageSpace {
 public:
  PageSpace(const RectF& shown, int quarter_turns) : shown_(shown), turns_(quarter_turns & 3) {}
  static PageSpace Of(const Pdfium& pdfium, PageHandle* page);

  void Point(float x, float y, float& out_x, float& out_y) const;
  Box Rect(float l, float b, float r, float t) const;
  // Degrees, clockwise as seen, of a direction of user space.
  int Angle(float dx, float dy) const;

 private:
  RectF shown_;
  int turns_;
};

// What holds for all pages of a document.
struct AboutDocument {
  bool tagged = false;  // it says that it has a structure tree
  bool layers = false;  // forms may be in optional content
};

// Use: PageReader(…).Read(), once.
class PageReader {
 public:
  PageReader(const Pdfium& pdfium, PageHandle* page, const Limits& limits, FontTable& fonts,
             const AboutDocument& about);
  RawPage Read();

 private:
  // What an object takes over from the forms it stands in.
  struct Surroundings {
    Matrix to_page;
    Box clip;            // page space: nothing outside of it is painted
    bool layer = false;  // in optional content
    int depth = 0;
  };
  // A text object, by its handle.
  struct TextObject {
    uint32_t number = 0;
    uint16_t tag = 0;
    Box clip;
    bool layer = false;
  };
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
    Hidden hidden = Hidden::kNo;
    Box clip;
    bool layer = false;
  };

  void ReadObject(ObjectHandle* object, const Surroundings& around);
  void ReadForm(ObjectHandle* form, const Surroundings& around);
  void ReadPath(ObjectHandle* path, const Surroundings& around);
  bool ReadSegments(ObjectHandle* path, const Matrix& to_page, bool soft);
  enum class FillKind : uint8_t { kNone, kLine, kWhite, kShape };
  FillKind ReadFill(ObjectHandle* path, const Box& box, int segments, const Box& clip);
  uint16_t TagOf(ObjectHandle* object) const;
  Box Bounds(ObjectHandle* object, const Matrix& to_page) const;
  Box Clip(ObjectHandle* object, const Surroundings& around);
  bool InLayer(ObjectHandle* object) const;
  void AddPaint(Paint paint, const Box& clip);
  void Settle();
  bool AddSegment(float x0, float y0, float x1, float y1, bool soft);
  void AddRule(Box box, bool soft);

  void ReadGlyphs();
  void ReadGlyph(TextPageHandle* text, int index);
  Run ReadRun(TextPageHandle* text, int index, ObjectHandle* object);
  uint16_t ReadFont(ObjectHandle* object);
  bool PlaceGlyph(TextPageHandle* text, int index, Glyph& glyph) const;
  bool SetCode(TextPageHandle* text, int index, Glyph& glyph);
  char32_t Clean(char32_t code);

  const Pdfium& pdfium_;
  PageHandle* page_;
  const Limits& limits_;
  const AboutDocument about_;
  FontTable& fonts_;
  PageSpace space_;
  PageTags tags_;
  RawPage raw_;
  std::unordered_map<ObjectHandle*, TextObject> objects_;  // only looked up, never walked
  std::vector<ObjectHandle*> handles_;  // of the text objects that have glyphs, in their order
  std::vector<uint32_t> in_layer_;      // glyphs in optional content
  std::unordered_map<FontHandle*, uint16_t> font_ids_;
  uint32_t next_order_ = 0;
  size_t segments_ = 0;
  size_t clip_segments_ = 0;
  Run run_;
  bool space_pending_ = false;
  char32_t high_surrogate_ = 0;
};

}  // namespace pdf
