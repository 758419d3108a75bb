// Text of OpenDocument files: runs with the look their styles give them, and the same as plain
// lines. Immutable after construction; Elements point into the parts, which must outlive it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "docling/node.h"
#include "formats/office/xml.h"

namespace office {

// A stretch of text of one look. `link` is the hyperlink as an item stores it, "" for none;
// `formatting` is absent where nothing is special.
struct OdfRun {
  std::string text;
  std::optional<docling::Formatting> formatting;
  std::string link;
};

class OdfStyles {
 public:
  // The roots of content.xml and styles.xml; either may be empty. The first one's styles win.
  OdfStyles(Element content, Element styles);

  // The style of that family ("text", "paragraph", "list"); empty if there is none.
  Element Find(std::string_view family, std::string_view name) const;
  // How text of that style looks inside of text that looks like `base`.
  std::optional<docling::Formatting> Apply(std::string_view style,
                                           const std::optional<docling::Formatting>& base) const;
  // Is the paragraph's style, its parent or its shown name called that?
  bool IsCalled(Element paragraph, std::string_view name) const;
  // What a list says of its items on that level (from 1); empty if nothing.
  Element ListLevel(Element list, int level) const;

 private:
  void Add(Element root);

  std::map<std::pair<std::string, std::string>, Element, std::less<>> styles_;
};

// All runs in the element, as they stand.
std::vector<OdfRun> RunsOf(Element element, const OdfStyles& styles);
// Runs of one look joined, without white space at both ends and at the edges of links.
std::vector<OdfRun> Normalised(std::vector<OdfRun> runs);

// All text below, links as "[text](address)".
std::string PlainOdfText(Element element);
// Its lines, stripped, without blank ones.
std::vector<std::string> LinesOf(Element element);
// The lines of what the element holds: paragraphs, and of lists the items.
std::vector<std::string> BlockLines(Element element);
std::string JoinLines(const std::vector<std::string>& lines, std::string_view separator);

}  // namespace office
