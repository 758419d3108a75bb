#include "formats/pdf/page_reader.h"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "formats/pdf/characters.h"

namespace pdf {

namespace {

constexpr size_t kMostRules = 20'000;
constexpr size_t kMostFills = 20'000;
constexpr size_t kMostDrawings = 20'000;
constexpr float kThin = 5;          // points: a rectangle not thicker may be a line
constexpr float kShortestRule = 3;  // points
constexpr float kSmallestText = 1;  // points: smaller type is not for eyes
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

PageReader::PageReader(const Pdfium& pdfium, PageHandle* page, const Limits& limits,
                       FontTable& fonts, bool tagged)
    : pdfium_(pdfium), page_(page), limits_(limits), fonts_(fonts), space_({}, 0) {
  RectF shown{};
  raw_.width = PageSide(pdfium_.FPDF_GetPageWidthF(page_));
  raw_.height = PageSide(pdfium_.FPDF_GetPageHeightF(page_));
  const int turns = pdfium_.FPDFPage_GetRotation(page_);
  if (pdfium_.FPDF_GetPageBoundingBox(page_, &shown) == 0) {
    const bool sideways = (turns & 1) != 0;
    shown = {0, sideways ? raw_.width : raw_.height, sideways ? raw_.height : raw_.width, 0};
  }
  space_ = PageSpace(shown, turns);
  if (tagged) tags_ = ReadTags(pdfium_, page_);
}

RawPage PageReader::Read() {
  const int objects = pdfium_.FPDFPage_CountObjects(page_);
  for (int i = 0; i < objects && !raw_.truncated; ++i) {
    ReadObject(pdfium_.FPDFPage_GetObject(page_, i), kIdentity, 0);
  }
  ReadGlyphs();
  if (tags_.tags.size() > 1) raw_.tags = std::move(tags_.tags);
  return std::move(raw_);
}

void PageReader::ReadObject(ObjectHandle* object, const Matrix& to_page, int depth) {
  if (object == nullptr) return;
  if (++next_order_ > limits_.objects_per_page) {
    raw_.truncated = true;
    return;
  }
  switch (pdfium_.FPDFPageObj_GetType(object)) {
    case kObjectText:
      // Content ids inside of a form are the form's own.
      order_.emplace(object, Place{next_order_, depth == 0 ? TagOf(object) : uint16_t{0}});
      return;
    case kObjectPath:
      ReadPath(object, to_page);
      return;
    case kObjectImage:
      if (const Box box = Bounds(object, to_page); Sane(box)) raw_.images.push_back({box});
      return;
    case kObjectForm:
      if (depth < limits_.form_depth) ReadForm(object, to_page, depth + 1);
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

void PageReader::ReadForm(ObjectHandle* form, const Matrix& to_page, int depth) {
  Matrix matrix = kIdentity;
  pdfium_.FPDFPageObj_GetMatrix(form, &matrix);
  const Matrix inner = Concatenate(matrix, to_page);
  const int objects = pdfium_.FPDFFormObj_CountObjects(form);
  for (int i = 0; i < objects && !raw_.truncated; ++i) {
    ReadObject(pdfium_.FPDFFormObj_GetObject(form, static_cast<unsigned long>(i)), inner, depth);
  }
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

void PageReader::ReadPath(ObjectHandle* path, const Matrix& to_page) {
  const int segments = pdfium_.FPDFPath_CountSegments(path);
  if (segments <= 0) return;
  int fill = 0;
  int stroke = 0;
  if (pdfium_.FPDFPath_GetDrawMode(path, &fill, &stroke) == 0) return;
  if (fill == 0 && stroke == 0) return;  // a clip, or nothing
  const Box box = Bounds(path, to_page);
  if (!Sane(box)) return;
  const FillKind kind = fill != 0 ? ReadFill(path, box, segments) : FillKind::kNone;
  if (kind == FillKind::kLine || (kind == FillKind::kWhite && stroke == 0)) return;
  segments_ += static_cast<size_t>(segments);
  if (segments_ > limits_.path_segments_per_page) return;  // vectors beyond are not looked at
  const bool curved = ReadSegments(path, to_page, stroke == 0);
  const bool solid = kind != FillKind::kNone && std::min(box.Width(), box.Height()) > kThin;
  if ((curved || solid) && raw_.drawings.size() < kMostDrawings) {
    raw_.drawings.push_back({box, curved});
  }
}

// A filled rectangle is a line when thin, else a background; one in white shows only on others.
PageReader::FillKind PageReader::ReadFill(ObjectHandle* path, const Box& box, int segments) {
  constexpr unsigned kNearlyWhite = 250;
  if (segments < 3 || segments > 6) return FillKind::kShape;
  unsigned r = 0;
  unsigned g = 0;
  unsigned b = 0;
  unsigned a = 255;
  pdfium_.FPDFPageObj_GetFillColor(path, &r, &g, &b, &a);
  const float thick = std::min(box.Width(), box.Height());
  const float length = std::max(box.Width(), box.Height());
  if (thick <= kThin && length >= 3 * thick) {
    AddRule(box, false);
    return FillKind::kLine;
  }
  if (a >= 128 && raw_.fills.size() < kMostFills) {
    raw_.fills.push_back({box, (r & 255) << 16 | (g & 255) << 8 | (b & 255), next_order_});
  }
  return std::min({r, g, b}) >= kNearlyWhite ? FillKind::kWhite : FillKind::kShape;
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
  glyph.object = run_.number;
  glyph.tag = run_.tag;
  if (!SetCode(text, index, glyph)) return;
  if (!PlaceGlyph(text, index, glyph)) {
    ++raw_.outside;
    return;
  }
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
  code = CleanCharacter(code);
  if (code == 0) return false;
  glyph.code = code;
  return true;
}

PageReader::Run PageReader::ReadRun(TextPageHandle* text, int index, ObjectHandle* object) {
  Run run;
  run.handle = object;
  const auto found = order_.find(object);
  run.number = found == order_.end() ? next_order_ : found->second.number;
  if (found != order_.end()) run.tag = found->second.tag;
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
  if (mode == 3 || mode == 7 || a == 0 || run.size < kSmallestText) run.flags |= kInvisible;
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

// The place of a glyph; false when it is off the page or nowhere.
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
  return Contains({0, 0, raw_.width, raw_.height}, glyph.box.MidX(), glyph.box.MidY());
}

}  // namespace pdf
