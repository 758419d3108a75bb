// Private: what happens to the text of an item before it is Markdown.
#pragma once

#include <string>
#include <string_view>

#include "docling/markdown.h"

namespace docling {

// A line break inside a paragraph: a single one becomes a hard break (two blanks before it), runs
// of several stay.
std::string WithHardBreaks(std::string_view text);

// Headings are one line.
std::string WithoutBreaks(std::string_view text);

// "_" → "\_", but not after a backslash and not inside ![…](…).
std::string EscapeUnderscores(std::string_view text);

// & < >; quotes stay.
std::string EscapeHtml(std::string_view text);

enum class Escape { kYes, kNo };

// Escapes (where the options and `escape` say so), then formatting, then the link.
std::string PostProcess(std::string text, Escape escape, const Text* styled,
                        const MarkdownOptions& options);

// "bar_chart" → "Bar chart"; `title`: "my_corp__size" → "My Corp Size".
enum class Casing { kSentence, kTitle };
std::string Humanize(std::string_view name, Casing casing);

}  // namespace docling
