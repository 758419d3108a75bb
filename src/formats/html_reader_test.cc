#include "formats/html_reader.h"

#include <gtest/gtest.h>

#include "docling/diagnostics.h"
#include "docling/json.h"
#include "docling/outline.h"

namespace formats {
namespace {

base::Result<docling::Document> ReadText(std::string_view html,
                                         docling::CollectedDiagnostics& diagnostics) {
  Context context{.diagnostics = diagnostics};
  return ReadHtml({.bytes = html, .filename = "a.html"}, context);
}

std::string OutlineOf(std::string_view html) {
  docling::CollectedDiagnostics diagnostics;
  const auto document = ReadText(html, diagnostics);
  return document ? docling::Outline(*document) : document.error().ToString();
}

docling::TableData TableOf(std::string_view html) {
  docling::CollectedDiagnostics diagnostics;
  const auto document = ReadText(html, diagnostics);
  EXPECT_TRUE(document && !document->tables.empty()) << html;
  return document ? document->tables[0].data : docling::TableData();
}

struct Case {
  std::string_view name;
  std::string_view html;
  std::string_view outline;
};

void Check(std::span<const Case> cases) {
  for (const Case& test : cases) EXPECT_EQ(OutlineOf(test.html), test.outline) << test.name;
}

TEST(HtmlReader, Headings) {
  constexpr Case kCases[] = {
      {"nest", "<h1>T</h1><h2>S</h2><p>x</p>", "title: T\n section_header1: S\n  text: x\n"},
      {"a skipped level becomes a section", "<h3>S</h3>a",
       "section header-1\n section header-2\n  section_header2: S\n   text: a\n"},
      {"going back up", "<h1>T</h1><h2>A</h2><h3>B</h3><h2>C</h2>x",
       "title: T\n section_header1: A\n  section_header2: B\n section_header1: C\n  text: x\n"},
      {"a second title starts over", "<h1>T</h1><h2>A</h2><h1>U</h1>x",
       "title: T\n section_header1: A\ntitle: U\n text: x\n"},
      {"first formatting and link count", "<h1>a <a href=b><i>c</i></a></h1>",
       "title: a c {i} <b>\n"},
      {"images follow", "<h1>a<img alt=x></h1>", "title: a\n picture\ncaption: x\n"},
      {"what is before the first is furniture", "<title>W</title>menu<h1>T</h1>x",
       "title: W ~furniture\ntext: menu ~furniture\ntitle: T\n text: x\n"},
      {"headings in tables do not count", "menu<table><tr><td><h1>T</h1>x</td></tr></table>",
       "text: menu\ntable 1x1\n unspecified rich_cell_group_1_0_0\n  title: T\n  text: x\n"},
  };
  Check(kCases);
}

TEST(HtmlReader, Text) {
  constexpr Case kCases[] = {
      {"one look, one item", "<p>a <span>b</span>\n c</p>", "text: a b c\n"},
      {"several looks, a group", "<p>a <b>b <i>c</i></b> <code>d</code></p>",
       "inline group\n text: a\n text: b {b}\n text: c {bi}\n code: d\n"},
      {"scripts and lines", "<p><u>a</u><s>b</s><sub>c</sub><sup>d</sup></p>",
       "inline group\n text: a {u}\n text: b {s}\n text: c {_}\n text: d {^}\n"},
      {"links", "<a href='HTTP://Ex.org'>a</a>", "text: a <http://ex.org/>\n"},
      {"line breaks", "<p>a <br> b<br>\n<br>c</p>", "text: a\nb\ntext: c\n"},
      {"a div ends a text", "a<div>b</div>c", "text: a\ntext: b\ntext: c\n"},
      {"an inline div does not", "a<div style='display: inline-block'>b</div>c", "text: a b c\n"},
      {"a block ends a paragraph", "<p>a<h2>b</h2>c</p>",
       "text: a ~furniture\nsection header-1\n section_header1: b\n  text: c\n"},
      {"a link around blocks", "<a href=x><div>a</div><p>b</p></a>", "text: a <x>\ntext: b <x>\n"},
      {"invisible",
       "<script>x<p></script><p hidden>y</p><b aria-hidden=true>u</b>"
       "<i style='color:red; Display : none'>v</i>z",
       "text: z\n"},
      {"typography",
       "<p>\xe2\x80\x9c"
       "a\xe2\x80\x9d\xc2\xa0\xe2\x80\x93 b\xe2\x80\xa6</p>",
       "text: \"a\" - b...\n"},
      {"a lone code", "<div><code>a</code></div><p><code>b</code></p>",
       "inline group\n code: a\ncode: b\n"},
      {"after the body", "<body>a</body>b", "text: a b\n"},
  };
  Check(kCases);
}

TEST(HtmlReader, Blocks) {
  constexpr Case kCases[] = {
      {"pre keeps its lines", "<pre>\n  a\n\n   b\n</pre>", "code: a\n\n   b\n"},
      {"pre with a language", "<pre><code class='x language-js'>a</code></pre>",
       "code JavaScript: a\n"},
      {"pre with highlighting", "<pre><span>def</span> <span>f</span>(x):\n  pass</pre>",
       "code Python: def f(x):\n  pass\n"},
      {"caption of a figure", "<figure><img alt=x><figcaption>c</figcaption></figure>",
       "caption: c\npicture\n"},
      {"alternative text in a link", "<a href=y><img alt=x></a>", "caption: x <y>\npicture\n"},
      {"figure around a table", "<figure><table><tr><td>a</td></tr></table></figure>",
       "table 1x1\n"},
      {"footer", "a<footer>b</footer>c",
       "text: a\nsection footer ~furniture\n text: b ~furniture\ntext: c\n"},
      {"details", "<details><summary>s</summary>d</details>",
       "section details\n text: s\n text: d\n"},
      {"stamp", "<stamp>a</stamp>", "picture\n text: a\n"},
      {"checkboxes", "<input type=checkbox id=i checked><label for=i>L</label>",
       "checkbox_selected: L\ntext: L\n"},
      {"other inputs", "<input value=v><input placeholder=p><input type=hidden value=h>",
       "text: v\ntext: p\n"},
  };
  Check(kCases);
}

TEST(HtmlReader, Lists) {
  constexpr Case kCases[] = {
      {"nested", "<ul><li>a<ul><li>b</li></ul></li></ul>",
       "list list\n list_item: a\n  list list\n   list_item: b\n"},
      {"numbered", "<ol><li>a</li></ol><ol start=3><li>b</li><li></li><li>c</li></ol>",
       "list ordered list\n list_item #: a\n"
       "list ordered list start 3\n list_item 3.: b\n list_item 4.: c\n"},
      {"several looks", "<ul><li>a <b>b</b></li></ul>",
       "list list\n list_item: \n  inline group\n   text: a\n   text: b {b}\n"},
      {"blocks inside", "<ul><li><p>a</p><div>b<table><tr><td>c</td></tr></table></div></li></ul>",
       "list list\n list_item: a b\n  table 1x1\n"},
      {"an item of lists only", "<ul><li><ul><li>a</li></ul></li></ul>",
       "list list\n list list\n  list_item: a\n"},
      {"a list in a list", "<ul><ul><li>a</li></ul></ul>",
       "list list\n list list\n  list_item: a\n"},
      {"terms and descriptions", "<dl><dt>t</dt><dd>d</dd><dd>e</dd><dt>u</dt></dl>",
       "list description list\n list_item: t {b}\n  list descriptions\n   list_item: d\n"
       "   list_item: e\n list_item: u {b}\n"},
      {"a list as description", "<dl><dt>t</dt><dd><dl><dt>u</dt><dd>d</dd></dl></dd></dl>",
       "list description list\n list_item: t {b}\n  list description list\n"
       "   list_item: u {b}\n    list descriptions\n     list_item: d\n"},
  };
  Check(kCases);
}

TEST(HtmlReader, TableSpansAndHeaders) {
  const docling::TableData data = TableOf(
      "<table><thead><tr><th colspan=2>a</th><th>b</th></tr></thead>"
      "<tr><td rowspan=2>c</td><td>d</td><td>e</td></tr><tr><th>f</th><td>g</td></tr></table>");
  EXPECT_EQ(data.num_rows, 3);
  EXPECT_EQ(data.num_cols, 3);
  ASSERT_EQ(data.cells.size(), 7U);
  EXPECT_TRUE(data.cells[0].column_header);
  EXPECT_EQ(data.cells[0].end_col, 2);
  EXPECT_EQ(data.cells[2].end_row, 3);
  EXPECT_EQ(data.cells[5].text, "f");
  EXPECT_EQ(data.cells[5].start_col, 1);
  EXPECT_TRUE(data.cells[5].row_header);
  EXPECT_FALSE(data.cells[5].column_header);
}

TEST(HtmlReader, RichCells) {
  constexpr Case kCases[] = {
      {"plain cells stay plain", "<table><tr><td><p>a</p></td><td>b<br></td></tr></table>",
       "table 1x2\n"},
      {"several paragraphs", "<table><tr><td>x</td><td><p>a</p><p>b</p></td></tr></table>",
       "table 1x2\n unspecified rich_cell_group_1_0_0\n  text: a\n  text: b\n"},
      {"formatting", "<table><tr><td><b>a</b></td></tr></table>",
       "table 1x1\n unspecified rich_cell_group_1_0_0\n  text: a {b}\n"},
      {"a nested table",
       "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>",
       "table 1x1\n unspecified rich_cell_group_2_0_0\n  table 1x2\n"},
      {"headings do not leak", "<h1>T</h1><table><tr><td><h2>a</h2>b</td></tr></table>c",
       "title: T\n table 1x1\n  unspecified rich_cell_group_1_0_0\n   section_header1: a\n"
       "   text: b\n text: c\n"},
  };
  Check(kCases);
  EXPECT_EQ(TableOf("<table><tr><td>a<br>b</td></tr></table>").cells[0].text, "a\nb");
}

TEST(HtmlReader, KeepsTheRawTextOfHeadings) {
  docling::CollectedDiagnostics diagnostics;
  const auto document = ReadText("<h1>a\xe2\x80\x94z</h1>", diagnostics);
  ASSERT_TRUE(document);
  EXPECT_EQ(document->texts[0].text, "a-z");
  EXPECT_EQ(document->texts[0].orig(), "a\xe2\x80\x94z");
}

TEST(HtmlReader, Origin) {
  docling::CollectedDiagnostics diagnostics;
  const auto document = ReadText("x", diagnostics);
  ASSERT_TRUE(document && document->origin);
  EXPECT_EQ(document->name, "a");
  EXPECT_EQ(document->origin->filename, "a.html");
  EXPECT_EQ(document->origin->mimetype, "text/html");
  EXPECT_EQ(document->origin->binary_hash, docling::BinaryHash("x"));
}

std::string Repeat(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(HtmlReader, HostileInputsEndSoonAndLoseNoText) {
  constexpr size_t kMany = 30'000;
  for (const std::string_view open :
       {"<b>", "<div>", "<p>", "<ul><li>", "<table><tr><td>", "<a href=x>", "<blockquote>",
        "<dl><dt>", "<figure>", "<footer>", "<details>", "<td>", "<h2>"}) {
    docling::CollectedDiagnostics diagnostics;
    const auto document = ReadText(Repeat(open, kMany) + "needle", diagnostics);
    ASSERT_TRUE(document) << open;
    EXPECT_FALSE(diagnostics.found.empty()) << open;
    EXPECT_NE(docling::WriteJson(*document).find("needle"), std::string::npos) << open;
  }
}

TEST(HtmlReader, HostileMarkupIsLinear) {
  constexpr size_t kMany = 100'000;
  for (const std::string_view piece :
       {"<", "<a ", "<a x=\"", "<a x='", "<!--", "<![CDATA[", "<title>", "<script>x</", "&#",
        "&amp", "</b>", "<?", "a<br>", "<input type=checkbox id=a><label for=a>"}) {
    docling::CollectedDiagnostics diagnostics;
    EXPECT_TRUE(ReadText(Repeat(piece, kMany), diagnostics)) << piece;
  }
}

TEST(HtmlReader, HugeSpansAreCut) {
  const docling::TableData data = TableOf(
      "<table>" + Repeat("<tr><td colspan=999999999999 rowspan=99999999>x</td></tr>", 2000) +
      "</table>");
  EXPECT_EQ(data.num_cols, 1000);
  EXPECT_EQ(data.num_rows, 2000);
}

TEST(HtmlReader, ReportsWhatItDrops) {
  docling::CollectedDiagnostics diagnostics;
  ASSERT_TRUE(ReadText("<p>a</p><!-- never closed <p>b</p>", diagnostics));
  ASSERT_EQ(diagnostics.found.size(), 1U);
  EXPECT_NE(diagnostics.found[0].what.find("never closed"), std::string::npos);
}

TEST(HtmlReader, Inspect) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  const auto facts = InspectHtml(
      {.bytes = "<title> A\nb </title><meta name=Author content=me><meta name=keywords content=k>",
       .filename = "a.html"},
      context);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->title, "A b");
  EXPECT_EQ(facts->author, "me");
  EXPECT_EQ(facts->keywords, "k");
  EXPECT_EQ(facts->mime_type, "text/html");
}

}  // namespace
}  // namespace formats
