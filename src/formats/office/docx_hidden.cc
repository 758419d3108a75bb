#include "formats/office/docx_hidden.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "formats/office/docx_text.h"
#include "text/utf8.h"

namespace office {
namespace {

constexpr int64_t kTiny = 3;                 // half points
constexpr int64_t kSqueezed = 10;            // percent of a letter's width
constexpr int64_t kFarTwips = 14'400;        // ten inches
constexpr int64_t kFarEmu = 10 * 914'400LL;  // the same
constexpr int64_t kBeyondEmu = 30 * 914'400LL;
constexpr uint32_t kWhite = 0xFFFFFF;

struct Highlight {
  std::string_view name;
  uint32_t color;
};
constexpr Highlight kHighlights[] = {
    {"black", 0x000000},    {"white", 0xFFFFFF},      {"yellow", 0xFFFF00},
    {"green", 0x00FF00},    {"cyan", 0x00FFFF},       {"magenta", 0xFF00FF},
    {"blue", 0x0000FF},     {"red", 0xFF0000},        {"darkBlue", 0x000080},
    {"darkCyan", 0x008080}, {"darkGreen", 0x008000},  {"darkMagenta", 0x800080},
    {"darkRed", 0x800000},  {"darkYellow", 0x808000}, {"darkGray", 0x808080},
    {"lightGray", 0xC0C0C0}};

std::optional<uint32_t> HexColor(std::string_view digits) {
  uint32_t color = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), color, 16);
  if (digits.size() != 6 || error != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return color;
}

// The ground that properties of a run, paragraph or cell give: w:highlight, w:shd.
std::optional<uint32_t> GroundOf(Element properties) {
  const std::string_view highlight = Attribute(Child(properties, "w:highlight"), "w:val");
  for (const Highlight& one : kHighlights) {
    if (one.name == highlight) return one.color;
  }
  return HexColor(Attribute(Child(properties, "w:shd"), "w:fill"));
}

// What says how a run looks, the nearest first.
class Look {
 public:
  Look(Element run, const Styles& styles) : run_(run) {
    for (Element up = run.parent(); up && !paragraph_; up = up.parent()) {
      if (Is(up, "w:p")) paragraph_ = up;
    }
    properties_.push_back(Child(run, "w:rPr"));
    const auto add_chain = [&](Element style) {
      constexpr int kMaxInheritance = 10;
      for (int i = 0; style && i < kMaxInheritance; ++i, style = styles.BaseOf(style)) {
        properties_.push_back(Child(style, "w:rPr"));
        paragraph_properties_.push_back(Child(style, "w:pPr"));
      }
    };
    add_chain(styles.Named(Attribute(Find(run, "w:rPr", "w:rStyle"), "w:val")));
    paragraph_properties_ = {Child(paragraph_, "w:pPr")};
    add_chain(styles.Of(paragraph_));
    properties_.push_back(styles.Defaults());
  }

  // Why it cannot be seen; nullptr: it can.
  const char* WhyHidden() const {
    if (IsOn(Nearest("w:vanish"), "w:val")) return "marked as hidden";
    if (IntAttribute(Nearest("w:sz"), "w:val", kTiny + 1) <= kTiny) return "too small to read";
    if (IntAttribute(Nearest("w:w"), "w:val", kSqueezed) < kSqueezed) return "too small to read";
    const auto color = HexColor(Attribute(Nearest("w:color"), "w:val"));
    const auto ground = color ? Ground() : std::nullopt;
    if (ground && docling::LooksAlike(*color, *ground)) return "in the colour of its background";
    return IsFarOff() ? "off the page" : nullptr;
  }

 private:
  // The nearest properties that have such an element.
  Element Nearest(const char* name) const {
    for (const Element properties : properties_) {
      if (const Element found = Child(properties, name)) return found;
    }
    return {};
  }

  // What the run stands on; nullopt: not known. Text boxes are filled by drawings, tables by styles
  // that are not looked at.
  std::optional<uint32_t> Ground() const {
    for (const Element properties : properties_) {
      if (const auto ground = GroundOf(properties)) return ground;
    }
    for (const Element properties : paragraph_properties_) {
      if (const auto ground = GroundOf(properties)) return ground;
    }
    for (Element up = run_.parent(); up; up = up.parent()) {
      if (Is(up, "w:txbxContent") || Is(up, "v:textbox")) return std::nullopt;
      if (Is(up, "w:tc")) {
        if (const auto ground = GroundOf(Child(up, "w:tcPr"))) return ground;
      }
      if (Is(up, "w:tbl") && Find(up, "w:tblPr", "w:tblStyle")) return std::nullopt;
      if (!Is(up, "w:document")) continue;
      if (const Element background = Child(up, "w:background")) {
        return HexColor(Attribute(background, "w:color"));
      }
    }
    return kWhite;
  }

  // By the indent or the frame of its paragraph.
  bool IsFarOff() const {
    const Element properties = Child(paragraph_, "w:pPr");
    const Element indent = Child(properties, "w:ind");
    const Element frame = Child(properties, "w:framePr");
    const auto far = [](Element element, const char* name) {
      return IntAttribute(element, name, 0) <= -kFarTwips;
    };
    return far(indent, "w:left") || far(indent, "w:start") || far(frame, "w:x") ||
           far(frame, "w:y") || IntAttribute(frame, "w:x", 0) > 3 * kFarTwips ||
           IntAttribute(frame, "w:y", 0) > 3 * kFarTwips;
  }

  Element run_;
  Element paragraph_;
  std::vector<Element> properties_;
  std::vector<Element> paragraph_properties_;
};

bool IsDrawing(Element element) {
  return Is(element, "w:drawing") || Is(element, "w:pict") || Is(element, "w:object");
}

// A drawing that is switched off, or anchored far from its page.
const char* WhyDrawingHidden(Element drawing) {
  const char* why = nullptr;
  ForEachBelow(drawing, [&](Element element) {
    if (Is(element, "wp:docPr") && HasAttribute(element, "hidden") && IsOn(element, "hidden")) {
      why = "marked as hidden";
    }
    if (LocalName(element) == "posOffset") {
      const std::string offset = OwnText(element);
      int64_t emu = 0;
      std::from_chars(offset.data(), offset.data() + offset.size(), emu);
      if (emu <= -kFarEmu || emu >= kBeyondEmu) why = "off the page";
    }
    std::string style = text::ToLower(Attribute(element, "style"));
    std::erase(style, ' ');
    if (style.contains("visibility:hidden")) why = "marked as hidden";
    return why == nullptr && LocalName(element) != "txbxContent";
  });
  return why;
}

std::string TextOf(Element element) {
  std::string text;
  ForEachBelow(element, [&](Element below) {
    if (Is(below, "w:t") || Is(below, "a:t")) text += OwnText(below);
    if (Is(below, "w:p") && !text.empty()) text += ' ';
    return true;
  });
  return text;
}

// The text goes; a drawing in the same run stays.
void RemoveText(Element run) {
  std::vector<Element> children;
  for (const Element child : run.children()) {
    if (!Is(child, "w:rPr") && !IsDrawing(child) && LocalName(child) != "AlternateContent") {
      children.push_back(child);
    }
  }
  for (const Element child : children) run.remove_child(child);
}

}  // namespace

void RemoveHidden(Element root, const Styles& styles, std::string_view where,
                  docling::HiddenText& hidden) {
  std::vector<Element> runs;
  std::vector<Element> drawings;
  ForEachBelow(root, [&](Element element) {
    if (IsDrawing(element)) drawings.push_back(element);
    if (Is(element, "w:r")) runs.push_back(element);
    return true;
  });
  for (const Element run : runs) {
    const std::string text = RunText(run);
    if (text.empty()) continue;
    if (const char* why = Look(run, styles).WhyHidden()) {
      hidden.Add(why, where, text);
      RemoveText(run);
    }
  }
  // From the inside out, so that none is looked at after it is gone.
  for (auto it = drawings.rbegin(); it != drawings.rend(); ++it) {
    if (const char* why = WhyDrawingHidden(*it)) {
      hidden.Add(why, where, TextOf(*it));
      it->parent().remove_child(*it);
    }
  }
}

}  // namespace office
