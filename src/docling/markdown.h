// A document as Markdown, byte for byte what docling's export_to_markdown() gives.
//
// Blocks are separated by a blank line; there is no newline at the end. Row 0 of a table is its
// header, a spanning cell repeats its text. Pure functions, thread-safe, time linear in the
// document (nesting deeper than 64 containers is rendered flat).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "docling/document.h"

namespace docling {

// How a picture is shown.
enum class ImageMode {
  kPlaceholder,  // the text of `image_placeholder`
  kEmbedded,     // ![Image](data:…), or a comment when the document has no image data
  kReferenced,   // ![Image](uri), or the placeholder when there is no uri but data
};

struct MarkdownOptions {
  ImageMode image_mode = ImageMode::kPlaceholder;
  std::string image_placeholder = "<!-- image -->";
  // What stands between two pages; none by default.
  std::optional<std::string> page_break;
  // "| a | b |" without padding; smaller, for machines.
  bool compact_tables = false;
  bool escape_underscores = true;
  bool escape_html = true;
  bool formatting = true;  // **bold** and the like
  bool hyperlinks = true;  // [text](url)
  Layers layers = Layer::kBody;
  // Labels that are left out; captions of what is left out stay.
  std::set<Label> omit;
  // Also print the text inside pictures (scans read by OCR).
  bool traverse_pictures = false;
  // Only items whose first box is on one of these pages; all when not set.
  std::optional<std::set<int32_t>> pages;
  int list_indent = 4;
  // "## <sheet name>" before each sheet of a spreadsheet.
  bool sheet_headings = false;
  // Put the name of the field, "[Summary] ", before meta texts.
  bool mark_meta = false;
  // The meta fields to print; all when empty.
  std::vector<std::string> meta_names;
};

std::string ExportMarkdown(const Document& document, const MarkdownOptions& options = {});

// Only `node` and what is below it (a table with its caption, a list, …).
std::string ExportMarkdown(const Document& document, Ref node, const MarkdownOptions& options = {});

}  // namespace docling
