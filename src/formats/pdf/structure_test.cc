// Columns, furniture, labels, headings, roles and tables on hand-made lines.
#include <gtest/gtest.h>

#include "formats/pdf/block_builder.h"
#include "formats/pdf/block_text.h"
#include "formats/pdf/furniture.h"
#include "formats/pdf/headings.h"
#include "formats/pdf/labels.h"
#include "formats/pdf/lists.h"
#include "formats/pdf/outline_match.h"
#include "formats/pdf/regions.h"
#include "formats/pdf/roles.h"
#include "formats/pdf/stages_fixture.h"
#include "formats/pdf/table_join.h"
#include "formats/pdf/tables.h"

namespace pdf {
namespace {

// --- labels

TEST(LabelsTest, Grammar) {
  const struct {
    const char* text;
    Family family;
    int value;
    size_t text_at;
  } rows[] = {
      {"• item", Family::kBullet, 0x2022, 4},   {"- item", Family::kBullet, '-', 2},
      {"-5 degrees", Family::kNone, 0, 0},      {"1. item", Family::kArabic, 1, 3},
      {"12) item", Family::kArabic, 12, 4},     {"(3) item", Family::kArabic, 3, 4},
      {"[7] item", Family::kArabic, 7, 4},      {"1990. It was", Family::kNone, 0, 0},
      {"2.1.3 Title", Family::kDotted, 3, 6},   {"a) item", Family::kLowerAlpha, 1, 3},
      {"(b) item", Family::kLowerAlpha, 2, 4},  {"iv. item", Family::kLowerRoman, 4, 4},
      {"IX. Title", Family::kUpperRoman, 9, 4}, {"A. Title", Family::kUpperAlpha, 1, 3},
      {"A title", Family::kNone, 0, 0},         {"Chapter 3. Title", Family::kChapter, 3, 11},
      {"① first", Family::kCircled, 1, 4},      {"나. second", Family::kCircled, 2, 5},
      {"3 Title", Family::kArabic, 3, 2},       {"", Family::kNone, 0, 0},
      {"e.g. this", Family::kNone, 0, 0},       {"word", Family::kNone, 0, 0},
  };
  for (const auto& row : rows) {
    const Label label = ParseLabel(row.text);
    EXPECT_EQ(label.family, row.family) << row.text;
    EXPECT_EQ(label.value, row.value) << row.text;
    EXPECT_EQ(label.text_at, row.text_at) << row.text;
  }
}

TEST(LabelsTest, Sequences) {
  EXPECT_TRUE(Follows(ParseLabel("1. a"), ParseLabel("2. b")));
  EXPECT_TRUE(Follows(ParseLabel("1. a"), ParseLabel("3. b")));  // one may be missing
  EXPECT_FALSE(Follows(ParseLabel("1. a"), ParseLabel("4. b")));
  EXPECT_FALSE(Follows(ParseLabel("1. a"), ParseLabel("2) b")));
  EXPECT_FALSE(Follows(ParseLabel("2. a"), ParseLabel("1. b")));
  EXPECT_TRUE(Follows(ParseLabel("a) a"), ParseLabel("b) b")));
  EXPECT_TRUE(Follows(ParseLabel("• a"), ParseLabel("• b")));
  EXPECT_FALSE(Follows(ParseLabel("• a"), ParseLabel("- b")));
}

// --- regions

LayoutItem Item(uint32_t id, float l, float t, float r, float b, uint16_t words = 8) {
  return {{l, t, r, b}, b - 2, 10, id, words, false};
}

std::vector<uint32_t> Order(const std::vector<Region>& regions) {
  std::vector<uint32_t> ids;
  for (const Region& region : regions) {
    for (const LayoutItem& item : region.items) ids.push_back(item.id);
  }
  return ids;
}

std::vector<LayoutItem> TwoColumns(float top, int lines, uint32_t first_id) {
  std::vector<LayoutItem> items;
  for (int column = 0; column < 2; ++column) {
    for (int i = 0; i < lines; ++i) {
      const float x = column == 0 ? 50.F : 310.F;
      const float y = top + 12 * static_cast<float>(i);
      items.push_back(Item(first_id + static_cast<uint32_t>(items.size()), x, y, x + 240, y + 10));
    }
  }
  return items;
}

TEST(RegionsTest, TwoColumnsLeftFirst) {
  const auto regions = CutRegions(TwoColumns(100, 4, 0), false);
  EXPECT_EQ(Order(regions), (std::vector<uint32_t>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_NE(regions.front().column, regions.back().column);
}

TEST(RegionsTest, ThreeColumnsOfTextAreNoTable) {
  std::vector<LayoutItem> items;
  for (uint32_t column = 0; column < 3; ++column) {
    for (uint32_t i = 0; i < 5; ++i) {
      const float x = 50 + 170 * static_cast<float>(column);
      const float y = 100 + 12 * static_cast<float>(i);
      items.push_back(Item(column * 5 + i, x, y, x + 155, y + 10, 6));
    }
  }
  const auto order = Order(CutRegions(items, false));
  for (uint32_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
}

TEST(RegionsTest, RightToLeftPagesStartAtTheRight) {
  EXPECT_EQ(Order(CutRegions(TwoColumns(100, 4, 0), true)),
            (std::vector<uint32_t>{4, 5, 6, 7, 0, 1, 2, 3}));
}

TEST(RegionsTest, WhatSpansTheColumnsMakesBands) {
  auto items = TwoColumns(100, 4, 0);
  for (const auto& item : TwoColumns(200, 4, 8)) items.push_back(item);
  items.push_back(Item(16, 50, 160, 550, 172));  // between
  items.push_back(Item(17, 50, 60, 550, 80));    // above
  EXPECT_EQ(Order(CutRegions(items, false)),
            (std::vector<uint32_t>{17, 0, 1, 2, 3, 4, 5, 6, 7, 16, 8, 9, 10, 11, 12, 13, 14, 15}));
}

TEST(RegionsTest, RowsOfATableStayTogether) {
  std::vector<LayoutItem> items;
  for (uint32_t row = 0; row < 5; ++row) {
    for (uint32_t column = 0; column < 3; ++column) {
      const float x = 50 + 150 * static_cast<float>(column);
      const float y = 100 + 12 * static_cast<float>(row);
      items.push_back(Item(row * 3 + column, x, y, x + 40, y + 10, 1));
    }
  }
  const auto order = Order(CutRegions(items, false));
  for (uint32_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
}

TEST(RegionsTest, ManyItemsOnOneSpotEnd) {
  std::vector<LayoutItem> items;
  for (uint32_t i = 0; i < 20'000; ++i) items.push_back(Item(i, 50, 50, 60, 60));
  EXPECT_EQ(Order(CutRegions(items, false)).size(), items.size());
}

// --- furniture

TEST(FurnitureTest, KeysAndPageNumbers) {
  EXPECT_EQ(FurnitureKey("Page 12 of 345"), FurnitureKey("page 3 of 345"));
  EXPECT_EQ(FurnitureKey("xii"), "#");
  for (const char* text : {"7", "- 7 -", "xii", "Page 7 of 9", "7 / 9", "Seite 3"}) {
    EXPECT_TRUE(IsPageNumber(text)) << text;
  }
  for (const char* text : {"", "Table 7", "2019-2020 report", "12345", "word"}) {
    EXPECT_FALSE(IsPageNumber(text)) << text;
  }
}

TEST(FurnitureTest, RepeatedLinesAtTheEdgesOnly) {
  std::vector<PageLines> pages;
  for (int i = 1; i <= 3; ++i) {
    pages.push_back(MakePage(i, {MakeLine(50, 40, "Running title", 8),
                                 MakeLine(50, 400, "The same words on all pages stay"),
                                 MakeLine(50, 420, "body text " + std::string(i, 'x')),
                                 MakeLine(300, 780, std::to_string(i), 8)}));
  }
  const auto furniture = FindFurniture(pages, MeasureDocument(pages));
  for (const auto& page : furniture) {
    EXPECT_EQ(page, (std::vector<Furniture>{Furniture::kHeader, Furniture::kNone, Furniture::kNone,
                                            Furniture::kFooter}));
  }
}

TEST(FurnitureTest, OnASinglePageOnlyNumbersAndImprintsCount) {
  const std::vector<PageLines> pages{
      MakePage(1, {MakeLine(50, 40, "A first line of text"), MakeLine(50, 60, "and a second one"),
                   MakeLine(50, 400, "body text in the middle of the page"),
                   MakeLine(50, 780, "\u00A9 2014 Somebody", 7)})};
  const auto furniture = FindFurniture(pages, MeasureDocument(pages));
  EXPECT_EQ(furniture[0], (std::vector<Furniture>{Furniture::kNone, Furniture::kNone,
                                                  Furniture::kNone, Furniture::kFooter}));
}

// --- blocks, headings, roles

std::vector<Block> Structure(const std::vector<PageLines>& pages,
                             std::span<const OutlineEntry> outline = {}) {
  const Statistics statistics = MeasureDocument(pages);
  std::vector<Block> blocks;
  for (uint32_t i = 0; i < pages.size(); ++i) {
    const std::vector<Furniture> none(pages[i].lines.size(), Furniture::kNone);
    for (Block& block : BuildBlocks(pages[i], i, none, statistics, true)) blocks.push_back(block);
  }
  FindHeadings(blocks, pages, statistics, outline);
  FindCaptions(blocks, pages);
  AttachCaptions(blocks, pages);
  FindListItems(blocks, pages);
  FindFootnotes(blocks, pages, statistics);
  NestLists(blocks);
  JoinTables(blocks, pages);
  LevelHeadings(blocks, pages, outline);
  JoinBrokenParagraphs(blocks, pages);
  return blocks;
}

void AddProse(std::vector<Line>& lines, float x, float& y, int count, size_t width = 80) {
  for (int i = 0; i < count; ++i) {
    std::string text(width, 'x');
    for (size_t at = 6; at < width; at += 7) text[at] = ' ';
    if (i + 1 == count) text = "xxxxx end.";
    lines.push_back(MakeLine(x, y, text));
    y += 12;
  }
}

TEST(BlocksTest, ShortLastLinesAndIndentsEndParagraphs) {
  std::vector<Line> lines;
  float y = 100;
  AddProse(lines, 50, y, 4);
  lines.push_back(MakeLine(
      65, y, "Xindented xxxx xxxx xxxx xxxx xxxx xxxx xxxx xxxx xxxx xxxx xxxx xxxx xxxx xx"));
  y += 12;
  AddProse(lines, 50, y, 3);
  const auto blocks = Structure({MakePage(1, lines)});
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].rows, 4U);
  EXPECT_EQ(blocks[1].rows, 4U);
}

TEST(BlocksTest, RightToLeftParagraphsEndAtTheLeft) {
  std::string words;
  for (int i = 0; i < 12; ++i) words += "שלום ";
  const auto line = [&](float left, float baseline, const std::string& text) {
    Line made = MakeLine(left, baseline, text);
    made.box = {left, baseline - 8, 550, baseline + 2};
    made.chars = static_cast<uint16_t>((550 - left) / 5);
    return made;
  };
  const std::vector<Line> lines{line(50, 100, words),    line(50, 112, words),
                                line(400, 124, "שלום."), line(50, 136, words),
                                line(50, 148, words),    line(300, 160, "שלום שלום.")};
  const auto blocks = Structure({MakePage(1, lines)});
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].rows, 3U);
  EXPECT_EQ(blocks[1].rows, 3U);
}

TEST(HeadingsTest, SizeWeightAndNumbersMakeHeadingsWithLevels) {
  std::vector<Line> lines;
  float y = 60;
  const auto heading = [&](const char* text, float size, bool bold) {
    y += 14;
    lines.push_back(MakeLine(50, y, text, size, bold));
    y += 18;
  };
  heading("1 Introduction", 14, true);
  AddProse(lines, 50, y, 4);
  heading("1.1 Scope of it", 11, true);
  AddProse(lines, 50, y, 4);
  heading("2 Methods", 14, true);
  AddProse(lines, 50, y, 4);
  heading("no heading, it ends in a comma,", 10, true);
  AddProse(lines, 50, y, 4);
  const std::vector<PageLines> pages{MakePage(1, lines)};
  const auto blocks = Structure(pages);
  std::vector<std::pair<std::string, int>> found;
  for (const Block& block : blocks) {
    if (block.kind == Kind::kHeading) found.emplace_back(TextOf(block, pages[0]), block.level);
  }
  EXPECT_EQ(found, (std::vector<std::pair<std::string, int>>{
                       {"1 Introduction", 1}, {"1.1 Scope of it", 2}, {"2 Methods", 1}}));
}

TEST(HeadingsTest, TheOutlineDecides) {
  std::vector<Line> lines;
  float y = 60;
  AddProse(lines, 50, y, 3);
  y += 12;
  lines.push_back(MakeLine(50, y, "Deep part", 10.5F, true));
  y += 16;
  AddProse(lines, 50, y, 3);
  const std::vector<OutlineEntry> outline{{"Start", 1, 0}, {"Deep Part", 2, 0}};
  const auto blocks = Structure({MakePage(1, lines)}, outline);
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[1].kind, Kind::kHeading);
  const OutlineIndex index(outline);
  EXPECT_EQ(index.DepthOf("2.3 deep part", 0), 2);
  EXPECT_EQ(index.DepthOf("deep part", 5), 0);
}

TEST(RolesTest, Captions) {
  for (const char* text :
       {"Figure 3: A view", "Table 2-1 Names", "[표 1] 비교", "Fig. 4", "Abb. 2 Bild"}) {
    EXPECT_TRUE(IsCaption(text)) << text;
  }
  for (const char* text :
       {"Table 2 shows the result", "Figures are rare", "Tabletop 1", "", "Figure it out"}) {
    EXPECT_FALSE(IsCaption(text)) << text;
  }
}

TEST(RolesTest, FootnotesAreSmallTypeWithAMarkAtTheFoot) {
  std::vector<Line> lines;
  float y = 100;
  AddProse(lines, 50, y, 20);
  lines.push_back(MakeLine(50, 700, "1) A note to the text above", 8));
  lines.push_back(MakeLine(50, 720, "2) Another note", 8));
  const auto blocks = Structure({MakePage(1, lines)});
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[0].kind, Kind::kText);
  EXPECT_EQ(blocks[1].kind, Kind::kFootnote);
  EXPECT_EQ(blocks[2].kind, Kind::kFootnote);
}

TEST(RolesTest, ALoneNumberIsNoList) {
  std::vector<Line> lines;
  float y = 100;
  AddProse(lines, 50, y, 3);
  y += 20;
  lines.push_back(MakeLine(50, y, "1. only one item of its kind"));
  y += 30;
  AddProse(lines, 50, y, 3);
  for (const Block& block : Structure({MakePage(1, lines)})) EXPECT_NE(block.kind, Kind::kListItem);
}

TEST(RolesTest, ParagraphsGoOnInTheNextColumn) {
  std::vector<Line> lines;
  for (int i = 0; i < 10; ++i) {
    const float y = 100 + 12 * static_cast<float>(i);
    lines.push_back(MakeLine(50, y, "left text that fills the whole column it has"));
    lines.push_back(MakeLine(310, y, "goes on in the right one of the two columns."));
  }
  const auto blocks = Structure({MakePage(1, lines)});
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].continues, 1);
  EXPECT_EQ(blocks[1].continues, -1);
}

// --- tables

TEST(TablesTest, CellsSpansAndContinuedRows) {
  std::vector<Line> lines;
  float y = 100;
  AddProse(lines, 50, y, 3);
  y += 20;
  const auto row = [&](const char* a, const char* b, const char* c) {
    if (*a != 0) lines.push_back(MakeLine(50, y, a));
    if (*b != 0) lines.push_back(MakeLine(200, y, b));
    if (*c != 0) lines.push_back(MakeLine(350, y, c));
    y += 12;
  };
  row("Name", "Type", "Use");
  row("alpha", "int", "counts things that are");
  row("", "", "many");
  row("beta", "text", "names");
  row("gamma", "", "nothing");
  const std::vector<PageLines> pages{MakePage(1, lines)};
  const auto blocks = Structure(pages);
  const auto table = std::ranges::find(blocks, Kind::kTable, &Block::kind);
  ASSERT_NE(table, blocks.end());
  const docling::TableData& data = table->table;
  EXPECT_EQ(data.num_rows, 4);
  EXPECT_EQ(data.num_cols, 3);
  const docling::Grid grid(data);
  EXPECT_EQ(grid.At(1, 2)->text, "counts things that are many");
  EXPECT_EQ(grid.At(3, 1), nullptr);
  EXPECT_TRUE(grid.At(0, 0)->column_header);
}

TEST(TablesTest, NumbersThatRunTogetherAreParted) {
  std::vector<Line> lines;
  for (int i = 0; i < 4; ++i) {
    const float y = 100 + 14 * static_cast<float>(i);
    lines.push_back(MakeLine(50, y, "name"));
    lines.push_back(MakeLine(150, y, "11"));
    lines.push_back(MakeLine(190, y, "22"));
  }
  lines.push_back(MakeLine(50, 156, "two words"));
  Line together = MakeLine(140, 156, "3333333 4444444");
  together.words = {{0, 140, 175}, {8, 180, 215}};
  lines.push_back(together);
  const std::vector<PageLines> pages{MakePage(1, lines)};
  const auto blocks = Structure(pages);
  ASSERT_EQ(blocks.size(), 1U);
  ASSERT_EQ(blocks[0].kind, Kind::kTable);
  const docling::TableData& data = blocks[0].table;
  const docling::Grid grid(data);
  ASSERT_EQ(data.num_cols, 3);
  EXPECT_EQ(grid.At(4, 1)->text, "3333333");
  EXPECT_EQ(grid.At(4, 2)->text, "4444444");
}

TEST(TablesTest, CentredNamesAndNumberedEquationsAreNoTables) {
  std::vector<Line> names;
  const std::vector<std::vector<const char*>> rows{
      {"Ann Example", "Bob B. Sample", "Cy Test"},
      {"University of There", "Institute", "A Company of Some Size"},
      {"Town", "Another Town, Country", "Village"}};
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t c = 0; c < 3; ++c) {
      const auto width = 5 * static_cast<float>(std::string_view(rows[r][c]).size());
      names.push_back(MakeLine(120 + 170 * static_cast<float>(c) - width / 2,
                               100 + 12 * static_cast<float>(r), rows[r][c]));
    }
  }
  for (const Block& block : Structure({MakePage(1, names)})) EXPECT_NE(block.kind, Kind::kTable);
  std::vector<Line> equations;
  for (int i = 1; i <= 4; ++i) {
    const float y = 100 + 20 * static_cast<float>(i);
    equations.push_back(MakeLine(200, y, "y = a + b"));
    equations.push_back(MakeLine(500, y, "(" + std::to_string(i) + ")"));
  }
  for (const Block& block : Structure({MakePage(1, equations)})) {
    EXPECT_NE(block.kind, Kind::kTable);
  }
}

TEST(TablesTest, LeaderDotsMakeAnIndex) {
  EXPECT_TRUE(IsIndexLine("1.2 Some title . . . . . . . . 12"));
  EXPECT_TRUE(IsIndexLine("Preface ......... xi"));
  EXPECT_FALSE(IsIndexLine("and so on... 12"));
  EXPECT_FALSE(IsIndexLine("version 1.2.3 12"));
  std::vector<Line> lines;
  for (int i = 0; i < 4; ++i) {
    lines.push_back(MakeLine(50, 100 + 14 * static_cast<float>(i),
                             "Title ........................... " + std::to_string(i)));
  }
  const std::vector<PageLines> pages{MakePage(1, lines)};
  const auto blocks = Structure(pages);
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_TRUE(blocks[0].index);
  const docling::TableData& data = blocks[0].table;
  EXPECT_EQ(data.num_rows, 4);
  EXPECT_EQ(data.num_cols, 2);
  EXPECT_EQ(docling::Grid(data).At(3, 1)->text, "3");
}

TEST(StatisticsTest, BodyIsWhatMostTextIsSetIn) {
  std::vector<Line> lines;
  float y = 100;
  AddProse(lines, 50, y, 12);
  lines.push_back(MakeLine(50, 60, "A large heading on the page that is long", 20, true));
  const Statistics statistics = MeasureDocument({MakePage(1, lines)});
  EXPECT_FLOAT_EQ(statistics.body_size, 10);
  EXPECT_NEAR(statistics.body_pitch, 1.2F, 0.01F);
  EXPECT_FALSE(statistics.body.bold);
  EXPECT_FLOAT_EQ(MeasureDocument({}).body_size, 10);
}

}  // namespace
}  // namespace pdf
