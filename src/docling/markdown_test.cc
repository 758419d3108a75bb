#include "docling/markdown.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "docling/markdown_text.h"
#include "docling/python_text.h"
#include "docling/table_layout.h"

namespace docling {
namespace {

// A list group under `parent`.
Group& List(Document& document, Ref parent = Ref::Body()) {
  return document.AddGroup(GroupLabel::kList, "list", {.parent = parent});
}

TEST(Markdown, HeadingsTextsAndBreaks) {
  Document document;
  document.AddTitle("A_b <c> & d");
  document.AddHeading("Two\nlines", 3);
  document.AddText(Label::kText, "one\ntwo_x\n\nthree");
  document.AddText(Label::kText, "");
  document.AddHeading("", 1);
  document.AddText(Label::kPageHeader, "not shown", {.layer = Layer::kFurniture});
  EXPECT_EQ(ExportMarkdown(document),
            "# A\\_b &lt;c&gt; &amp; d\n\n#### Two lines\n\none  \ntwo\\_x\n\nthree\n\n## ");
  EXPECT_EQ(ExportMarkdown(document, {.escape_underscores = false, .escape_html = false}),
            "# A_b <c> & d\n\n#### Two lines\n\none  \ntwo_x\n\nthree\n\n## ");
}

TEST(Markdown, FormattingAndLinks) {
  Document document;
  Text& text = document.AddText(Label::kText, "x_y");
  text.formatting =
      Formatting{.bold = true, .italic = true, .underline = true, .strikethrough = true};
  text.hyperlink = std::string("https://ex.org/a_b");
  EXPECT_EQ(ExportMarkdown(document), "[~~***x\\_y***~~](https://ex.org/a_b)");
  EXPECT_EQ(ExportMarkdown(document, {.formatting = false, .hyperlinks = false}), "x\\_y");
  text.text.clear();
  EXPECT_EQ(ExportMarkdown(document), "[~~******~~](https://ex.org/a_b)");
}

TEST(Markdown, CheckboxesAreWrappedWithTheirBox) {
  Document document;
  document.AddText(Label::kCheckboxSelected, "t").formatting = Formatting{.bold = true};
  document.AddText(Label::kCheckboxUnselected, "u");
  EXPECT_EQ(ExportMarkdown(document), "**- [x] t**\n\n- [ ] u");
}

TEST(Markdown, Lists) {
  Document document;
  const Ref list = List(document).self;
  Text& apples = document.AddListItem("apples", {.parent = list});
  const Ref inner = List(document, apples.self).self;
  document.AddListItem("red", {.parent = inner}).enumerated = true;
  document.AddListItem("green", {.parent = inner}).enumerated = true;
  document.AddListItem("pears", {.parent = list}).marker = "•";
  document.AddListItem("figs", {.parent = list}).marker = "a)";
  document.AddListItem("plums", {.parent = list}).marker = "7.";
  Text& see = document.AddListItem("", {.parent = list});
  const Ref runs = document.AddInlineGroup({.parent = see.self}).self;
  document.AddText(Label::kText, "see", {.parent = runs});
  document.AddCode("x_y", "unknown", {.parent = runs});
  document.AddFormula("z^2", {.parent = runs});
  EXPECT_EQ(ExportMarkdown(document),
            "- apples\n    1. red\n    2. green\n- pears\n- a) figs\n7. plums\n- see `x_y` $z^2$");
  EXPECT_EQ(ExportMarkdown(document, inner), "1. red\n2. green");
}

TEST(Markdown, RunsOfAnItemFollowItsMarker) {
  Document document;
  const Ref list = List(document).self;
  Text& item = document.AddListItem("", {.parent = list});
  const Ref runs = document.AddInlineGroup({.parent = item.self}).self;
  document.AddText(Label::kText, "a", {.parent = runs});
  document.AddText(Label::kText, "b", {.parent = runs});
  document.AddListItem("nested", {.parent = List(document, item.self).self});
  EXPECT_EQ(ExportMarkdown(document), "- a b\n    - nested");
}

TEST(Markdown, CodeAndFormulas) {
  Document document;
  const Ref code = document.AddCode("if a < b: pass_", "Python").self;
  document.AddCaption(code, "Listing_1", {});
  document.AddFormula("\\frac{a}{b}");
  document.AddFormula("").SetOrig("raw");
  document.AddFormula("");
  EXPECT_EQ(ExportMarkdown(document),
            "```\nif a < b: pass_\n```\n\nListing\\_1\n\n$$\\frac{a}{b}$$\n\n"
            "<!-- formula-not-decoded -->");
}

TEST(Markdown, Tables) {
  Document document;
  Table& table = document.AddTable();
  document.AddCaption(table.self, "Stock_list", {});
  const char* cells[3][3] = {
      {"Name", "Qty", "Note_1"}, {"bolt|nut", "1,000", "<b>"}, {"screw", " 2.5 ", ""}};
  for (int row = 0; row < 3; ++row) {
    for (int col = 0; col < 3; ++col) table.data.Add(TableCell::At(row, col, cells[row][col]));
  }
  EXPECT_EQ(ExportMarkdown(document),
            "Stock\\_list\n\n"
            "| Name          |   Qty | Note_1   |\n"
            "|---------------|-------|----------|\n"
            "| bolt&#124;nut | 1,000 | <b>      |\n"
            "| screw         |   2.5 |          |");
  EXPECT_EQ(ExportMarkdown(document, table.self, {.compact_tables = true}),
            "Stock\\_list\n\n| Name | Qty | Note_1 |\n| - | - | - |\n"
            "| bolt&#124;nut | 1,000 | <b> |\n| screw | 2.5 |  |");
}

TEST(Markdown, SpansRepeatAndSingleRowsAreHeaders) {
  Document document;
  document.AddTable().data.Add(TableCell::At(0, 0, "wide\ncell", 1, 2));
  EXPECT_EQ(ExportMarkdown(document),
            "| wide cell   | wide cell   |\n|-------------|-------------|");
}

TEST(Markdown, RichCellsAreRenderedAndNestedTablesFlattened) {
  Document document;
  Table& table = document.AddTable();
  const Ref cell = document.AddGroup(GroupLabel::kUnspecified, "cell", {.parent = table.self}).self;
  document.AddText(Label::kText, "a_b", {.parent = cell});
  TableData inner;
  inner.Add(TableCell::At(0, 0, "x"));
  inner.Add(TableCell::At(1, 0, "y"));
  document.AddTable(inner, {.parent = cell});
  table.data.Add(TableCell::At(0, 0, "h"));
  table.data.Add(TableCell::At(1, 0, "ignored")).ref = cell;
  EXPECT_EQ(ExportMarkdown(document, {.compact_tables = true}), "| h |\n| - |\n| a\\_b  x y |");
}

TEST(Markdown, PicturesInEveryMode) {
  Document document;
  Picture& picture = document.AddPicture();
  document.AddCaption(picture.self, "Fig. 1", {.parent = picture.self});
  document.AddText(Label::kText, "ocr", {.parent = picture.self});
  EXPECT_EQ(ExportMarkdown(document), "Fig. 1\n\n<!-- image -->");
  EXPECT_EQ(ExportMarkdown(document, {.traverse_pictures = true}),
            "Fig. 1\n\n<!-- image -->\n\nocr");
  EXPECT_EQ(ExportMarkdown(document, {.image_mode = ImageMode::kReferenced}),
            "Fig. 1\n\n<!-- image -->");
  EXPECT_NE(ExportMarkdown(document, {.image_mode = ImageMode::kEmbedded}).find("not available"),
            std::string::npos);
  picture.image = ImageRef{.uri = "data:image/png;base64,AA=="};
  EXPECT_EQ(ExportMarkdown(document, {.image_mode = ImageMode::kEmbedded}),
            "Fig. 1\n\n![Image](data:image/png;base64,AA==)");
  picture.image->uri = "p.png";
  EXPECT_EQ(ExportMarkdown(document, {.image_mode = ImageMode::kReferenced}),
            "Fig. 1\n\n![Image](p.png)");
}

TEST(Markdown, Meta) {
  Document document;
  Picture& picture = document.AddPicture();
  Meta& meta = picture.meta.Ensure();
  meta.description = MetaText{{}, "a <cat>"};
  meta.classification =
      MetaClassification{{{{0.1, {}, {}}, "logo"}, {{0.9, {}, {}}, "bar_chart"}}, {}};
  meta.custom = {{"my_corp__note", R"({"k":[1,2.0,"x'y",true,null]})"}};
  document.body.meta.Ensure().summary = MetaText{{}, "All."};
  EXPECT_EQ(
      ExportMarkdown(document),
      "<!-- image -->\n\na <cat>\n\nBar chart\n\n{'k': [1, 2.0, \"x'y\", True, None]}\n\nAll.");
  EXPECT_EQ(
      ExportMarkdown(document, picture.self, {.mark_meta = true, .meta_names = {"my_corp__note"}}),
      "<!-- image -->\n\n[My Corp Note] {'k': [1, 2.0, \"x'y\", True, None]}");
}

TEST(Markdown, PageBreaksStandBeforeListsThatBeginAPage) {
  Document document;
  const auto on_page = [](Item& item, int page) { item.prov.push_back({page, {}, 0, 0}); };
  on_page(document.AddText(Label::kText, "one"), 1);
  const Ref list = List(document).self;
  on_page(document.AddListItem("a", {.parent = list}), 2);
  on_page(document.AddListItem("b", {.parent = list}), 2);
  on_page(document.AddText(Label::kText, "five"), 5);
  EXPECT_EQ(ExportMarkdown(document, {.page_break = "---"}),
            "one\n\n---\n\n- a\n- b\n\n---\n\nfive");
  EXPECT_EQ(ExportMarkdown(document, {.pages = std::set<int32_t>{2}}), "- a\n- b");
}

TEST(Markdown, LayersAndSheets) {
  Document document;
  const Ref sheet = document.AddGroup(GroupLabel::kSheet, "Costs", {}).self;
  document.AddText(Label::kText, "x", {.parent = sheet});
  document.AddText(Label::kText, "note", {.parent = sheet, .layer = Layer::kNotes});
  EXPECT_EQ(ExportMarkdown(document), "x");
  EXPECT_EQ(ExportMarkdown(document, {.layers = Layer::kNotes}), "note");
  EXPECT_EQ(ExportMarkdown(document, {.layers = Layers::All(), .sheet_headings = true}),
            "## Costs\n\nx\n\nnote");
}

TEST(Markdown, DeepNestingIsFlattenedInBoundedTime) {
  Document document;
  Ref parent = Ref::Body();
  for (int i = 0; i < 20'000; ++i) {
    parent = List(document, parent).self;
    parent = document.AddListItem(i % 1000 == 0 ? "x" : "", {.parent = parent}).self;
  }
  const std::string text = ExportMarkdown(document);
  EXPECT_EQ(std::ranges::count(text, 'x'), 20);
}

TEST(MarkdownText, Underscores) {
  const std::pair<const char*, const char*> rows[] = {
      {"a_b", "a\\_b"},
      {"a\\_b", "a\\_b"},
      {"![x_y](u_v) z_", "![x_y](u_v) z\\_"},
      {"![x_y](u_v", "![x\\_y](u\\_v"},
      {"![x\n](u_v)", "![x\n](u\\_v)"},
      {"__", "\\_\\_"},
  };
  for (const auto& [text, escaped] : rows) EXPECT_EQ(EscapeUnderscores(text), escaped) << text;
}

TEST(PythonText, TypesOfCells) {
  const std::pair<const char*, CellType> rows[] = {
      {"", CellType::kNone},           {" ", CellType::kString},     {"True", CellType::kBool},
      {"1", CellType::kInt},           {" -1_000 ", CellType::kInt}, {"1__0", CellType::kString},
      {"1,000", CellType::kInt},       {"1,00", CellType::kString},  {"12,345.6", CellType::kFloat},
      {"1e5", CellType::kFloat},       {"1e999", CellType::kString}, {".5", CellType::kFloat},
      {"5.", CellType::kFloat},        {"-inf", CellType::kFloat},   {"NaN", CellType::kFloat},
      {"infinity", CellType::kString}, {"１２", CellType::kInt},     {"5%", CellType::kString},
      {"1e", CellType::kString},       {"+", CellType::kString},
  };
  for (const auto& [cell, type] : rows) EXPECT_EQ(TypeOf(cell), type) << cell;
}

}  // namespace
}  // namespace docling
