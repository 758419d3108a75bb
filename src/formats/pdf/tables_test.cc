// Ruled, open and continued tables, figures and their captions.
#include <gtest/gtest.h>

#include "formats/pdf/lattice.h"
#include "formats/pdf/open_tables.h"
#include "formats/pdf/pdf_writer.h"
#include "formats/pdf/stages_fixture.h"
#include "formats/pdf/test_engine.h"

namespace pdf {
namespace {

Rule Across(float y, float l, float r) { return {{l, y - 0.25F, r, y + 0.25F}, false}; }
Rule Down(float x, float t, float b) { return {{x - 0.25F, t, x + 0.25F, b}, false}; }

// "row: a | b" of each row, spanned places as "<" and "^".
std::vector<std::string> Rows(const docling::TableData& data) {
  const docling::Grid grid(data);
  std::vector<std::string> rows;
  for (int r = 0; r < grid.rows(); ++r) {
    std::string text;
    for (int c = 0; c < grid.cols(); ++c) {
      const docling::TableCell* cell = grid.At(r, c);
      if (c > 0) text += " | ";
      if (cell == nullptr) continue;
      text += cell->start_col < c ? "<" : cell->start_row < r ? "^" : cell->text;
    }
    rows.push_back(text);
  }
  return rows;
}

std::vector<PlacedTable> Lattices(const PageLines& page) {
  return FindLattices(page, CollectRulings(page, false),
                      std::vector<bool>(page.lines.size(), false), true);
}

std::vector<PlacedTable> Open(const PageLines& page) {
  return FindOpenTables(page, CollectRulings(page, false),
                        std::vector<bool>(page.lines.size(), false));
}

// A page with text at the middle of each place of a grid; "" leaves one empty.
PageLines GridPage(const std::vector<float>& xs, const std::vector<float>& ys,
                   const std::vector<std::vector<const char*>>& texts) {
  std::vector<Line> lines;
  for (size_t r = 0; r < texts.size(); ++r) {
    for (size_t c = 0; c < texts[r].size(); ++c) {
      if (*texts[r][c] != 0) lines.push_back(MakeLine(xs[c] + 4, ys[r] + 14, texts[r][c]));
    }
  }
  PageLines page = MakePage(1, lines);
  for (const float y : ys) page.rules.push_back(Across(y, xs.front(), xs.back()));
  for (const float x : xs) page.rules.push_back(Down(x, ys.front(), ys.back()));
  return page;
}

const std::vector<float> kXs{50, 150, 250, 350};
const std::vector<float> kYs{100, 120, 140, 160};

TEST(LatticeTest, EveryRuledPlaceIsACell) {
  const auto tables =
      Lattices(GridPage(kXs, kYs, {{"Name", "A", "B"}, {"x", "1", ""}, {"y", "3", "4"}}));
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(Rows(tables[0].data),
            (std::vector<std::string>{"Name | A | B", "x | 1 | ", "y | 3 | 4"}));
  EXPECT_EQ(tables[0].lines.size(), 8U);
  EXPECT_NEAR(tables[0].box.r, 350, 1);
  for (const auto& cell : tables[0].data.cells) {
    EXPECT_EQ(cell.column_header, cell.start_row == 0) << cell.text;
  }
}

TEST(LatticeTest, MissingLinesMakeSpans) {
  PageLines page = GridPage(kXs, kYs, {{"Name", "Both", ""}, {"", "A", "B"}, {"x", "1", "2"}});
  std::erase_if(page.rules,
                [](const Rule& rule) { return rule.box.MidX() == 250 || rule.box.MidY() == 120; });
  page.rules.push_back(Down(250, 120, 160));
  page.rules.push_back(Across(120, 150, 350));
  const auto tables = Lattices(page);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(Rows(tables[0].data),
            (std::vector<std::string>{"Name | Both | <", "^ | A | B", "x | 1 | 2"}));
  for (const auto& cell : tables[0].data.cells) {
    EXPECT_EQ(cell.column_header, cell.start_row < 2) << cell.text;
  }
}

TEST(LatticeTest, OpenSidesAreColumnsToo) {
  PageLines page = GridPage(kXs, kYs, {{"Name", "A", "B"}, {"x", "1", "2"}, {"y", "3", "4"}});
  std::erase_if(page.rules,
                [](const Rule& rule) { return rule.box.MidX() == 50 || rule.box.MidX() == 350; });
  const auto tables = Lattices(page);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(Rows(tables[0].data).front(), "Name | A | B");
}

TEST(LatticeTest, RowsOfNumbersWithoutLinesBetweenAreParted) {
  const std::vector<float> ys{100, 120, 180};
  PageLines page = GridPage(kXs, ys, {{"Name", "A", "B"}});
  for (int i = 0; i < 3; ++i) {
    const float y = 135 + 14 * static_cast<float>(i);
    page.lines.push_back(MakeLine(54, y, std::string(3, static_cast<char>('x' + i))));
    page.lines.push_back(MakeLine(154, y, std::to_string(10 + i)));
    page.lines.push_back(MakeLine(254, y, std::to_string(20 + i)));
  }
  const auto tables = Lattices(page);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(Rows(tables[0].data), (std::vector<std::string>{"Name | A | B", "xxx | 10 | 20",
                                                            "yyy | 11 | 21", "zzz | 12 | 22"}));
}

TEST(LatticeTest, AShadedHeaderIsARowWithoutALineBelowIt) {
  PageLines page = GridPage(kXs, {100, 140, 160}, {{"", "", ""}, {"y", "3", "4"}});
  for (size_t c = 0; c < 3; ++c) {
    page.lines.push_back(MakeLine(kXs[c] + 4, 114, "head"));
    page.lines.push_back(MakeLine(kXs[c] + 4, 134, "cell"));
    page.fills.push_back({{kXs[c], 100, kXs[c + 1], 120}, 0xCCCCCC, 0});
  }
  const auto tables = Lattices(page);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(Rows(tables[0].data),
            (std::vector<std::string>{"head | head | head", "cell | cell | cell", "y | 3 | 4"}));
}

TEST(LatticeTest, CaptionsAndNotesInTheGridStayOutside) {
  PageLines page = GridPage({50, 200, 350, 500}, {100, 120, 140, 160, 180},
                            {{}, {"Name", "A", "B"}, {"x", "1", "2"}});
  std::erase_if(page.rules,
                [](const Rule& rule) { return rule.box.MidX() == 200 || rule.box.MidX() == 350; });
  page.rules.push_back(Down(200, 120, 160));
  page.rules.push_back(Down(350, 120, 160));
  page.lines.push_back(MakeLine(54, 114, "Table 3 What the things are"));
  page.lines.push_back(MakeLine(54, 174, "Source: a book about all of it"));
  const auto tables = Lattices(page);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(Rows(tables[0].data), (std::vector<std::string>{"Name | A | B", "x | 1 | 2"}));
  EXPECT_EQ(tables[0].lines.size(), 6U);
}

TEST(LatticeTest, AWordOverABorderGoesWhereItsMiddleIs) {
  PageLines page = GridPage(kXs, kYs, {{"Name", "A", "B"}, {"x", "", ""}, {"y", "3", "4"}});
  Line line = MakeLine(154, 134, "eleven twelve");
  line.words = {{0, 154, 190}, {7, 262, 300}};
  line.box.r = 300;
  page.lines.push_back(line);
  const auto tables = Lattices(page);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(Rows(tables[0].data)[1], "x | eleven | twelve");
}

TEST(LatticeTest, FramesChartsAndDrawingsAreNoTables) {
  const PageLines frame = GridPage({50, 350}, {100, 160}, {{"text in a box"}});
  EXPECT_TRUE(Lattices(frame).empty());
  const PageLines chart = GridPage({50, 100, 150, 200, 250}, {100, 120, 140, 160, 180, 200},
                                   {{"1", "", "", ""}, {"", "2", "", ""}});
  EXPECT_TRUE(Lattices(chart).empty());
  PageLines boxes = GridPage({50, 150}, {100, 120}, {{"start"}});
  for (const Rule& rule : {Across(110, 150, 200), Down(200, 80, 140), Across(80, 200, 300),
                           Across(140, 200, 300), Down(300, 60, 100), Down(300, 120, 160)}) {
    boxes.rules.push_back(rule);
  }
  boxes.lines.push_back(MakeLine(210, 74, "yes"));
  boxes.lines.push_back(MakeLine(210, 134, "no"));
  EXPECT_TRUE(Lattices(boxes).empty());
}

TEST(OpenTableTest, RulesBoundTheTableAndEndItsHeader) {
  std::vector<Line> lines{
      MakeLine(50, 90, "Table 1: What was seen and how often it was seen"),
      MakeLine(54, 114, "Kind"),
      MakeLine(200, 114, "Scores"),
      MakeLine(160, 128, "first"),
      MakeLine(240, 128, "second"),
      MakeLine(54, 148, "alpha"),
      MakeLine(160, 148, "1.5"),
      MakeLine(240, 148, "2.5"),
      MakeLine(54, 162, "beta"),
      MakeLine(160, 162, "3.5"),
      MakeLine(240, 162, "4.5"),
      MakeLine(50, 190, "The text goes on below the table as it did above it.")};
  PageLines page = MakePage(1, lines);
  page.rules = {Across(102, 50, 300), Across(117, 155, 290), Across(134, 50, 300),
                Across(168, 50, 300)};
  const auto tables = Open(page);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(Rows(tables[0].data),
            (std::vector<std::string>{"Kind | Scores | <", "^ | first | second",
                                      "alpha | 1.5 | 2.5", "beta | 3.5 | 4.5"}));
  for (const auto& cell : tables[0].data.cells) {
    EXPECT_EQ(cell.column_header, cell.start_row < 2) << cell.text;
  }
}

TEST(OpenTableTest, AWordMidwayOverColumnsSpansThemWithoutARule) {
  PageLines page = MakePage(
      1, {MakeLine(54, 114, "Kind"), MakeLine(197, 114, "Scores"), MakeLine(160, 128, "first"),
          MakeLine(240, 128, "second"), MakeLine(54, 148, "alpha"), MakeLine(160, 148, "1.5"),
          MakeLine(240, 148, "2.5"), MakeLine(54, 162, "beta"), MakeLine(160, 162, "3.5"),
          MakeLine(240, 162, "4.5")});
  page.rules = {Across(102, 50, 300), Across(134, 50, 300), Across(168, 50, 300)};
  const auto tables = Open(page);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(Rows(tables[0].data).front(), "Kind | Scores | <");
}

TEST(OpenTableTest, NumbersThatRunTogetherOverGroupsOfColumnsArePartedToo) {
  PageLines page = MakePage(1, {});
  Line years = MakeLine(155, 114, "12/2009 12/2010");
  years.box.r = 330;
  years.words = {{0, 155, 225}, {8, 240, 330}};
  page.lines = {MakeLine(54, 114, "Kind"), years};
  for (int row = 0; row < 3; ++row) {
    const float y = 148 + 14 * static_cast<float>(row);
    page.lines.push_back(MakeLine(54, y, "alpha"));
    for (int c = 0; c < 4; ++c) {
      page.lines.push_back(MakeLine(150 + 50 * static_cast<float>(c), y, "1.5"));
    }
  }
  page.rules = {Across(102, 50, 340), Across(134, 50, 340), Across(190, 50, 340)};
  const auto tables = Open(page);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(Rows(tables[0].data).front(), "Kind | 12/2009 | < | 12/2010 | <");
}

TEST(OpenTableTest, NotesBelowTheRowsStayOutside) {
  PageLines page = MakePage(
      1, {MakeLine(54, 114, "Kind"), MakeLine(160, 114, "first"), MakeLine(54, 148, "alpha"),
          MakeLine(160, 148, "1.5"), MakeLine(54, 162, "beta"), MakeLine(160, 162, "3.5"),
          MakeLine(54, 180, "Source: what others wrote about all of it")});
  page.rules = {Across(102, 50, 300), Across(134, 50, 300), Across(190, 50, 300)};
  const auto tables = Open(page);
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(tables[0].data.num_rows, 3);
  EXPECT_LT(tables[0].box.b, 180);
}

TEST(OpenTableTest, ColumnsOfTextBetweenRulesAreNoTable) {
  std::vector<Line> lines;
  for (int i = 0; i < 6; ++i) {
    const float y = 120 + 12 * static_cast<float>(i);
    lines.push_back(MakeLine(50, y, "some words of running text that fill it"));
    lines.push_back(MakeLine(300, y, "some words of running text that fill it"));
  }
  PageLines page = MakePage(1, lines);
  page.rules = {Across(100, 50, 500), Across(300, 50, 500)};
  EXPECT_TRUE(Open(page).empty());
}

TEST(OpenTableTest, NumberedLinesBetweenRulesAreNoTable) {
  std::vector<Line> lines;
  for (int i = 1; i < 6; ++i) {
    const float y = 100 + 12 * static_cast<float>(i);
    lines.push_back(MakeLine(50, y, std::to_string(i) + ":"));
    lines.push_back(MakeLine(90, y, "do this"));
  }
  PageLines page = MakePage(1, lines);
  page.rules = {Across(100, 50, 300), Across(170, 50, 300)};
  EXPECT_TRUE(Open(page).empty());
}

// --- whole documents

docling::Document ReadBytes(const std::string& bytes) {
  docling::CollectedDiagnostics diagnostics;
  auto document = Read(*TestEngine(), bytes, "sample.pdf", {}, diagnostics, nullptr);
  EXPECT_TRUE(document) << (document ? "" : document.error().ToString());
  return document ? std::move(*document) : docling::Document();
}

void RuledTable(PdfWriter& writer, float top, const std::vector<std::vector<std::string>>& rows) {
  const auto count = static_cast<float>(rows.size());
  for (size_t r = 0; r <= rows.size(); ++r) {
    const float y = top + 20 * static_cast<float>(r);
    writer.Rule(72, y, 372, y);
  }
  for (int c = 0; c <= 3; ++c) {
    const float x = 72 + 100 * static_cast<float>(c);
    writer.Rule(x, top, x, top + 20 * count);
  }
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t c = 0; c < rows[r].size(); ++c) {
      writer.Text(76 + 100 * static_cast<float>(c), top + 14 + 20 * static_cast<float>(r),
                  rows[r][c]);
    }
  }
}

TEST(ReadTablesTest, ATableHasItsCaption) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Text(72, 90, "Table 1: The things that were counted in this work.");
  RuledTable(writer, 100, {{"Name", "First", "Second"}, {"x", "1", "2"}, {"y", "3", "4"}});
  writer.Text(72, 200, "The text goes on after the table with one more sentence.");
  const docling::Document document = ReadBytes(writer.Finish());
  ASSERT_EQ(document.tables.size(), 1U);
  ASSERT_EQ(document.tables[0].captions.size(), 1U);
  const docling::Text* caption = document.FindText(document.tables[0].captions[0]);
  ASSERT_NE(caption, nullptr);
  EXPECT_EQ(caption->text, "Table 1: The things that were counted in this work.");
  EXPECT_EQ(caption->parent, document.tables[0].self);
  EXPECT_EQ(Rows(document.tables[0].data),
            (std::vector<std::string>{"Name | First | Second", "x | 1 | 2", "y | 3 | 4"}));
}

TEST(ReadTablesTest, ATableGoesOnOverThePageBreak) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Text(72, 90, "Some text stands above the table on the first of the pages.");
  RuledTable(writer, 640, {{"Name", "First", "Second"}, {"x", "1", "2"}, {"y", "3", "4"}});
  writer.Page();
  RuledTable(writer, 60, {{"Name", "First", "Second"}, {"z", "5", "6"}});
  writer.Text(72, 200, "The text goes on after the table with one more sentence.");
  const docling::Document document = ReadBytes(writer.Finish());
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(
      Rows(document.tables[0].data),
      (std::vector<std::string>{"Name | First | Second", "x | 1 | 2", "y | 3 | 4", "z | 5 | 6"}));
  ASSERT_EQ(document.tables[0].prov.size(), 2U);
  EXPECT_EQ(document.tables[0].prov[1].page_no, 2);
}

TEST(ReadTablesTest, OtherColumnsOnTheNextPageAreAnotherTable) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Text(72, 90, "Some text stands above the table on the first of the pages.");
  RuledTable(writer, 640, {{"Name", "First", "Second"}, {"x", "1", "2"}, {"y", "3", "4"}});
  writer.Page().Text(72, 50, "New text parts the tables, so that they are two of them.");
  RuledTable(writer, 60, {{"Name", "First", "Second"}, {"z", "5", "6"}});
  EXPECT_EQ(ReadBytes(writer.Finish()).tables.size(), 2U);
}

TEST(ReadTablesTest, ADrawingIsAPictureWithItsLabelsAndCaption) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page();
  for (int i = 0; i < 6; ++i) {
    writer.Text(72, 60 + 12 * static_cast<float>(i),
                "Running text stands above the drawing and is longer than its labels are");
  }
  for (int i = 0; i < 8; ++i) {
    const float x = 100 + 20 * static_cast<float>(i);
    writer.Rule(x, 200, x + 20, 210 + 10 * static_cast<float>(i % 3));
  }
  writer.Rule(100, 260, 260, 260).Rule(100, 190, 100, 260);
  writer.Text(150, 230, "label", {.size = 7});
  writer.Text(72, 285, "Figure 1: How it went on.");
  const docling::Document document = ReadBytes(writer.Finish());
  ASSERT_EQ(document.pictures.size(), 1U);
  ASSERT_EQ(document.pictures[0].captions.size(), 1U);
  EXPECT_EQ(document.FindText(document.pictures[0].captions[0])->text, "Figure 1: How it went on.");
  ASSERT_EQ(document.pictures[0].children.size(), 2U);
  EXPECT_EQ(document.FindText(document.pictures[0].children[1])->text, "label");
  EXPECT_EQ(document.texts.size(), 3U);
}

TEST(ReadTablesTest, ListsNestByIndent) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Text(72, 90, "Some text stands above the list and fills most of the line here.");
  writer.Text(72, 120, "1. First thing to do").Text(92, 134, "a) with a part");
  writer.Text(92, 148, "b) and another part").Text(72, 162, "2. Second thing to do");
  const docling::Document document = ReadBytes(writer.Finish());
  ASSERT_EQ(document.groups.size(), 2U);
  EXPECT_EQ(document.groups[0].children.size(), 2U);
  EXPECT_EQ(document.groups[1].children.size(), 2U);
  const docling::Text* first = document.FindText(document.groups[0].children[0]);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(document.groups[1].parent, first->self);
}

}  // namespace
}  // namespace pdf
