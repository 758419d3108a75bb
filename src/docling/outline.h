// For tests: a document as an indented text, one line a node:
//   title: T                        the label and text of an item
//   text: see {bi} <http://x/>      with its formatting and link
//   list ordered list               the label and name of a group
//   table 2x3                       its rows and columns
//   text: x ~furniture              another layer than body
#pragma once

#include <string>

#include "docling/document.h"

namespace docling {

inline std::string DescribeText(const Text& text) {
  std::string out(Name(text.label));
  if (text.label == Label::kSectionHeader) out += std::to_string(text.level);
  if (text.enumerated) out += text.marker.empty() ? " #" : " " + text.marker;
  if (text.code && text.code->language != "unknown") out += " " + text.code->language;
  out += ": " + text.text;
  if (text.formatting) {
    const Formatting& formatting = *text.formatting;
    out += " {";
    if (formatting.bold) out += 'b';
    if (formatting.italic) out += 'i';
    if (formatting.underline) out += 'u';
    if (formatting.strikethrough) out += 's';
    if (formatting.script == Script::kSub) out += '_';
    if (formatting.script == Script::kSuper) out += '^';
    out += '}';
  }
  if (text.hyperlink) out += " <" + *text.hyperlink + ">";
  return out;
}

inline void Outline(const Document& document, Ref ref, int depth, std::string& out) {
  out.append(depth, ' ');
  if (const Text* text = document.FindText(ref)) {
    out += DescribeText(*text);
  } else if (const Group* group = document.FindGroup(ref)) {
    out += std::string(Name(group->label)) + " " + group->name;
  } else if (const Table* table = document.FindTable(ref)) {
    out += "table " + std::to_string(table->data.num_rows) + "x" +
           std::to_string(table->data.num_cols);
  } else {
    out += "picture";
  }
  const Node& node = *document.Find(ref);
  if (node.layer != Layer::kBody) out += " ~" + std::string(Name(node.layer));
  out += '\n';
  for (const Ref child : node.children) Outline(document, child, depth + 1, out);
}

inline std::string Outline(const Document& document) {
  std::string out;
  for (const Ref child : document.body.children) Outline(document, child, 0, out);
  return out;
}

}  // namespace docling
