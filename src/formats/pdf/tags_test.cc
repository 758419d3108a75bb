// Tagged PDFs: the structure tree, the gate in front of it, and what it decides.
#include <gtest/gtest.h>

#include "formats/pdf/pdf_writer.h"
#include "formats/pdf/stages_fixture.h"
#include "formats/pdf/tag_roles.h"
#include "formats/pdf/test_engine.h"

namespace pdf {
namespace {

using docling::Label;
using Element = PdfWriter::Element;

docling::Document ReadBytes(const std::string& bytes) {
  docling::CollectedDiagnostics diagnostics;
  auto document = Read(*TestEngine(), bytes, "sample.pdf", {}, diagnostics, nullptr);
  EXPECT_TRUE(document) << (document ? "" : document.error().ToString());
  return document ? std::move(*document) : docling::Document();
}

std::vector<std::string> Items(const docling::Document& document) {
  std::vector<std::string> items;
  for (const auto& text : document.texts) {
    items.push_back(std::string(docling::Name(text.label)) + ": " + text.text);
  }
  return items;
}

// Paragraphs of plain text, each in marked content of its own from `first` on.
void AddParagraphs(PdfWriter& writer, int first, int count, float y) {
  for (int i = 0; i < count; ++i) {
    writer.Begin(first + i);
    writer.Text(72, y, "A paragraph of plain text that goes on for long enough to be one")
        .Text(72, y + 12, "and then has a second line.");
    writer.End();
    y += 30;
  }
}

PdfWriter Sample() {
  PdfWriter writer;
  writer.Page().Begin(0).Text(72, 90, "plain words that are a heading").End();
  AddParagraphs(writer, 1, 4, 110);
  writer.Begin(5).Text(72, 260, "an item without any label").End();
  writer.Text(72, 770, "not in the tree");
  return writer;
}

std::vector<Element> SampleTags(const char* heading) {
  std::vector<Element> kids{{heading, {0}, {}, ""}};
  for (int i = 1; i <= 4; ++i) kids.push_back({"P", {i}, {}, ""});
  kids.push_back({"L", {}, {{"LI", {}, {{"LBody", {5}, {}, ""}}, ""}}, ""});
  return {{"Document", {}, kids, ""}};
}

TEST(TagsTest, ElementsSayWhatTextIs) {
  SI_NEED_PDFIUM();
  const docling::Document document = ReadBytes(Sample().Tags(SampleTags("H2")).Finish());
  const auto items = Items(document);
  ASSERT_EQ(items.size(), 7U) << testing::PrintToString(items);
  EXPECT_EQ(items[0], "section_header: plain words that are a heading");
  EXPECT_TRUE(items[1].starts_with("text: A paragraph"));
  EXPECT_EQ(items[5], "list_item: an item without any label");
  EXPECT_EQ(items[6], "page_footer: not in the tree");
}

TEST(TagsTest, WithoutATreeTheSameTextIsPlain) {
  SI_NEED_PDFIUM();
  const auto items = Items(ReadBytes(Sample().Finish()));
  EXPECT_TRUE(items[0].starts_with("text: plain words")) << testing::PrintToString(items);
}

TEST(TagsTest, TheCellsOfATableMakeItsGrid) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page();
  AddParagraphs(writer, 0, 2, 90);
  const auto cell = [&](int number, float x, float y, const char* text) {
    writer.Begin(number).Text(x, y, text).End();
  };
  cell(2, 72, 200, "Name");
  cell(3, 150, 200, "both of them");
  cell(4, 72, 215, "x");
  cell(5, 150, 215, "1");
  cell(6, 200, 215, "2");
  const std::vector<Element> rows{
      {"TR", {}, {{"TH", {2}, {}, ""}, {"TH", {3}, {}, "/A<</O/Table/ColSpan 2>>"}}, ""},
      {"TR", {}, {{"TD", {4}, {}, ""}, {"TD", {5}, {}, ""}, {"TD", {6}, {}, ""}}, ""}};
  writer.Tags({{"P", {0}, {}, ""}, {"P", {1}, {}, ""}, {"Table", {}, rows, ""}});
  const docling::Document document = ReadBytes(writer.Finish());
  ASSERT_EQ(document.tables.size(), 1U);
  const docling::TableData& data = document.tables[0].data;
  EXPECT_EQ(data.num_cols, 3);
  ASSERT_EQ(data.num_rows, 2);
  const docling::Grid grid(data);
  EXPECT_EQ(grid.At(0, 1), grid.At(0, 2));
  EXPECT_EQ(grid.At(1, 2)->text, "2");
  EXPECT_TRUE(grid.At(0, 0)->column_header);
  EXPECT_FALSE(grid.At(1, 1)->column_header);
}

// A page of `lines` lines with the tags given in turn.
PageLines TaggedPage(const std::vector<Tag>& tags, size_t lines) {
  std::vector<Line> all;
  for (size_t i = 0; i < lines; ++i) {
    all.push_back(MakeLine(50, 200 + 12 * static_cast<float>(i), "a line of thirty characters ok"));
    all.back().tag = static_cast<uint16_t>(i % tags.size());
  }
  PageLines page = MakePage(1, all);
  page.tags = tags;
  return page;
}

TEST(TrustTest, TheGate) {
  const Tag none;
  const Tag one{.role = Role::kParagraph, .element = 1};
  const Tag heading{.role = Role::kHeading, .element = 2};
  const struct {
    const char* what;
    std::vector<Tag> tags;
    bool trusted;
  } rows[] = {
      {"paragraphs", {one, one}, true},
      {"half is not tagged", {one, none}, false},
      {"half is headings", {one, heading}, false},
      {"no tags", {none}, false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(TrustTags({TaggedPage(row.tags, 20)}), row.trusted) << row.what;
  }
  std::vector<Tag> each_line;
  for (uint32_t i = 1; i <= 20; ++i) each_line.push_back({.role = Role::kParagraph, .element = i});
  EXPECT_FALSE(TrustTags({TaggedPage(each_line, 20)})) << "an element per line";
}

}  // namespace
}  // namespace pdf
