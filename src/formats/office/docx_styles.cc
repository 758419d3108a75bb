#include "formats/office/docx_styles.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <vector>

#include "text/utf8.h"

namespace office {
namespace {

constexpr int kMaxInheritance = 10;

constexpr std::string_view kCodeNames[] = {
    "source code",       "code",         "code block", "code listing", "html preformatted",
    "preformatted text", "preformatted", "verbatim"};
constexpr std::string_view kCodeIds[] = {"sourcecode",   "source_code",      "code",
                                         "codeblock",    "codelisting",      "htmlpreformatted",
                                         "preformatted", "preformattedtext", "verbatim"};
constexpr std::string_view kVisible[] = {"decimal",     "lowerRoman",  "upperRoman",
                                         "lowerLetter", "upperLetter", "decimalZero"};

std::string Lower(std::string_view text) { return text::ToLower(text::Strip(text)); }

bool Contains(std::string_view text, std::string_view part) {
  return text::ToLower(text).contains(part);
}

std::optional<int64_t> Number(Element element) {
  if (!element) return std::nullopt;
  constexpr int64_t kNone = INT64_MIN;
  const int64_t value = IntAttribute(element, "w:val", kNone);
  return value == kNone ? std::nullopt : std::optional(value);
}

std::optional<int> ToInt(std::string_view text) {
  text = text::Strip(text);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

// "Heading 2" → {"Heading ", "2"}, "2Heading" → {"2", "Heading"}; anything else as it is.
std::vector<std::string_view> SplitNumber(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto digit = std::ranges::find_if(text, is_digit);
  const auto first = size_t(digit - text.begin());
  if (first == text.size() || text.empty()) return {text};
  const auto rest = std::ranges::find_if_not(text.substr(first), is_digit);
  const bool only_digits = rest == text.substr(first).end();
  if (first > 0) {
    if (!only_digits) return {text};
    return {text.substr(0, first), text.substr(first)};
  }
  if (only_digits) return {text};
  const auto end = size_t(rest - text.begin());
  const auto next = std::ranges::find_if(text.substr(end), is_digit);
  return {text.substr(0, end), text.substr(end, size_t(next - text.begin()) - end)};
}

std::pair<std::string, std::optional<int>> ByLabel(const std::string& label) {
  const std::vector<std::string_view> parts = SplitNumber(label);
  if (parts.size() != 2) return {label, std::nullopt};
  for (size_t i = 0; i < 2; ++i) {
    if (Lower(parts[i]) != "heading") continue;
    auto level = ToInt(parts[1 - i]);
    if (level) level = std::max(1, *level);
    return {"Heading", level};
  }
  return {"None", std::nullopt};
}

// 1 to 9, by the style's own paragraph properties.
std::optional<int> OutlineLevel(Element style) {
  const auto level = Number(Descendant(style, "w:outlineLvl"));
  if (!level || *level < 0 || *level > 8) return std::nullopt;
  return int(*level) + 1;
}

}  // namespace

std::string StyleId(Element style) { return std::string(Attribute(style, "w:styleId")); }
std::string StyleName(Element style) {
  return std::string(Attribute(Child(style, "w:name"), "w:val"));
}

Styles::Styles(Element root) : run_defaults_(Find(root, "w:docDefaults", "w:rPrDefault", "w:rPr")) {
  for (const Element style : root.children()) {
    if (!Is(style, "w:style")) continue;
    by_id_.try_emplace(StyleId(style), style);
    const bool is_default = IsOn(style, "w:default") && HasAttribute(style, "w:default");
    if (is_default && Attribute(style, "w:type") == "paragraph") default_ = style;
  }
}

Element Styles::Of(Element paragraph) const {
  const std::string_view id = Attribute(Find(paragraph, "w:pPr", "w:pStyle"), "w:val");
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || Attribute(found->second, "w:type") != "paragraph") return default_;
  return found->second;
}

Element Styles::Named(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found != by_id_.end() ? found->second : Element();
}

Element Styles::BaseOf(Element style) const {
  return Named(Attribute(Child(style, "w:basedOn"), "w:val"));
}

Element Styles::ParagraphBaseOf(Element style) const {
  const Element base = BaseOf(style);
  return Attribute(base, "w:type") == "paragraph" ? base : Element();
}

bool Styles::IsBold(Element style) const {
  for (int i = 0; style && i < kMaxInheritance; ++i, style = BaseOf(style)) {
    if (IsOn(Find(style, "w:rPr", "w:b"), "w:val")) return true;
  }
  return false;
}

bool Styles::IsCode(Element style) const {
  for (int i = 0; style && i < kMaxInheritance; ++i, style = BaseOf(style)) {
    const bool by_name =
        std::ranges::find(kCodeNames, Lower(StyleName(style))) != std::end(kCodeNames);
    const bool by_id = std::ranges::find(kCodeIds, Lower(StyleId(style))) != std::end(kCodeIds);
    if (by_name || by_id) return true;
  }
  return false;
}

std::string Styles::FontOf(Element style) const {
  for (int i = 0; style && i < kMaxInheritance; ++i, style = BaseOf(style)) {
    if (style == default_) return {};
    const std::string font = Lower(Attribute(Find(style, "w:rPr", "w:rFonts"), "w:ascii"));
    if (!font.empty()) return font;
  }
  return {};
}

// Empty: by its name it is no heading.
std::pair<std::string, std::optional<int>> Styles::ByName(Element style) const {
  const std::string id = StyleId(style);
  if (!style || id.empty()) return {"Normal", std::nullopt};
  const size_t colon = id.find(':');
  if (colon != std::string::npos && id.find(':', colon + 1) == std::string::npos) {
    return {id.substr(0, colon), ToInt(id.substr(colon + 1))};
  }
  const Element base = ParagraphBaseOf(style);
  for (const std::string& label : {id, StyleName(style), StyleId(base), StyleName(base)}) {
    if (!Contains(label, "heading")) continue;
    if (const auto level = OutlineLevel(style)) return {"Heading", level};
    return ByLabel(label);
  }
  return {};
}

std::pair<std::string, std::optional<int>> Styles::ByOutline(Element style) const {
  const Element base = ParagraphBaseOf(style);
  const auto level = OutlineLevel(style);
  bool title = false;
  for (const std::string& label :
       {StyleId(style), StyleName(style), StyleId(base), StyleName(base)}) {
    title = title || Contains(label, "title");
  }
  if (level && !title) return {"Heading", level};
  return {StyleId(style), std::nullopt};
}

Numberings::Numberings(Element root) {
  std::map<int64_t, Element> definitions;
  for (const Element child : root.children()) {
    if (Is(child, "w:abstractNum")) {
      definitions.try_emplace(IntAttribute(child, "w:abstractNumId", -1), child);
    }
  }
  constexpr size_t kMaxLevels = 500'000;
  for (const Element child : root.children()) {
    if (!Is(child, "w:num")) continue;
    const auto found = definitions.find(Number(Child(child, "w:abstractNumId")).value_or(-1));
    if (found == definitions.end()) continue;
    for (const Element level : found->second.children()) {
      if (!Is(level, "w:lvl") || levels_.size() > kMaxLevels) continue;
      levels_.try_emplace({IntAttribute(child, "w:numId", -1), IntAttribute(level, "w:ilvl", -1)},
                          level);
    }
  }
}

NumberingPlace Numberings::PlaceOf(Element paragraph, Element style) {
  if (const Element own = Descendant(paragraph, "w:numPr")) {
    return {Number(Child(own, "w:numId")), Number(Child(own, "w:ilvl"))};
  }
  const Element inherited = Descendant(style, "w:numPr");
  NumberingPlace place{Number(Child(inherited, "w:numId")), Number(Child(inherited, "w:ilvl"))};
  if (place.id && !place.level) place.level = 0;
  return place;
}

Element Numberings::Level(int64_t id, int64_t level) const {
  const auto found = levels_.find({id, level});
  return found != levels_.end() ? found->second : Element();
}

bool Numberings::IsVisible(const NumberingPlace& place) const {
  if (!place.id) return false;
  const Element format = Descendant(Level(*place.id, place.level.value_or(0)), "w:numFmt");
  return std::ranges::find(kVisible, Attribute(format, "w:val")) != std::end(kVisible);
}

int64_t Numberings::Start(int64_t id, int64_t level) const {
  constexpr int64_t kMaxStart = 1'000'000'000;
  const int64_t start = Number(Descendant(Level(id, level), "w:start")).value_or(1);
  return std::clamp<int64_t>(start, 0, kMaxStart);
}

std::string_view Numberings::Template(int64_t id, int64_t level) const {
  return Attribute(Descendant(Level(id, level), "w:lvlText"), "w:val");
}

}  // namespace office
