#include "formats/css.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>

#include "text/utf8.h"

namespace formats {
namespace {

constexpr size_t kMostRules = 50'000;
constexpr size_t kMostWork = 5'000'000;
constexpr int kDeepest = 8;       // of @media in @media
constexpr float kFarAway = -500;  // pixels: nobody scrolls there
constexpr float kPixelsPerEm = 16;

std::string Lower(std::string_view text) { return text::ToLower(text::Strip(text)); }

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text::Strip(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return parts;
}

std::string WithoutComments(std::string_view css) {
  std::string out;
  while (true) {
    const size_t open = css.find("/*");
    out += css.substr(0, open);
    if (open == std::string_view::npos) return out;
    const size_t close = css.find("*/", open + 2);
    if (close == std::string_view::npos) return out;
    css.remove_prefix(close + 2);
    out += ' ';
  }
}

// --- values

struct Named {
  std::string_view name;
  uint32_t color;
};
constexpr Named kNamed[] = {
    {"white", 0xFFFFFF},      {"black", 0x000000},      {"red", 0xFF0000},
    {"green", 0x008000},      {"blue", 0x0000FF},       {"gray", 0x808080},
    {"grey", 0x808080},       {"silver", 0xC0C0C0},     {"yellow", 0xFFFF00},
    {"navy", 0x000080},       {"maroon", 0x800000},     {"purple", 0x800080},
    {"teal", 0x008080},       {"olive", 0x808000},      {"lime", 0x00FF00},
    {"aqua", 0x00FFFF},       {"cyan", 0x00FFFF},       {"fuchsia", 0xFF00FF},
    {"magenta", 0xFF00FF},    {"orange", 0xFFA500},     {"snow", 0xFFFAFA},
    {"ivory", 0xFFFFF0},      {"ghostwhite", 0xF8F8FF}, {"whitesmoke", 0xF5F5F5},
    {"floralwhite", 0xFFFAF0}};

std::optional<float> ToFloat(std::string_view& text) {
  float value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

std::optional<uint32_t> HexColor(std::string_view digits) {
  uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (digits.size() == 4 || digits.size() == 8) {
    const bool clear = (value & (digits.size() == 4 ? 0xFU : 0xFFU)) == 0;
    if (clear) return kUnknownColor;
    return HexColor(digits.substr(0, digits.size() == 4 ? 3 : 6));
  }
  if (digits.size() == 6) return value;
  if (digits.size() != 3) return std::nullopt;
  const auto wide = [](uint32_t digit) { return digit * 17; };
  return wide(value >> 8 & 15) << 16 | wide(value >> 4 & 15) << 8 | wide(value & 15);
}

// rgb(1, 2, 3), rgba(1 2 3 / 50%)
std::optional<uint32_t> RgbColor(std::string_view inside) {
  std::string plain(inside);
  std::ranges::replace_if(plain, [](char c) { return c == ',' || c == '/'; }, ' ');
  uint32_t color = 0;
  size_t part = 0;
  for (std::string_view word : text::SplitOnSpace(plain)) {
    auto value = ToFloat(word);
    if (!value) return std::nullopt;
    if (part == 3) return *value <= (word == "%" ? 5.F : 0.05F) ? kUnknownColor : color;
    if (word == "%") value = *value * 2.55F;
    color = color << 8 | static_cast<uint32_t>(std::clamp(*value, 0.F, 255.F));
    ++part;
  }
  return part == 3 ? std::optional(color) : std::nullopt;
}

// A length in pixels, or with `relative` set a factor of the font's size. nullopt: none.
std::optional<float> Length(std::string_view value, bool& relative) {
  relative = false;
  const auto number = ToFloat(value);
  if (!number) return std::nullopt;
  if (value.empty() || value == "px") return number;
  if (value == "pt") return *number * 4 / 3;
  if (value == "em" || value == "%") {
    relative = true;
    return value == "%" ? *number / 100 : *number;
  }
  if (value == "rem" || value == "vw" || value == "vh" || value == "ch" || value == "ex") {
    return *number * kPixelsPerEm;
  }
  if (value == "cm" || value == "in") return *number * 38;
  return std::nullopt;
}

std::optional<float> Pixels(std::string_view value) {
  bool relative = false;
  const auto length = Length(value, relative);
  return length && relative ? std::optional(*length * kPixelsPerEm) : length;
}

// --- declarations

// What hides only together with something else.
struct Shape {
  bool positioned = false;
  bool moved = false;  // by left, top …
  bool cut = false;    // overflow is hidden
  bool flat = false;   // no width or no height to speak of
  bool clipped = false;
};

bool IsFar(std::string_view value) { return Pixels(value).value_or(0) <= kFarAway; }

// Some argument of a transform says "far away" or "nothing".
bool IsTransformedAway(std::string_view value) {
  if (value.starts_with("scale")) {
    value.remove_prefix(std::min(value.find('(') + 1, value.size()));
    return ToFloat(value).value_or(1) == 0;
  }
  if (!value.starts_with("translate")) return false;
  value.remove_prefix(std::min(value.find('(') + 1, value.size()));
  for (std::string_view part : Split(value.substr(0, value.find(')')), ',')) {
    if (IsFar(part)) return true;
  }
  return false;
}

bool ClipsAll(std::string_view name, std::string_view value) {
  if (name == "clip-path") {
    return value.starts_with("inset(50%") || value.starts_with("inset(100%") ||
           value.starts_with("circle(0") || value.starts_with("polygon(0 0");
  }
  if (!value.starts_with("rect(")) return false;
  std::string inside(value.substr(5, value.find(')') - 5));
  std::ranges::replace(inside, ',', ' ');
  bool any = false;
  for (const std::string_view side : text::SplitOnSpace(inside)) {
    any = true;
    if (std::abs(Pixels(side).value_or(99)) > 1) return false;
  }
  return any;
}

void Background(std::string_view name, std::string_view value, CssLook& look) {
  if (value.find("url(") != value.npos || value.find("gradient(") != value.npos) {
    look.background = kUnknownColor;
    return;
  }
  if (auto color = ParseColor(value)) {
    look.background = color;
  } else if (name == "background") {
    for (const std::string_view word : text::SplitOnSpace(value)) {
      if (const auto found = ParseColor(word)) look.background = found;
    }
    if (!look.background && value != "none") look.background = kUnknownColor;
  } else {
    look.background = kUnknownColor;
  }
  // Nothing of its own: what is behind shows.
  if (value == "none" || value == "transparent" || value == "inherit" || value == "initial") {
    look.background.reset();
  }
}

void TextColor(std::string_view value, CssLook& look) {
  look.color = ParseColor(value);
  look.transparent = look.color == kUnknownColor;
  if (!look.color && value != "inherit") look.color = kUnknownColor;
}

void FontSize(std::string_view value, CssLook& look) {
  look.font_size = Length(value, look.relative_size);
  if (!look.font_size && value != "inherit") look.font_size = kPixelsPerEm;  // "small", var(…)
}

bool InheritedProperty(std::string_view name, std::string_view value, CssLook& look) {
  if (name == "visibility") {
    look.visible = value != "hidden" && value != "collapse";
  } else if (name == "font-size") {
    FontSize(value, look);
  } else if (name == "text-indent") {
    look.indented_away = IsFar(value);
  } else if (name == "color") {
    TextColor(value, look);
  } else {
    return false;
  }
  return true;
}

bool ShapeProperty(std::string_view name, std::string_view value, Shape& shape) {
  if (name == "position") {
    shape.positioned = value == "absolute" || value == "fixed" || value == "relative";
  } else if (name == "left" || name == "top" || name == "right" || name == "bottom") {
    shape.moved = shape.moved || IsFar(value);
  } else if (name == "overflow" || name == "overflow-x" || name == "overflow-y") {
    shape.cut = value == "hidden" || value == "clip";
  } else if (name == "width" || name == "height" || name == "max-width" || name == "max-height") {
    shape.flat = shape.flat || std::abs(Pixels(value).value_or(99)) <= 1;
  } else if (name == "clip" || name == "clip-path") {
    shape.clipped = shape.clipped || ClipsAll(name, value);
  } else {
    return false;
  }
  return true;
}

void OwnProperty(std::string_view name, std::string_view value, CssLook& look) {
  if (name == "display") {
    look.displayed = value != "none";
  } else if (name == "opacity") {
    bool percent = false;
    look.opacity = Length(value, percent);
  } else if (name == "margin-left" || name == "margin-top") {
    if (IsFar(value)) look.away = true;
  } else if (name == "transform") {
    if (IsTransformedAway(value)) look.away = true;
  } else if (name == "background" || name == "background-color" || name == "background-image") {
    Background(name, value, look);
  }
}

}  // namespace

std::optional<uint32_t> ParseColor(std::string_view value) {
  const std::string lower = Lower(value);
  const std::string_view text = lower;
  if (text == "transparent") return kUnknownColor;
  if (text.starts_with('#')) return HexColor(text.substr(1));
  if (text.starts_with("rgb")) {
    const size_t open = text.find('(');
    if (open == text.npos) return std::nullopt;
    return RgbColor(text.substr(open + 1, text.find(')') - open - 1));
  }
  const auto* found = std::ranges::find(kNamed, text, &Named::name);
  return found != std::end(kNamed) ? std::optional(found->color) : std::nullopt;
}

CssLook ParseDeclarations(std::string_view declarations) {
  CssLook look;
  Shape shape;
  for (const std::string_view declaration : Split(declarations, ';')) {
    const size_t colon = declaration.find(':');
    if (colon == declaration.npos) continue;
    const std::string name = Lower(declaration.substr(0, colon));
    std::string value = Lower(declaration.substr(colon + 1));
    if (const size_t important = value.find('!'); important != value.npos) {
      value = text::Strip(std::string_view(value).substr(0, important));
    }
    if (!InheritedProperty(name, value, look) && !ShapeProperty(name, value, shape)) {
      OwnProperty(name, value, look);
    }
  }
  if ((shape.positioned && (shape.moved || shape.clipped)) || (shape.cut && shape.flat)) {
    look.away = true;
  }
  return look;
}

// --- style sheets

void StyleSheets::Add(std::string_view css) { AddBlock(WithoutComments(css), 0); }

namespace {

// For what is there only while somebody points at it, or is no element.
bool IsMomentary(std::string_view selector) {
  for (const std::string_view state : {":hover", ":focus", ":active", ":visited", "::", ":before",
                                       ":after", ":checked", ":disabled", ":target"}) {
    if (selector.find(state) != selector.npos) return true;
  }
  return false;
}

// The end of the block that opens at `open`: behind its closing brace, or of everything.
size_t EndOfBlock(std::string_view css, size_t open) {
  int depth = 0;
  for (size_t i = open; i < css.size(); ++i) {
    if (css[i] == '{') ++depth;
    if (css[i] == '}' && --depth == 0) return i + 1;
  }
  return css.size();
}

bool IsForScreens(std::string_view at_rule) {
  const std::string lower = Lower(at_rule);
  if (lower.starts_with("@supports") || lower.starts_with("@layer")) return true;
  return lower.starts_with("@media") && !lower.contains("print") && !lower.contains("not ") &&
         !lower.contains("width");
}

}  // namespace

void StyleSheets::AddBlock(std::string_view css, int depth) {
  while (!css.empty()) {
    const size_t open = css.find_first_of("{;");
    if (open == css.npos) return;
    const std::string_view prelude = text::Strip(css.substr(0, open));
    if (css[open] == ';') {
      if (Lower(prelude).starts_with("@import")) unknown_backgrounds_ = true;
      css.remove_prefix(open + 1);
      continue;
    }
    const size_t end = EndOfBlock(css, open);
    const size_t close = css[end - 1] == '}' ? end - 1 : end;
    const std::string_view inside = css.substr(open + 1, close - std::min(close, open + 1));
    if (!prelude.starts_with('@')) {
      AddRule(prelude, ParseDeclarations(inside));
    } else if (depth < kDeepest && IsForScreens(prelude)) {
      AddBlock(inside, depth + 1);
    }
    css.remove_prefix(end);
  }
}

void StyleSheets::AddRule(std::string_view selectors, const CssLook& look) {
  for (const std::string_view one : Split(selectors, ',')) {
    auto selector = ParseSelector(one);
    if (!selector || rules_.size() >= kMostRules) {
      unknown_backgrounds_ |= look.background.has_value() && !IsMomentary(one);
      continue;
    }
    Rule rule{.selector = std::move(*selector), .look = look};
    for (const Compound& compound : rule.selector) {
      rule.weight +=
          static_cast<uint32_t>((compound.id.empty() ? 0 : 10'000) + 100 * compound.classes.size() +
                                (compound.tag.empty() ? 0 : 1));
    }
    const Compound& last = rule.selector.back();
    const std::string key = !last.id.empty()        ? "#" + last.id
                            : !last.classes.empty() ? "." + last.classes.front()
                            : !last.tag.empty()     ? last.tag
                                                    : "*";
    by_key_[key].push_back(static_cast<uint32_t>(rules_.size()));
    rules_.push_back(std::move(rule));
  }
}

// nullopt: it has something that is not simple.
std::optional<std::vector<StyleSheets::Compound>> StyleSheets::ParseSelector(
    std::string_view text) {
  std::vector<Compound> selector;
  bool child = false;
  for (const std::string_view word : text::SplitOnSpace(text)) {
    if (word == ">") {
      child = true;
      continue;
    }
    if (word.find_first_of(":[+~>\"\\") != word.npos) return std::nullopt;
    Compound compound{.child = std::exchange(child, false)};
    const size_t first = std::min(word.find_first_of(".#"), word.size());
    if (word.substr(0, first) != "*") compound.tag = Lower(word.substr(0, first));
    for (size_t at = first; at < word.size();) {
      const size_t end = std::min(word.find_first_of(".#", at + 1), word.size());
      const std::string name(word.substr(at + 1, end - at - 1));
      if (name.empty()) return std::nullopt;
      if (word[at] == '#') {
        compound.id = name;
      } else {
        compound.classes.push_back(name);
      }
      at = end;
    }
    selector.push_back(std::move(compound));
  }
  if (selector.empty() || child) return std::nullopt;
  return selector;
}

bool StyleSheets::Fits(const Compound& compound, const HtmlTree& tree, NodeId element) {
  if (!compound.tag.empty() && compound.tag != NameOf(tree[element].tag)) return false;
  if (!compound.id.empty()) {
    const std::string* id = tree.Attribute(element, "id");
    if (id == nullptr || *id != compound.id) return false;
  }
  if (compound.classes.empty()) return true;
  const std::string* classes = tree.Attribute(element, "class");
  if (classes == nullptr) return false;
  const auto names = text::SplitOnSpace(*classes);
  return std::ranges::all_of(compound.classes, [&](const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  });
}

// From the inside out. A step may be any ancestor; the nearest that fits is taken, as nearly all
// style sheets mean it.
bool StyleSheets::Fits(const Rule& rule, const HtmlTree& tree, NodeId element) const {
  ++work_;
  if (!Fits(rule.selector.back(), tree, element)) return false;
  NodeId at = element;
  for (size_t i = rule.selector.size() - 1; i > 0; --i) {
    const bool only_parent = rule.selector[i].child;
    do {
      at = tree[at].parent;
      ++work_;
      if (at == kNoNode) return false;
    } while (!Fits(rule.selector[i - 1], tree, at) && !only_parent);
    if (only_parent && !Fits(rule.selector[i - 1], tree, at)) return false;
  }
  return true;
}

std::vector<const CssLook*> StyleSheets::Matching(const HtmlTree& tree, NodeId element) const {
  std::vector<uint32_t> found;
  const auto look_up = [&](std::string_view key) {
    const auto at = by_key_.find(key);
    if (at == by_key_.end() || work_ > kMostWork) return;
    for (const uint32_t rule : at->second) {
      if (Fits(rules_[rule], tree, element)) found.push_back(rule);
    }
  };
  look_up("*");
  look_up(NameOf(tree[element].tag));
  if (const std::string* classes = tree.Attribute(element, "class")) {
    for (const std::string_view name : text::SplitOnSpace(*classes)) {
      look_up("." + std::string(name));
    }
  }
  if (const std::string* id = tree.Attribute(element, "id")) look_up("#" + *id);
  std::ranges::sort(found, {}, [&](uint32_t rule) { return std::pair(rules_[rule].weight, rule); });
  std::vector<const CssLook*> looks;
  for (const uint32_t rule : found) looks.push_back(&rules_[rule].look);
  return looks;
}

}  // namespace formats
