// What the styles and numberings of a Word document say of its paragraphs. Immutable after
// construction; Elements point into the parts, which must outlive it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "formats/office/xml.h"

namespace office {

// A place in a numbering: which one, and how deep.
struct NumberingPlace {
  std::optional<int64_t> id;
  std::optional<int64_t> level;

  friend bool operator==(const NumberingPlace&, const NumberingPlace&) = default;
};

class Styles {
 public:
  explicit Styles(Element root = {});

  // The style of a paragraph: the one it names, or the default one. Empty if there is neither.
  Element Of(Element paragraph) const;
  // The style of that id; empty for none.
  Element Named(std::string_view id) const;
  // How text looks of which nothing else is said (w:rPr); may be empty.
  Element Defaults() const { return run_defaults_; }
  // The style it is based on, of whatever type; empty for none.
  Element BaseOf(Element style) const;

  // Does the style, or one it is based on, make text bold?
  bool IsBold(Element style) const;
  // Is the style, or one it is based on, one for code by its name?
  bool IsCode(Element style) const;
  // The font (lower case) the style gives, "" when that is only the document's default.
  std::string FontOf(Element style) const;

  // "Heading" with a level, "Title", "Code" by name, or the style's id: what docling goes by.
  // nullopt level: not known. `is_code` is asked for paragraphs that are no heading by name.
  template <typename IsCode>
  std::pair<std::string, std::optional<int>> Classify(Element style, IsCode is_code) const {
    auto [label, level] = ByName(style);
    if (!label.empty()) return {label, level};
    if (is_code()) return {"Code", std::nullopt};
    return ByOutline(style);
  }

 private:
  std::pair<std::string, std::optional<int>> ByName(Element style) const;
  std::pair<std::string, std::optional<int>> ByOutline(Element style) const;
  Element ParagraphBaseOf(Element style) const;

  std::map<std::string, Element, std::less<>> by_id_;
  Element default_;
  Element run_defaults_;
};

std::string StyleId(Element style);
std::string StyleName(Element style);

class Numberings {
 public:
  explicit Numberings(Element root = {});

  // What the paragraph itself says, otherwise its style.
  static NumberingPlace PlaceOf(Element paragraph, Element style);

  // Numbers that count are shown: decimal, roman, letters.
  bool IsVisible(const NumberingPlace& place) const;
  int64_t Start(int64_t id, int64_t level) const;
  // "%1." and the like; "" for none.
  std::string_view Template(int64_t id, int64_t level) const;

 private:
  Element Level(int64_t id, int64_t level) const;

  std::map<std::pair<int64_t, int64_t>, Element> levels_;
};

}  // namespace office
