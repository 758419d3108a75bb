#include "formats/html_reader.h"

#include <gtest/gtest.h>

#include "docling/diagnostics.h"

namespace formats {
namespace {

// The tree as lines "<depth spaces><label>: <text>".
void Outline(const docling::Document& document, docling::Ref ref, int depth, std::string& out) {
  out.append(depth, ' ');
  if (const docling::Text* text = document.FindText(ref)) {
    out += std::string(docling::Name(text->label)) + ": " + text->text;
  } else if (const docling::Group* group = document.FindGroup(ref)) {
    out += std::string(docling::Name(group->label)) + " " + group->name;
  } else if (const docling::Table* table = document.FindTable(ref)) {
    out += "table " + std::to_string(table->data.num_rows) + "x" +
           std::to_string(table->data.num_cols);
  } else {
    out += "picture";
  }
  out += "\n";
  for (const docling::Ref child : document.Find(ref)->children) {
    Outline(document, child, depth + 1, out);
  }
}

std::string OutlineOf(std::string_view html) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  const auto document = ReadHtml({.bytes = html, .filename = "a.html"}, context);
  if (!document) return document.error().ToString();
  std::string out;
  for (const docling::Ref child : document->body.children) Outline(*document, child, 0, out);
  return out;
}

struct Case {
  std::string_view name;
  std::string_view html;
  std::string_view outline;
};

constexpr Case kCases[] = {
    {"headings nest", "<h1>T</h1><h2>S</h2><p>x</p>", "title: T\n section_header: S\n  text: x\n"},
    {"a skipped level makes a section", "<h2>S</h2>a",
     "section header-1\n section_header: S\n  text: a\n"},
    {"inline group", "<p>a <b>b</b> c</p>", "inline group\n text: a\n text: b\n text: c\n"},
    {"line breaks", "<p>a <br> b<br><br>c</p>", "text: a\nb\ntext: c\n"},
    {"list", "<ul><li>a<ul><li>b</li></ul></li></ul>",
     "list list\n list_item: a\n  list list\n   list_item: b\n"},
    {"a block ends a paragraph", "<p>a<h2>b</h2>c</p>",
     "text: a\nsection header-1\n section_header: b\n  text: c\n"},
    {"scripts and hidden text go", "<script>x<p></script><p hidden>y</p><i>z</i>", "text: z\n"},
    {"caption of a figure", "<figure><img alt=x><figcaption>c</figcaption></figure>",
     "caption: c\npicture\n"},
    {"table", "<table><tr><th>a</th><th>b</th></tr><tr><td><b>c</b></td></tr></table>",
     "table 2x2\n unspecified rich_cell_group_1_0_1\n  text: c\n"},
};

TEST(HtmlReader, Outlines) {
  for (const Case& test : kCases) EXPECT_EQ(OutlineOf(test.html), test.outline) << test.name;
}

}  // namespace
}  // namespace formats
