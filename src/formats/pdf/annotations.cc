#include "formats/pdf/annotations.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/pdf/characters.h"
#include "formats/pdf/utf16_text.h"
#include "text/utf8.h"

namespace pdf {

namespace {

constexpr int kMostAnnotations = 5'000;  // of a page
constexpr size_t kMostCharacters = 20'000;
constexpr float kUsualSize = 10;            // points
constexpr int kNotShown = 1 << 1 | 1 << 5;  // hidden, no view
constexpr int kPasswordField = 1 << 13;

enum Subtype { kNote = 1, kLink = 2, kFreeText = 3, kHighlight = 9, kStrikeOut = 12, kWidget = 20 };
enum FieldType { kCheckBox = 2, kRadioButton = 3, kComboBox = 4, kListBox = 5, kTextField = 6 };

// Text as lines that fit into a box of `width`, in characters.
std::vector<std::u32string> Wrapped(std::string_view text, size_t width) {
  std::vector<std::u32string> lines(1);
  for (const char32_t code : text::ToUtf32(text)) {
    std::u32string& line = lines.back();
    if (code == '\r' || code == '\n') {
      if (!line.empty()) lines.emplace_back();
      continue;
    }
    line.push_back(code);
    const size_t space = line.rfind(U' ');
    if (line.size() <= width || space == line.npos || space == 0) continue;
    std::u32string rest = line.substr(space + 1);
    line.resize(space);
    lines.push_back(std::move(rest));
  }
  return lines;
}

// Glyphs as if the text had been typeset in the box, from its top left.
class Typesetter {
 public:
  Typesetter(const Box& box, Hidden hidden, uint16_t font, RawPage& raw)
      : box_(box), hidden_(hidden), font_(font), raw_(raw) {}

  void Set(std::string_view text) {
    const bool one_line = box_.Height() < 2.4F * kUsualSize;
    const float size =
        std::clamp(one_line ? 0.7F * box_.Height() : kUsualSize, 4.F, 1.4F * kUsualSize);
    const auto fit = static_cast<size_t>(std::max(1.F, box_.Width() / (kAdvance * size)));
    float baseline = one_line ? box_.MidY() + 0.3F * size : box_.t + size;
    for (const auto& line : Wrapped(text, one_line ? kMostCharacters : fit)) {
      // A line too long for its box is set narrower, so that it does not run into its neighbour.
      const float room = box_.Width() / static_cast<float>(std::max<size_t>(line.size(), 1));
      Line(line, baseline, size, std::min(kAdvance * size, room));
      baseline += 1.2F * size;
    }
  }

 private:
  static constexpr float kAdvance = 0.5F;  // em

  void Line(std::u32string_view line, float baseline, float size, float advance) {
    bool space = false;
    float x = box_.l;
    for (const char32_t raw_code : line) {
      const float left = x;
      x += advance;
      if (IsBlank(raw_code)) {
        space = true;
        continue;
      }
      const char32_t code = CleanCharacter(raw_code);
      if (code == 0) {
        raw_.invisible.push_back(raw_code);
        continue;
      }
      raw_.glyphs.push_back({.code = code,
                             .box = {left, baseline - 0.8F * size, x, baseline + 0.2F * size},
                             .origin_x = left,
                             .baseline = baseline,
                             .size = size,
                             .font = font_,
                             .flags = static_cast<uint8_t>(space ? kSpaceBefore : 0),
                             .hidden = hidden_,
                             .object = raw_.objects});
      space = false;
    }
    ++raw_.objects;
  }

  const Box box_;
  const Hidden hidden_;
  const uint16_t font_;
  RawPage& raw_;
};

bool HasTextIn(const Box& box, const RawPage& raw) {
  return std::ranges::any_of(raw.glyphs, [&](const Glyph& glyph) {
    return glyph.hidden == Hidden::kNo && Contains(box, glyph.box.MidX(), glyph.box.MidY());
  });
}

}  // namespace

// PDFium answers questions about fields only with a form that could be filled in. It is told of no
// function to call, so nothing in the file can do anything.
struct Annotations::FormEnvironment {
  FormEnvironment(const Pdfium& pdfium, DocumentHandle* document)
      : pdfium(pdfium), handle(pdfium.FPDFDOC_InitFormFillEnvironment(document, &info)) {}
  ~FormEnvironment() {
    if (handle != nullptr) pdfium.FPDFDOC_ExitFormFillEnvironment(handle);
  }
  FormEnvironment(const FormEnvironment&) = delete;
  FormEnvironment& operator=(const FormEnvironment&) = delete;

  const Pdfium& pdfium;
  FormFillInfo info{.version = 1, .functions = {}};
  FormHandle* handle;
};

Annotations::Annotations(const Pdfium& pdfium, DocumentHandle* document)
    : pdfium_(pdfium), document_(document) {
  if (pdfium_.FPDF_GetFormType(document_) == 0) return;
  form_ = std::make_unique<FormEnvironment>(pdfium_, document_);
}

Annotations::~Annotations() = default;

void Annotations::Read(PageHandle* page, const PageSpace& space, FontTable& fonts,
                       RawPage& raw) const {
  const int count = std::min(pdfium_.FPDFPage_GetAnnotCount(page), kMostAnnotations);
  for (int i = 0; i < count; ++i) {
    AnnotationHandle* annotation = pdfium_.FPDFPage_GetAnnot(page, i);
    if (annotation == nullptr) continue;
    ReadOne(annotation, space, fonts, raw);
    pdfium_.FPDFPage_CloseAnnot(annotation);
  }
}

void Annotations::ReadOne(AnnotationHandle* annotation, const PageSpace& space, FontTable& fonts,
                          RawPage& raw) const {
  RectF rect{};
  if (pdfium_.FPDFAnnot_GetRect(annotation, &rect) == 0) return;
  const Box box = space.Rect(rect.left, rect.bottom, rect.right, rect.top);
  if (!(box.Width() > 0 && box.Height() > 0 && box.Width() < 1e6F && box.Height() < 1e6F)) return;
  const int subtype = pdfium_.FPDFAnnot_GetSubtype(annotation);
  const bool shown = (pdfium_.FPDFAnnot_GetFlags(annotation) & kNotShown) == 0;
  if (subtype == kLink) {
    if (std::string uri = UriOf(annotation); shown && !uri.empty()) {
      raw.links.push_back({box, std::move(uri)});
    }
  } else if (subtype == kNote || (subtype >= kHighlight && subtype <= kStrikeOut)) {
    if (std::string text = Text(annotation, "Contents"); shown && !text.empty()) {
      raw.notes.push_back({box, Text(annotation, "T"), std::move(text)});
    }
  } else if (subtype == kWidget || subtype == kFreeText) {
    const std::string text =
        subtype == kWidget ? FieldText(annotation) : Text(annotation, "Contents");
    if (text.empty() || (shown && HasTextIn(box, raw))) return;
    Typesetter(box, shown ? Hidden::kNo : Hidden::kField, fonts.Intern("Helvetica", 0), raw)
        .Set(text);
  }
}

// What stands in a field; "" for buttons, signatures, passwords, and without a form.
std::string Annotations::FieldText(AnnotationHandle* annotation) const {
  if (form_ == nullptr || form_->handle == nullptr) return {};
  const int type = pdfium_.FPDFAnnot_GetFormFieldType(form_->handle, annotation);
  if (type == kCheckBox || type == kRadioButton) {
    const std::string state = Text(annotation, "AS");
    return state.empty() || state == "Off" ? "\u2610" : "\u2612";
  }
  if (type != kTextField && type != kComboBox && type != kListBox) return {};
  const int flags = pdfium_.FPDFAnnot_GetFormFieldFlags(form_->handle, annotation);
  if (type == kTextField && (flags & kPasswordField) != 0) return {};
  return Utf16Text([&](void* buffer, unsigned long bytes) {
    return pdfium_.FPDFAnnot_GetFormFieldValue(form_->handle, annotation, buffer, bytes);
  });
}

std::string Annotations::Text(AnnotationHandle* annotation, const char* key) const {
  return Utf16Text([&](void* buffer, unsigned long bytes) {
    return pdfium_.FPDFAnnot_GetStringValue(annotation, key, buffer, bytes);
  });
}

// "" for a link to a place in the document, or to anything but an address.
std::string Annotations::UriOf(AnnotationHandle* annotation) const {
  constexpr unsigned long kUriAction = 3;
  LinkHandle* link = pdfium_.FPDFAnnot_GetLink(annotation);
  ActionHandle* action = link != nullptr ? pdfium_.FPDFLink_GetAction(link) : nullptr;
  if (action == nullptr || pdfium_.FPDFAction_GetType(action) != kUriAction) return {};
  std::array<char, 2048> buffer{};
  const unsigned long bytes =
      pdfium_.FPDFAction_GetURIPath(document_, action, buffer.data(), buffer.size());
  if (bytes == 0 || bytes > buffer.size()) return {};
  return text::Sanitise(std::string_view(buffer.data(), bytes - 1));
}

}  // namespace pdf
