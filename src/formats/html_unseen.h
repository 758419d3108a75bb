// Text of an HTML page that nobody sees in a browser: it is taken out of the tree and told. What is
// known of styles: attributes, style="…", <style> with simple selectors. Linked style sheets are
// never fetched; where there are some, the ground of text is known only where the page itself says.
#pragma once

#include <functional>

#include "docling/hidden_text.h"
#include "formats/css.h"
#include "formats/html_tree.h"

namespace formats {

// Removes what cannot be seen below `root` and adds it to `hidden`. Elements for which `skipped`
// holds are told, but stay: the converter passes them by, as docling does.
// Linear in the tree; the work on style sheets is bounded.
void RemoveUnseen(HtmlTree& tree, NodeId root, const StyleSheets& sheets,
                  const std::function<bool(NodeId)>& skipped, docling::HiddenText& hidden);

}  // namespace formats
