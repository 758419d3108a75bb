#include "formats/pdf/page_reader.h"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "formats/pdf/characters.h"

namespace pdf {

namespace {

constexpr size_t kMostRules = 20'000;
constexpr size_t kMostDrawings = 20'000;
constexpr size_t kMostPaints = 20'000;
constexpr size_t kMostClipSegments = 200'000;
constexpr size_t kMostInvisible = 4096;
constexpr float kThin = 5;          // points: a rectangle not thicker may be a line
constexpr float kShortestRule = 3;  // points
constexpr float kSmallestText = 1;  // points: smaller type is not for eyes
constexpr float kFlattest = 0.1F;   // nor is type squeezed to less than this of its height
constexpr unsigned kFaintest = 13;  // of 255, opacity: less is not seen
constexpr Matrix kIdentity{1, 0, 0, 1, 0, 0};

// `first`, then `then`.
Matrix Concatenate(const Matrix& first, const Matrix& then) {
  return {
      first.a * then.a + first.b * then.c,          first.a * then.b + first.b * then.d,
      first.c * then.a + first.d * then.c,          first.c * then.b + first.d * then.d,
      first.e * then.a + first.f * then.c + then.e, first.e * then.b + first.f * then.d + then.f};
}

void Apply(const Matrix& m, float x, float y, float& out_x, float& out_y) {
  out_x = m.a * x + m.c * y + m.e;
  out_y = m.b * x + m.d * y + m.f;
}

Box Intersection(const Box& a, const Box& b) {
  return {std::max(a.l, b.l), std::max(a.t, b.t), std::min(a.r, b.r), std::min(a.b, b.b)};
}

bool Sane(const Box& box) {
  constexpr float kFar = 1e6F;
  return std::abs(box.l) < kFar && std::abs(box.t) < kFar && std::abs(box.r) < kFar &&
         std::abs(box.b) < kFar;  // false for NaN too
}

float PageSide(float side) { return std::isfinite(side) && side > 1 ? std::min(side, 1e6F) : 1; }

}  // namespace

void PageSpace::Point(float x, float y, float& out_x, float& out_y) const {
  switch (turns_) {
    case 1:
      out_x = y - shown_.bottom;
      out_y = x - shown_.left;
      return;
    case 2:
      out_x = shown_.right - x;
      out_y = y - shown_.bottom;
      return;
    case 3:
      out_x = shown_.top - y;
      out_y = shown_.right - x;
      return;
    default:
      out_x = x - shown_.left;
      out_y = shown_.top - y;
  }
}

Box PageSpace::Rect(float l, float b, float r, float t) const {
  float x0 = 0;
  float y0 = 0;
  float x1 = 0;
  float y1 = 0;
  Point(l, b, x0, y0);
  Point(r, t, x1, y1);
  return {std::min(x0, x1), std::min(y0, y1), std::max(x0, x1), std::max(y0, y1)};
}

int PageSpace::Angle(float dx, float dy) const {
  constexpr std::array<std::array<float, 4>, 4> kTurn{
      {{1, 0, 0, -1}, {0, 1, 1, 0}, {-1, 0, 0, 1}, {0, -1, -1, 0}}};
  const auto& m = kTurn[static_cast<size_t>(turns_)];
  const float x = m[0] * dx + m[1] * dy;
  const float y = m[2] * dx + m[3] * dy;
  const float angle = std::atan2(y, x) * 180 / std::numbers::pi_v<float>;
  return std::isfinite(angle) ? (static_cast<int>(std::lround(angle)) + 360) % 360 : 0;
}

PageSpace PageSpace::Of(const Pdfium& pdfium, PageHandle* page) {
  RectF shown{};
  const int turns = pdfium.FPDFPage_GetRotation(page);
  if (pdfium.FPDF_GetPageBoundingBox(page, &shown) == 0) {
    const float width = PageSide(pdfium.FPDF_GetPageWidthF(page));
    const float height = PageSide(pdfium.FPDF_GetPageHeightF(page));
    const bool sideways = (turns & 1) != 0;
    shown = {0, sideways ? width : height, sideways ? height : width, 0};
  }
  return {shown, turns};
}

PageReader::PageReader(const Pdfium& pdfium, PageHandle* page, const Limits& limits,
                       FontTable& fonts, const AboutDocument& about)
    : pdfium_(pdfium),
      page_(page),
      limits_(limits),
      about_(about),
      fonts_(fonts),
      space_(PageSpace::Of(pdfium, page)) {
  raw_.width = PageSide(pdfium_.FPDF_GetPageWidthF(page_));
  raw_.height = PageSide(pdfium_.FPDF_GetPageHeightF(page_));
  if (about_.tagged) tags_ = ReadTags(pdfium_, page_);
}

RawPage PageReader::Read() {
  const Surroundings page{.to_page = kIdentity, .clip = {0, 0, raw_.width, raw_.height}};
  const int objects = pdfium_.FPDFPage_CountObjects(page_);
  for (int i = 0; i < objects && !raw_.truncated; ++i) {
    ReadObject(pdfium_.FPDFPage_GetObject(page_, i), page);
  }
  ReadGlyphs();
  Settle();
  raw_.objects = next_order_ + 1;
  if (tags_.tags.size() > 1) raw_.tags = std::move(tags_.tags);
  return std::move(raw_);
}

void PageReader::ReadObject(ObjectHandle* object, const Surroundings& around) {
  if (object == nullptr) return;
  if (++next_order_ > limits_.objects_per_page) {
    raw_.truncated = true;
    return;
  }
  switch (pdfium_.FPDFPageObj_GetType(object)) {
    case kObjectText:
      // Content ids inside of a form are the form's own.
      objects_.emplace(object, TextObject{.number = next_order_,
                                          .tag = around.depth == 0 ? TagOf(object) : uint16_t{0},
                                          .clip = Clip(object, around),
                                          .layer = around.layer || InLayer(object)});
      return;
    case kObjectPath:
      ReadPath(object, around);
      return;
    case kObjectImage:
    case kObjectShading:
      if (const Box box = Bounds(object, around.to_page); Sane(box)) {
        AddPaint({.box = box, .order = next_order_}, Clip(object, around));
        if (pdfium_.FPDFPageObj_GetType(object) == kObjectImage) {
          raw_.images.push_back({box, next_order_});
        }
      }
      return;
    case kObjectForm:
      if (around.depth < limits_.form_depth) ReadForm(object, around);
      return;
    default:
      return;
  }
}

uint16_t PageReader::TagOf(ObjectHandle* object) const {
  if (tags_.by_content.empty()) return 0;
  const uint32_t tag = tags_.Find(pdfium_.FPDFPageObj_GetMarkedContentID(object));
  return tag <= std::numeric_limits<uint16_t>::max() ? static_cast<uint16_t>(tag) : 0;
}

void PageReader::ReadForm(ObjectHandle* form, const Surroundings& around) {
  Matrix matrix = kIdentity;
  pdfium_.FPDFPageObj_GetMatrix(form, &matrix);
  const Surroundings inner{.to_page = Concatenate(matrix, around.to_page),
                           .clip = Clip(form, around),
                           .layer = around.layer || about_.layers || InLayer(form),
                           .depth = around.depth + 1};
  const int objects = pdfium_.FPDFFormObj_CountObjects(form);
  for (int i = 0; i < objects && !raw_.truncated; ++i) {
    ReadObject(pdfium_.FPDFFormObj_GetObject(form, static_cast<unsigned long>(i)), inner);
  }
}

// The box of what all clip paths of the object let through: what is outside is certainly cut off.
Box PageReader::Clip(ObjectHandle* object, const Surroundings& around) {
  Box clip = around.clip;
  ClipPathHandle* paths = pdfium_.FPDFPageObj_GetClipPath(object);
  const int count = paths != nullptr ? pdfium_.FPDFClipPath_CountPaths(paths) : 0;
  for (int path = 0; path < count; ++path) {
    const int segments = pdfium_.FPDFClipPath_CountPathSegments(paths, path);
    if (segments <= 0) continue;
    clip_segments_ += static_cast<size_t>(segments);
    if (clip_segments_ > kMostClipSegments) return clip;
    constexpr float kFar = 1e9F;
    Box box{kFar, kFar, -kFar, -kFar};
    for (int i = 0; i < segments; ++i) {
      SegmentHandle* segment = pdfium_.FPDFClipPath_GetPathSegment(paths, path, i);
      float x = 0;
      float y = 0;
      if (segment == nullptr || pdfium_.FPDFPathSegment_GetPoint(segment, &x, &y) == 0) continue;
      float user_x = 0;
      float user_y = 0;
      Apply(around.to_page, x, y, user_x, user_y);
      space_.Point(user_x, user_y, x, y);
      box.Add({x, y, x, y});
    }
    clip = Intersection(clip, box);
  }
  return clip;
}

// Marked as optional content: `/OC /name BDC … EMC`.
bool PageReader::InLayer(ObjectHandle* object) const {
  const int marks = pdfium_.FPDFPageObj_CountMarks(object);
  for (int i = 0; i < marks; ++i) {
    MarkHandle* mark = pdfium_.FPDFPageObj_GetMark(object, static_cast<unsigned long>(i));
    std::array<char16_t, 8> name{};
    unsigned long bytes = 0;
    if (mark != nullptr &&
        pdfium_.FPDFPageObjMark_GetName(mark, name.data(), sizeof name, &bytes) != 0 &&
        bytes == 6 && name[0] == u'O' && name[1] == u'C') {
      return true;
    }
  }
  return false;
}

void PageReader::AddPaint(Paint paint, const Box& clip) {
  paint.box = Intersection(paint.box, clip);
  if (paint.box.l >= paint.box.r || paint.box.t >= paint.box.b) return;
  if (raw_.paints.size() < kMostPaints) raw_.paints.push_back(paint);
}

// Text that may not be seen: in the colour of its ground, painted over, or in a layer.
void PageReader::Settle() {
  std::vector<Doubt> doubts = FindDoubts(raw_);
  for (const uint32_t glyph : in_layer_) {
    if (raw_.glyphs[glyph].hidden == Hidden::kNo) doubts.push_back({glyph, Hidden::kLayer});
  }
  if (doubts.empty()) return;
  std::vector<uint32_t> numbers;
  for (const Doubt& doubt : doubts) numbers.push_back(raw_.glyphs[doubt.glyph].object);
  std::ranges::sort(numbers);
  std::vector<ObjectHandle*> handles;
  for (ObjectHandle* handle : handles_) {
    if (std::ranges::binary_search(numbers, objects_.at(handle).number)) handles.push_back(handle);
  }
  SettleDoubts(pdfium_, page_, doubts, handles, raw_);
}

Box PageReader::Bounds(ObjectHandle* object, const Matrix& to_page) const {
  float l = 0;
  float b = 0;
  float r = 0;
  float t = 0;
  if (pdfium_.FPDFPageObj_GetBounds(object, &l, &b, &r, &t) == 0) return {};
  std::array<float, 4> x{};
  std::array<float, 4> y{};
  Apply(to_page, l, b, x[0], y[0]);
  Apply(to_page, r, b, x[1], y[1]);
  Apply(to_page, l, t, x[2], y[2]);
  Apply(to_page, r, t, x[3], y[3]);
  return space_.Rect(std::ranges::min(x), std::ranges::min(y), std::ranges::max(x),
                     std::ranges::max(y));
}

void PageReader::ReadPath(ObjectHandle* path, const Surroundings& around) {
  const int segments = pdfium_.FPDFPath_CountSegments(path);
  if (segments <= 0) return;
  int fill = 0;
  int stroke = 0;
  if (pdfium_.FPDFPath_GetDrawMode(path, &fill, &stroke) == 0) return;
  if (fill == 0 && stroke == 0) return;  // a clip, or nothing
  const Box box = Bounds(path, around.to_page);
  if (!Sane(box)) return;
  const FillKind kind =
      fill != 0 ? ReadFill(path, box, segments, Clip(path, around)) : FillKind::kNone;
  if (kind == FillKind::kLine || (kind == FillKind::kWhite && stroke == 0)) return;
  segments_ += static_cast<size_t>(segments);
  if (segments_ > limits_.path_segments_per_page) return;  // vectors beyond are not looked at
  const bool curved = ReadSegments(path, around.to_page, stroke == 0);
  const bool solid = kind != FillKind::kNone && std::min(box.Width(), box.Height()) > kThin;
  if ((curved || solid) && raw_.drawings.size() < kMostDrawings) {
    raw_.drawings.push_back({box, curved});
  }
}

// A filled rectangle is a line when thin, else a background; one in white shows only on others.
PageReader::FillKind PageReader::ReadFill(ObjectHandle* path, const Box& box, int segments,
                                          const Box& clip) {
  constexpr unsigned kNearlyWhite = 250;
  const bool rectangle = segments >= 3 && segments <= 6;
  const float thick = std::min(box.Width(), box.Height());
  const float length = std::max(box.Width(), box.Height());
  if (rectangle && thick <= kThin && length >= 3 * thick) {
    AddRule(box, false);
    return FillKind::kLine;
  }
  unsigned r = 0;
  unsigned g = 0;
  unsigned b = 0;
  unsigned a = 255;
  pdfium_.FPDFPageObj_GetFillColor(path, &r, &g, &b, &a);
  AddPaint({.box = box,
            .order = next_order_,
            .color = (r & 255) << 16 | (g & 255) << 8 | (b & 255),
            .plain = rectangle && a >= 128},
           clip);
  return rectangle && std::min({r, g, b}) >= kNearlyWhite ? FillKind::kWhite : FillKind::kShape;
}

// Adds the straight lines of a path to the rules; true when it has curves or slanted lines.
bool PageReader::ReadSegments(ObjectHandle* path, const Matrix& to_page, bool soft) {
  bool curved = false;
  Matrix matrix = kIdentity;
  pdfium_.FPDFPageObj_GetMatrix(path, &matrix);
  const Matrix full = Concatenate(matrix, to_page);
  const int segments = pdfium_.FPDFPath_CountSegments(path);
  float start_x = 0;
  float start_y = 0;
  float last_x = 0;
  float last_y = 0;
  for (int i = 0; i < segments; ++i) {
    SegmentHandle* segment = pdfium_.FPDFPath_GetPathSegment(path, i);
    float x = 0;
    float y = 0;
    if (segment == nullptr || pdfium_.FPDFPathSegment_GetPoint(segment, &x, &y) == 0) continue;
    float user_x = 0;
    float user_y = 0;
    Apply(full, x, y, user_x, user_y);
    space_.Point(user_x, user_y, x, y);
    const int type = pdfium_.FPDFPathSegment_GetType(segment);
    if (type == kSegmentMove) {
      start_x = x;
      start_y = y;
    } else if (type == kSegmentLine) {
      curved = !AddSegment(last_x, last_y, x, y, soft) || curved;
    } else {
      ++raw_.curves;
      curved = true;
    }
    if (type != kSegmentMove && pdfium_.FPDFPathSegment_GetClose(segment) != 0) {
      curved = !AddSegment(x, y, start_x, start_y, soft) || curved;
    }
    last_x = x;
    last_y = y;
  }
  return curved;
}

// False when the segment is slanted.
bool PageReader::AddSegment(float x0, float y0, float x1, float y1, bool soft) {
  const Box box{std::min(x0, x1), std::min(y0, y1), std::max(x0, x1), std::max(y0, y1)};
  if (!Sane(box)) return true;
  const float thick = std::min(box.Width(), box.Height());
  if (thick > 0.01F * std::max(box.Width(), box.Height())) return thick < 1;
  AddRule(box, soft);
  return true;
}

void PageReader::AddRule(Box box, bool soft) {
  if (std::max(box.Width(), box.Height()) < kShortestRule) return;
  if (raw_.rules.size() < kMostRules) raw_.rules.push_back({box, soft});
}

void PageReader::ReadGlyphs() {
  TextPageHandle* text = pdfium_.FPDFText_LoadPage(page_);
  if (text == nullptr) return;
  const int count = pdfium_.FPDFText_CountChars(text);
  raw_.glyphs.reserve(static_cast<size_t>(std::clamp(count, 0, 1 << 16)));
  for (int i = 0; i < count; ++i) {
    if (raw_.glyphs.size() >= limits_.glyphs_per_page) {
      raw_.truncated = true;
      break;
    }
    ReadGlyph(text, i);
  }
  pdfium_.FPDFText_ClosePage(text);
}

void PageReader::ReadGlyph(TextPageHandle* text, int index) {
  // Generated spaces and line ends are guesses of the engine: gaps are measured here instead.
  if (pdfium_.FPDFText_IsGenerated(text, index) != 0) return;
  ObjectHandle* object = pdfium_.FPDFText_GetTextObject(text, index);
  if (object == nullptr) return;
  if (object != run_.handle) run_ = ReadRun(text, index, object);
  Glyph glyph;
  glyph.font = run_.font;
  glyph.angle = run_.angle;
  glyph.size = run_.size;
  glyph.color = run_.color;
  glyph.flags = run_.flags;
  glyph.hidden = run_.hidden;
  glyph.object = run_.number;
  glyph.tag = run_.tag;
  if (!SetCode(text, index, glyph)) return;
  if (!PlaceGlyph(text, index, glyph)) {
    ++raw_.outside;
    return;
  }
  const float x = glyph.box.MidX();
  const float y = glyph.box.MidY();
  if (!Contains({0, 0, raw_.width, raw_.height}, x, y)) {
    glyph.hidden = Hidden::kOffPage;
  } else if (glyph.hidden == Hidden::kNo && !Contains(run_.clip, x, y)) {
    glyph.hidden = Hidden::kClipped;
  }
  if (run_.layer) in_layer_.push_back(static_cast<uint32_t>(raw_.glyphs.size()));
  if (space_pending_) glyph.flags |= kSpaceBefore;
  space_pending_ = false;
  raw_.glyphs.push_back(glyph);
}

// Decides which character it is. False: none that is kept.
bool PageReader::SetCode(TextPageHandle* text, int index, Glyph& glyph) {
  char32_t code = pdfium_.FPDFText_GetUnicode(text, index);
  if (code >= 0xD800 && code < 0xDC00) {
    high_surrogate_ = code;
    return false;
  }
  if (code >= 0xDC00 && code < 0xE000) {
    if (high_surrogate_ == 0) return false;
    code = 0x10000 + ((high_surrogate_ - 0xD800) << 10) + (code - 0xDC00);
  }
  high_surrogate_ = 0;
  if (pdfium_.FPDFText_HasUnicodeMapError(text, index) > 0) glyph.flags |= kUnmapped;
  if (code == 0x02 || code == 0xFFFE || code == 0xAD ||
      pdfium_.FPDFText_IsHyphen(text, index) > 0) {
    glyph.flags |= kHyphen;
    code = '-';
  }
  if (IsBlank(code)) {
    space_pending_ = true;
    return false;
  }
  glyph.code = Clean(code);
  return glyph.code != 0;
}

// Remembers what is dropped, but for controls: it may be a message of its own.
char32_t PageReader::Clean(char32_t code) {
  const char32_t clean = CleanCharacter(code);
  if (clean == 0 && code > 0xFF && raw_.invisible.size() < kMostInvisible) {
    raw_.invisible.push_back(code);
  }
  return clean;
}

PageReader::Run PageReader::ReadRun(TextPageHandle* text, int index, ObjectHandle* object) {
  Run run;
  run.handle = object;
  const auto found = objects_.find(object);
  if (found == objects_.end()) {
    run.number = next_order_;
    run.clip = {0, 0, raw_.width, raw_.height};
  } else {
    run.number = found->second.number;
    run.tag = found->second.tag;
    run.clip = found->second.clip;
    run.layer = found->second.layer;
    handles_.push_back(object);
  }
  run.font = ReadFont(object);
  Matrix m = kIdentity;
  pdfium_.FPDFText_GetMatrix(text, index, &m);
  // The raw Tf operand; many producers write 1 and scale with the matrix.
  const auto raw_size = static_cast<float>(pdfium_.FPDFText_GetFontSize(text, index));
  run.size = std::abs(raw_size) * std::hypot(m.c, m.d);
  if (!std::isfinite(run.size)) run.size = 0;
  const float forward = raw_size < 0 ? -1.F : 1.F;
  run.angle = static_cast<int16_t>(space_.Angle(forward * m.a, forward * m.b));
  unsigned r = 0;
  unsigned g = 0;
  unsigned b = 0;
  unsigned a = 255;
  const int mode = pdfium_.FPDFTextObj_GetTextRenderMode(object);
  if (mode == 1 || mode == 5) {
    pdfium_.FPDFPageObj_GetStrokeColor(object, &r, &g, &b, &a);
  } else {
    pdfium_.FPDFPageObj_GetFillColor(object, &r, &g, &b, &a);
  }
  run.color = (r & 255) << 16 | (g & 255) << 8 | (b & 255);
  if (mode == 2) run.flags |= kFakeBold;
  const float width = std::abs(raw_size) * std::hypot(m.a, m.b);
  if (run.size < kSmallestText || width < kFlattest * run.size) run.hidden = Hidden::kTiny;
  if (a < kFaintest) run.hidden = Hidden::kTransparent;
  if (mode == 3 || mode == 7) run.hidden = Hidden::kUnpainted;
  return run;
}

uint16_t PageReader::ReadFont(ObjectHandle* object) {
  FontHandle* font = pdfium_.FPDFTextObj_GetFont(object);
  if (font == nullptr) return fonts_.Intern("", 0);
  if (const auto found = font_ids_.find(font); found != font_ids_.end()) return found->second;
  std::array<char, 256> name{};
  pdfium_.FPDFFont_GetBaseFontName(font, name.data(), name.size() - 1);
  const int flags = pdfium_.FPDFFont_GetFlags(font);
  const uint16_t id = fonts_.Intern(name.data(), flags < 0 ? 0 : flags);
  font_ids_.emplace(font, id);
  return id;
}

// The place of a glyph; false when it is nowhere.
bool PageReader::PlaceGlyph(TextPageHandle* text, int index, Glyph& glyph) const {
  RectF loose{};
  double l = 0;
  double r = 0;
  double b = 0;
  double t = 0;
  double x = 0;
  double y = 0;
  if (pdfium_.FPDFText_GetCharOrigin(text, index, &x, &y) == 0) return false;
  float origin_x = 0;
  float origin_y = 0;
  space_.Point(static_cast<float>(x), static_cast<float>(y), origin_x, origin_y);
  if (pdfium_.FPDFText_GetLooseCharBox(text, index, &loose) != 0 && loose.right > loose.left) {
    glyph.box = space_.Rect(loose.left, loose.bottom, loose.right, loose.top);
  } else if (pdfium_.FPDFText_GetCharBox(text, index, &l, &r, &b, &t) != 0) {
    glyph.box = space_.Rect(static_cast<float>(l), static_cast<float>(b), static_cast<float>(r),
                            static_cast<float>(t));
  }
  if (!Sane(glyph.box) || !std::isfinite(origin_x) || !std::isfinite(origin_y)) return false;
  glyph.baseline = origin_y;
  glyph.origin_x = origin_x;
  return true;
}

}  // namespace pdf
