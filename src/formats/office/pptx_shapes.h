// The shapes of a slide: in reading order, where they are, which of their paragraphs are list
// items. Much of it is inherited: a placeholder from that of the layout, that one from the
// master's. Elements point into the slide's parts, which must outlive what is made here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "formats/office/xml.h"

namespace office {

// A slide's tree with those it inherits from; empty where there is none.
struct SlideTrees {
  Element slide;   // p:sld
  Element layout;  // p:sldLayout
  Element master;  // p:sldMaster
};

// In English Metric Units; what is not known is absent.
struct ShapeBox {
  std::optional<int64_t> left;
  std::optional<int64_t> top;
  std::optional<int64_t> width;
  std::optional<int64_t> height;
};

// The placeholder element (p:ph) of a shape; empty for shapes that are none.
Element PlaceholderOf(Element shape);
// "title", "body", …; "obj" when it does not say.
std::string_view PlaceholderType(Element placeholder);

ShapeBox BoxOf(Element shape, const SlideTrees& trees);

// The shapes that are children of a tree or group, from top to bottom, those beside each other from
// left to right.
std::vector<Element> ShapesInOrder(Element tree, const SlideTrees& trees);

enum class Bullet : uint8_t { kNone, kSign, kNumber };

// Is the paragraph of that shape a list item, and of which kind?
Bullet BulletOf(Element paragraph, Element shape, const SlideTrees& trees);

// The text of a paragraph with line breaks as `line_break`, of a text body paragraph by paragraph.
std::string ParagraphText(Element paragraph, char line_break);
std::string BodyText(Element body);

}  // namespace office
