// XML documents in memory, with the few questions the readers ask. Parsed by pugixml: no DTD, no
// entities but the five of XML, nothing is fetched. The names of elements and attributes are
// brought to the prefixes the readers use, whatever prefix the file uses and whether it is Strict
// or Transitional Office Open XML, so that readers compare "w:p" and "m:r" as they stand.
#pragma once

#include <pugixml.hpp>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace office {

using Element = pugi::xml_node;

// Elements deeper than this are refused: readers recurse.
inline constexpr int kMaxXmlDepth = 400;

enum class Space : uint8_t { kDropped, kKept };  // text that is nothing but white space

// Owns the text and the tree; Elements point into it.
class XmlDocument {
 public:
  // `what` names the part in errors. kDamaged: not well-formed; kTooLarge: too deep.
  static base::Result<XmlDocument> Parse(std::string text, std::string_view what,
                                         Space space = Space::kKept);

  Element root() const { return tree_->document_element(); }

 private:
  std::unique_ptr<std::string> text_;  // the tree points into it: moved without moving
  std::unique_ptr<pugi::xml_document> tree_;
};

// "p" of "w:p".
std::string_view LocalName(Element element);
bool Is(Element element, std::string_view name);

// The first child of that name; none tests false.
Element Child(Element element, std::string_view name);
// Child of child: Find(p, "w:pPr", "w:rPr").
template <typename... Names>
Element Find(Element element, Names... names) {
  ((element = Child(element, names)), ...);
  return element;
}
// The first element of that name below, in document order.
Element Descendant(Element element, std::string_view name);

// "" when there is none.
std::string_view Attribute(Element element, std::string_view name);
bool HasAttribute(Element element, std::string_view name);
int64_t IntAttribute(Element element, std::string_view name, int64_t otherwise);

// The value as Office writes switches: there and neither 0 nor false nor off.
bool IsOn(Element element, std::string_view attribute);

// All text directly in the element, and all text below it.
std::string OwnText(Element element);
std::string AllText(Element element);

// Calls `visit(Element)` for every element below, in document order; it returns whether to go
// deeper.
template <typename Visit>
void ForEachBelow(Element element, Visit visit) {
  for (Element child : element.children()) {
    if (child.type() != pugi::node_element) continue;
    if (visit(child)) ForEachBelow(child, visit);
  }
}

}  // namespace office
