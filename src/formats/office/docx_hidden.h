// Text of a Word document that nobody sees on paper: it is taken out of the XML before anything is
// read, so that no rule of the readers can meet it.
#pragma once

#include <string_view>

#include "docling/hidden_text.h"
#include "formats/office/docx_styles.h"

namespace office {

// Removes runs, and drawings with their text boxes, that cannot be seen below `root` (the root of
// the document, a header, comments …) and adds their text to `hidden`. What a run looks like is
// decided by itself, its character style, the style of its paragraph and the document's defaults.
// docling keeps such text; here it must not reach a language model unseen.
void RemoveHidden(Element root, const Styles& styles, std::string_view where,
                  docling::HiddenText& hidden);

}  // namespace office
