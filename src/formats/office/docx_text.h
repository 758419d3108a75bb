// The text of Word's paragraphs: runs with their look, equations, and whether it reads like code.
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "docling/node.h"
#include "formats/office/docx_styles.h"
#include "formats/office/package.h"

namespace office {

// A stretch of text of one look. `link` is the hyperlink as an item stores it, "" for none.
struct Run {
  std::string text;
  std::optional<docling::Formatting> formatting;
  std::string link;
};

// Text or, in place of text, a formula.
struct Piece {
  std::string text;
  bool formula = false;
};

// What a w:r shows: text, tabs, line breaks. (What nobody sees is gone: docx_hidden.h.)
std::string RunText(Element run);
// The runs and links that are children of the paragraph: what python-docx calls its text.
std::string PlainText(Element paragraph);
// Of a table cell: its paragraphs, a line each.
std::string CellText(Element cell);

// The look of a run in a paragraph of that style. `mark` is the paragraph whose mark can make it
// bold; it and `style` may be empty.
docling::Formatting FormattingOf(Element run, Element mark, Element style, const Styles& styles);

// All pieces of the paragraph as they stand, deleted ones left out.
std::vector<Run> ContentOf(Element paragraph, const Styles& styles, const Relationships& links);
std::string Join(const std::vector<Run>& content);
// The same in groups of one look, stripped, without empty ones. A blank paragraph is one empty
// group.
std::vector<Run> Grouped(const std::vector<Run>& content);

// The text in pieces, if there are formulas in the element, and if its text can be told apart from
// them; `text` is what it must add up to. Otherwise empty.
std::vector<Piece> FormulasOf(Element element, std::string_view text);

// Does this text look like a program's? (Not the font: the signs.)
bool LooksLikeCode(std::string_view text);
// Nearly all of the paragraph is set in a font where all letters are of one width. `style_font` is
// what runs have that name none.
bool IsMonospaced(Element paragraph, const std::string& style_font);

// Without a box in front: "☒ yes" is "yes".
std::string WithoutBox(std::string_view text);

}  // namespace office
