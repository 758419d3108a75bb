#include "formats/md_reader.h"

#include <gtest/gtest.h>

#include <span>

#include "docling/diagnostics.h"
#include "docling/outline.h"

namespace formats {
namespace {

base::Result<docling::Document> ReadText(std::string_view text) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  return ReadMarkdown({.bytes = text, .filename = "a.md"}, context);
}

struct Case {
  std::string_view name;
  std::string_view markdown;
  std::string_view outline;
};

void Check(std::span<const Case> cases) {
  for (const Case& test : cases) {
    const auto document = ReadText(test.markdown);
    ASSERT_TRUE(document) << test.name;
    EXPECT_EQ(docling::Outline(*document), test.outline) << test.name;
  }
}

TEST(MarkdownReader, Blocks) {
  constexpr Case kCases[] = {
      {"headings do not nest", "# T\n## S\nx\n", "title: T\nsection_header1: S\ntext: x\n"},
      {"setext", "T\n===\n\nS\n---\n", "title: T\nsection_header1: S\n"},
      {"a heading of several looks", "# a *b*\n",
       "title: \n inline group\n  text: a\n  text: b {i}\n"},
      {"empty headings vanish", "#\n\nx\n", "text: x\n"},
      {"two lines are two texts", "a\nb\n", "inline group\n text: a\n text: b\n"},
      {"quotes are transparent", "> a\n>\n> > b\n", "text: a\ntext: b\n"},
      {"code", "```py\nx = 1\n```\n\n    y\n\n```\n```\n", "code Python: x = 1\ncode: y\n"},
      {"ruler", "a\n\n---\n\nb\n", "text: a\ntext: b\n"},
      {"long rulers",
       "a\n\n"
       "____________________________________\n\nb\n",
       "text: a\ntext: b\n"},
      {"windows line ends", "# a\r\n\r\nb\r\n", "title: a\ntext: b\n"},
  };
  Check(kCases);
}

TEST(MarkdownReader, Inlines) {
  constexpr Case kCases[] = {
      {"looks combine", "a ***b*** `c`\n", "inline group\n text: a\n text: b {bi}\n code: c\n"},
      {"one run, one item", "**a**\n", "text: a {b}\n"},
      {"links", "[a *b*](http://X.org)\n",
       "inline group\n text: a <http://x.org/>\n text: b {i} <http://x.org/>\n"},
      {"image with a title", "![alt](u \"t\")\n", "caption: t\npicture\n"},
      {"image without", "![alt](u)\n", "picture\n"},
      {"tags are dropped", "a <b>b</b>\n", "inline group\n text: a\n text: b\n"},
      {"references", "&lt;a&gt; &copy;\n", "text: <a> \xc2\xa9\n"},
      {"escapes", "a\\*b\\_c\n", "text: a*b_c\n"},
  };
  Check(kCases);
}

TEST(MarkdownReader, Lists) {
  constexpr Case kCases[] = {
      {"plain", "- a\n- b\n", "list list\n list_item: a\n list_item: b\n"},
      {"numbered", "3. a\n", "list list\n list_item #: a\n"},
      {"nested", "- a\n  - b\n- c\n",
       "list list\n list_item: a\n  list list\n   list_item: b\n list_item: c\n"},
      {"several looks", "- a `b`\n",
       "list list\n list_item: \n  inline group\n   text: a\n   code: b\n"},
      {"only code", "- `b`\n", "list list\n list_item: b\n"},
      {"further paragraphs", "- a\n\n  b\n\n- c `d`\n\n  e\n",
       "list list\n list_item: a\n text: b\n list_item: \n  inline group\n   text: c\n"
       "   code: d\n  text: e\n"},
      {"no paragraph first", "- # h\n", "list list\n title: h\n"},
      {"empty lists vanish", "-\n\nx\n", "text: x\n"},
  };
  Check(kCases);
}

TEST(MarkdownReader, Tables) {
  const auto document =
      ReadText("# h\n\n- x\n\n  | a | **b** |\n  |---|:-:|\n  | 1 | &#124; | 3 |\n  | `c` |\n");
  ASSERT_TRUE(document);
  EXPECT_EQ(docling::Outline(*document), "title: h\nlist list\n list_item: x\ntable 3x2\n");
  std::string cells;
  for (const docling::TableCell& cell : document->tables[0].data.cells) {
    cells += cell.text + (cell.column_header ? "!;" : ";");
  }
  EXPECT_EQ(cells, "a!;b!;1;|;c;;");
}

TEST(MarkdownReader, WhatIsATable) {
  constexpr Case kCases[] = {
      {"no leading pipe", "a | b\n--|--\n1 | 2\n", "table 2x2\n"},
      {"other number of cells", "a | b\n--|--|--\n",
       "inline group\n text: a | b\n text: --|--|--\n"},
      {"no delimiter row", "| a | b |\n| 1 | 2 |\n", "table 2x2\n"},
      {"a sentence with pipes", "|x| is the absolute value\n", "text: |x| is the absolute value\n"},
      {"text in front", "text\n| a |\n|---|\n| b |\n", "text: text\ntable 2x1\n"},
      {"only a delimiter row", "|---|\n", "text: |---|\n"},
  };
  Check(kCases);
}

TEST(MarkdownReader, HtmlBlocksGoThroughTheHtmlReader) {
  constexpr Case kCases[] = {
      {"headings nest", "# T\n\n<div>a</div>\n\n## S\n\nx\n",
       "title: T\n text: a\n section_header1: S\n  text: x\n"},
      {"everything before the first heading stays body", "a\n\n<!-- c -->\n\n# T\n",
       "text: a\ntitle: T\n"},
      {"tables and lists", "<p>a</p>\n\n| b |\n|---|\n| c |\n\n1. d\n2. *e*\n",
       "text: a\ntable 2x1\nlist ordered list\n list_item #: d\n list_item #: e {i}\n"},
      {"code is not markup", "<br>\n\n```html\n<p>x</p>\n```\n", "code HTML: <p>x</p>\n"},
  };
  Check(kCases);
  EXPECT_EQ(ReadText("<br>\n")->origin->mimetype, "text/html");
  EXPECT_EQ(ReadText("a\n")->origin->mimetype, "text/markdown");
}

TEST(MarkdownReader, HostileInputsEndSoon) {
  const auto repeat = [](std::string_view text, size_t times) {
    std::string out;
    for (size_t i = 0; i < times; ++i) out += text;
    return out;
  };
  for (const std::string_view piece : {">", "- ", "+ ", "1. ", "[", "![", "*a ", "**", "_", "` ",
                                       "|", "[a](<b", "<div>", "&#124;"}) {
    const auto document = ReadText(repeat(piece, 30'000) + " needle\n");
    ASSERT_TRUE(document) << piece;
    EXPECT_NE(docling::Outline(*document).find("needle"), std::string::npos) << piece;
  }
}

TEST(MarkdownReader, TextFilesWithoutSignsAreParagraphs) {
  struct TextCase {
    std::string_view text;
    std::string_view outline;
  };
  constexpr TextCase kCases[] = {
      {"a\n  b\r\n\n\nc", "inline group\n text: a\n text: b\ntext: c\n"},
      {"1984. It was <b> C:\\*.txt a_b_\n", "text: 1984. It was <b> C:\\*.txt a_b_\n"},
      {"page\fnext", "text: page\ntext: next\n"},
      {"", ""},
      {"# T\nx", "title: T\ntext: x\n"},
      {"T\n===\n", "title: T\n"},
      {"x\n\n- a\n", "text: x\nlist list\n list_item: a\n"},
      {"a|b\n--|--\n", "table 1x2\n"},
      {"[a](b)", "text: a <b>\n"},
      {"**a**", "text: a {b}\n"},
      {"2 ** 3 ** 4", "text: 2 ** 3 ** 4\n"},
  };
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  for (const TextCase& test : kCases) {
    const auto document = ReadMarkdown({.bytes = test.text, .filename = "a.txt"}, context);
    ASSERT_TRUE(document) << test.text;
    EXPECT_EQ(docling::Outline(*document), test.outline) << test.text;
  }
}

TEST(MarkdownReader, LongProseStaysWhole) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "Line of a long paragraph.\n";
  const auto document = ReadText(text);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->texts.size(), 20'000U);
  EXPECT_EQ(document->body.children.size(), 1U);
}

TEST(MarkdownReader, Inspect) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  const auto facts = InspectMarkdown({.bytes = "x\n# T\n", .filename = "a.md"}, context);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->title, "T");
  EXPECT_EQ(facts->mime_type, "text/markdown");
}

}  // namespace
}  // namespace formats
