// Plain text to docling::Document. Text files are Markdown to docling, which suits those that use
// its signs and harms those that do not (`<name>` vanishes, "1984. It was" becomes a list). Here a
// text file without any sign of Markdown is read as paragraphs, which gives the same document as
// long as nothing in it would be taken for a sign. Thread-safe.
#pragma once

#include <string_view>

#include "docling/document.h"

namespace formats {

// Does a line start a heading, list, table or code block, or underline one, or is there a link or
// strong emphasis?
bool HasMarkdownSigns(std::string_view text);

// Paragraphs (separated by blank lines or form feeds) to items: one line is one text, several are
// an inline group.
void AddParagraphs(std::string_view text, docling::Document& document);

}  // namespace formats
