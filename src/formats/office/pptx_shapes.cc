#include "formats/office/pptx_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace office {
namespace {

constexpr int64_t kSameRow = 45'720;  // shapes whose tops differ by less are beside each other
constexpr int64_t kMaxEmu = int64_t{1} << 40;

bool IsShape(Element element) {
  return Is(element, "p:sp") || Is(element, "p:pic") || Is(element, "p:graphicFrame") ||
         Is(element, "p:grpSp") || Is(element, "p:cxnSp");
}

Element Transform(Element shape) {
  if (Is(shape, "p:graphicFrame")) return Child(shape, "p:xfrm");
  return Find(shape, Is(shape, "p:grpSp") ? "p:grpSpPr" : "p:spPr", "a:xfrm");
}

std::optional<int64_t> Length(Element element, const char* name) {
  constexpr int64_t kNone = INT64_MIN;
  const int64_t value = element ? IntAttribute(element, name, kNone) : kNone;
  if (value == kNone || value > kMaxEmu || value < -kMaxEmu) return std::nullopt;
  return value;
}

ShapeBox OwnBox(Element shape) {
  const Element transform = Transform(shape);
  const Element offset = Child(transform, "a:off");
  const Element extent = Child(transform, "a:ext");
  return {Length(offset, "x"), Length(offset, "y"), Length(extent, "cx"), Length(extent, "cy")};
}

bool IsComplete(const ShapeBox& box) { return box.left && box.top && box.width && box.height; }

void Inherit(ShapeBox& box, const ShapeBox& from) {
  if (!box.left) box.left = from.left;
  if (!box.top) box.top = from.top;
  if (!box.width) box.width = from.width;
  if (!box.height) box.height = from.height;
}

template <typename Matches>
Element FindPlaceholder(Element root, Matches matches) {
  for (const Element shape : Find(root, "p:cSld", "p:spTree").children()) {
    const Element placeholder = PlaceholderOf(shape);
    if (placeholder && matches(placeholder)) return shape;
  }
  return {};
}

Element LayoutShape(Element placeholder, const SlideTrees& trees) {
  const int64_t index = IntAttribute(placeholder, "idx", 0);
  return FindPlaceholder(trees.layout,
                         [&](Element other) { return IntAttribute(other, "idx", 0) == index; });
}

// The type of the master's placeholder that one of the layout takes its place from.
std::string_view BaseType(std::string_view type) {
  if (type == "ctrTitle") return "title";
  for (const std::string_view own : {"title", "dt", "ftr", "sldNum"}) {
    if (type == own) return own;
  }
  return "body";
}

std::optional<Bullet> BulletIn(Element properties) {
  if (Child(properties, "a:buNone")) return Bullet::kNone;
  if (Child(properties, "a:buChar")) return Bullet::kSign;
  if (Child(properties, "a:buAutoNum")) return Bullet::kNumber;
  if (Child(properties, "a:buBlip")) return Bullet::kSign;
  return std::nullopt;
}

std::optional<Bullet> BulletInStyle(Element style, int64_t level) {
  return BulletIn(Child(style, fmt::format("a:lvl{}pPr", level + 1)));
}

// What the master says for placeholders of that type.
Element MasterStyle(Element master, std::string_view type) {
  const Element styles = Child(master, "p:txStyles");
  if (type == "body" || type == "obj") return Child(styles, "p:bodyStyle");
  return Child(styles, type == "title" ? "p:titleStyle" : "p:otherStyle");
}

}  // namespace

Element PlaceholderOf(Element shape) {
  for (const Element child : shape.children()) {
    if (const Element found = Find(child, "p:nvPr", "p:ph")) return found;
  }
  return {};
}

std::string_view PlaceholderType(Element placeholder) {
  const std::string_view type = Attribute(placeholder, "type");
  return type.empty() ? "obj" : type;
}

ShapeBox BoxOf(Element shape, const SlideTrees& trees) {
  ShapeBox box = OwnBox(shape);
  const Element placeholder = PlaceholderOf(shape);
  if (IsComplete(box) || !placeholder || Is(shape, "p:graphicFrame")) return box;
  const Element layout = LayoutShape(placeholder, trees);
  if (!layout) return box;
  Inherit(box, OwnBox(layout));
  const std::string_view type = BaseType(PlaceholderType(PlaceholderOf(layout)));
  Inherit(box, OwnBox(FindPlaceholder(
                   trees.master, [&](Element other) { return PlaceholderType(other) == type; })));
  return box;
}

std::vector<Element> ShapesInOrder(Element tree, const SlideTrees& trees) {
  struct Placed {
    int64_t top;
    int64_t left;
    size_t index;
    Element shape;
  };
  std::vector<Placed> shapes;
  for (const Element shape : tree.children()) {
    if (!IsShape(shape)) continue;
    const ShapeBox box = BoxOf(shape, trees);
    shapes.push_back(
        {box.top.value_or(INT64_MAX), box.left.value_or(INT64_MAX), shapes.size(), shape});
  }
  std::ranges::sort(shapes, {}, [](const Placed& s) { return std::tuple(s.top, s.index); });
  for (auto row = shapes.begin(); row != shapes.end();) {
    auto end = row + 1;
    while (end != shapes.end() && end->top - kSameRow <= (end - 1)->top) ++end;
    std::sort(row, end, [](const Placed& a, const Placed& b) {
      return std::tuple(a.left, a.index) < std::tuple(b.left, b.index);
    });
    row = end;
  }
  std::vector<Element> order;
  for (const Placed& placed : shapes) order.push_back(placed.shape);
  return order;
}

Bullet BulletOf(Element paragraph, Element shape, const SlideTrees& trees) {
  const Element properties = Child(paragraph, "a:pPr");
  const int64_t level = std::clamp<int64_t>(IntAttribute(properties, "lvl", 0), 0, 8);
  if (const auto own = BulletIn(properties)) return *own;
  const auto in_body = [&](Element owner) {
    return BulletInStyle(Find(owner, "p:txBody", "a:lstStyle"), level);
  };
  if (const auto own = in_body(shape)) return *own;
  const Element placeholder = PlaceholderOf(shape);
  if (const Element layout = placeholder ? LayoutShape(placeholder, trees) : Element()) {
    const Element style = MasterStyle(trees.master, PlaceholderType(placeholder));
    if (const auto inherited = BulletInStyle(style, level)) return *inherited;
    if (const auto inherited = in_body(layout)) return *inherited;
  }
  return level > 0 ? Bullet::kSign : Bullet::kNone;
}

std::string ParagraphText(Element paragraph, char line_break) {
  std::string text;
  for (const Element child : paragraph.children()) {
    if (Is(child, "a:br")) text += line_break;
    if (Is(child, "a:r") || Is(child, "a:fld")) text += OwnText(Child(child, "a:t"));
  }
  return text;
}

std::string BodyText(Element body) {
  std::string text;
  bool first = true;
  for (const Element child : body.children()) {
    if (!Is(child, "a:p")) continue;
    if (!first) text += '\n';
    first = false;
    text += ParagraphText(child, '\v');
  }
  return text;
}

}  // namespace office
