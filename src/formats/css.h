// As much of CSS as it takes to tell whether text can be seen: style sheets of rules with simple
// selectors, and the few properties that hide.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/html_tree.h"

namespace formats {

// What a style says of seeing an element. Absent: nothing.
struct CssLook {
  // Of the element with all that is in it.
  std::optional<bool> displayed;  // display is not none
  std::optional<float> opacity;   // 0..1
  std::optional<bool> away;       // moved off the screen, scaled to nothing, or cut to nothing
  // Inherited.
  std::optional<bool> visible;
  std::optional<float> font_size;  // pixels; with `relative_size` a factor
  bool relative_size = false;
  std::optional<bool> indented_away;  // by text-indent
  std::optional<uint32_t> color;      // 0xRRGGBB, or kUnknownColor
  bool transparent = false;           // the colour is
  // Shows behind all that has none of its own.
  std::optional<uint32_t> background;  // kUnknownColor: an image, or what is not understood
};
inline constexpr uint32_t kUnknownColor = 0xFF000000;

// The colour of a CSS value or an old attribute; nullopt when it is not understood, kUnknownColor
// for transparent.
std::optional<uint32_t> ParseColor(std::string_view value);

// "color: red; font-size: 0" as a look.
CssLook ParseDeclarations(std::string_view declarations);

// The style sheets of a page. Immutable after Add; not thread-safe while adding.
class StyleSheets {
 public:
  // There are styles that are not known: those of linked files, which are never fetched.
  void AddUnknown() { unknown_backgrounds_ = true; }
  // The text of a <style> element. What is for other media than screens is skipped.
  void Add(std::string_view css);
  // The rules that fit the element, the strongest last. Work over all calls is bounded.
  std::vector<const CssLook*> Matching(const HtmlTree& tree, NodeId element) const;

  // Some rule that gives a background was not understood, or styles come from elsewhere: what text
  // stands on is not known unless an element says so itself.
  bool unknown_backgrounds() const { return unknown_backgrounds_; }

 private:
  // tag.class#id, each part optional.
  struct Compound {
    std::string tag;
    std::string id;
    std::vector<std::string> classes;
    bool child = false;  // of the one before it, not just below it
  };
  struct Rule {
    std::vector<Compound> selector;  // from the outside in
    uint32_t weight = 0;
    CssLook look;
  };

  void AddBlock(std::string_view css, int depth);
  void AddRule(std::string_view selectors, const CssLook& look);
  static std::optional<std::vector<Compound>> ParseSelector(std::string_view text);
  static bool Fits(const Compound& compound, const HtmlTree& tree, NodeId element);
  bool Fits(const Rule& rule, const HtmlTree& tree, NodeId element) const;

  std::vector<Rule> rules_;
  std::map<std::string, std::vector<uint32_t>, std::less<>> by_key_;  // "#id", ".class", "tag", "*"
  bool unknown_backgrounds_ = false;
  mutable size_t work_ = 0;
};

}  // namespace formats
