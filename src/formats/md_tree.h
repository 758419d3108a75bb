// The syntax tree of a CommonMark text (libcmark, without extensions), and what the converters
// ask of it. Not thread-safe; several trees may be used from several threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/html_runs.h"

struct cmark_iter;
struct cmark_node;

namespace formats {

struct FreeCmarkNode {
  void operator()(cmark_node* node) const;
};
struct FreeCmarkIterator {
  void operator()(cmark_iter* iterator) const;
};
using CmarkIterator = std::unique_ptr<cmark_iter, FreeCmarkIterator>;
using CmarkTree = std::unique_ptr<cmark_node, FreeCmarkNode>;

// `text` must be valid UTF-8. Very long rulers of "_" or "- " are shortened first.
base::Result<CmarkTree> ParseMarkdown(std::string_view text);

// One leaf of a paragraph: a text, a code span, or an image (whose title may be a caption).
struct Span {
  Run run;
  bool image = false;
};
using Spans = std::vector<Span>;

// The leaves of each line of a paragraph or heading. Texts are stripped, empty ones left out.
std::vector<Spans> LinesOf(cmark_node* block);
// The lines in one.
Spans Joined(std::vector<Spans> lines);

// Does the block hold more than one inline element (breaks and HTML tags count)?
bool HasSeveralInlines(cmark_node* block);

// A pipe table inside a paragraph, from line `first_line` of it to its end. All rows have the
// length of the first, which is the header; no rows: there is no table.
struct PipeTable {
  size_t first_line = 0;
  std::vector<std::vector<std::string>> rows;
};
// `block` must be a paragraph.
PipeTable TableOf(cmark_node* block);

// Whether raw HTML stands anywhere in the document as a block.
bool HasHtmlBlock(cmark_node* document);

// A pipe that the source spells as a character reference is hidden from the table reader by a mark.
// These turn the marks back, in texts and in code.
std::string PipesInText(std::string_view text);
std::string PipesInCode(std::string_view code);

// The document as HTML, for files that contain HTML blocks: raw blocks as they stand, tables as
// tables.
std::string MarkdownToHtml(cmark_node* document);

}  // namespace formats
