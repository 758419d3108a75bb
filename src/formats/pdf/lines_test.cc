// Glyph clean-up and line building on hand-made glyphs.
#include <gtest/gtest.h>

#include "formats/pdf/characters.h"
#include "formats/pdf/cleaning.h"
#include "formats/pdf/line_builder.h"
#include "formats/pdf/line_text.h"
#include "formats/pdf/stages_fixture.h"
#include "formats/pdf/visibility.h"

namespace pdf {
namespace {

std::vector<std::string> LineTexts(RawPage page, FontTable& fonts) {
  std::vector<std::string> texts;
  for (const Line& line : BuildLines(std::move(page), 1, fonts, {}).lines) {
    texts.push_back(line.text);
  }
  return texts;
}

std::vector<std::string> LineTexts(RawPage page) {
  FontTable fonts;
  fonts.Intern("Times", 0);
  return LineTexts(std::move(page), fonts);
}

using Texts = std::vector<std::string>;

TEST(LinesTest, GapsMakeWordsAndGuttersMakeLines) {
  const struct {
    const char* what;
    std::u32string_view text;
    float blank;
    Texts lines;
  } rows[] = {
      {"a blank", U"two words", 0.25F, {"two words"}},
      {"a thin blank counts, it is one", U"two words", 0.05F, {"two words"}},
      {"a stretched blank of one string", U"two words", 2.0F, {"two words"}},
      {"a gutter", U"two words", 3.0F, {"two", "words"}},
  };
  for (const auto& row : rows) {
    RawPage page = EmptyPage();
    AddGlyphs(page, 50, 100, row.text, 10, 0, row.blank);
    EXPECT_EQ(LineTexts(page), row.lines) << row.what;
  }
}

TEST(LinesTest, AGapWithoutABlankPartsWordsToo) {
  RawPage page = EmptyPage();
  AddGlyphs(page, 50, 100, U"two");
  AddGlyphs(page, 67, 100, U"words");  // 2 pt = 0.2 em after "two"
  AddGlyphs(page, 92.5F, 100, U"x");   // 0.5 pt: no gap
  EXPECT_EQ(LineTexts(page), (Texts{"two wordsx"}));
}

TEST(LinesTest, OtherStringsOnTheRowPartEarlier) {
  RawPage page = EmptyPage();
  AddGlyphs(page, 50, 100, U"left");
  AddGlyphs(page, 85, 100, U"right");  // 1.5 em
  EXPECT_EQ(LineTexts(page), (Texts{"left", "right"}));
}

TEST(LinesTest, AVerticalRulePartsCells) {
  RawPage page = EmptyPage();
  AddGlyphs(page, 50, 100, U"left");
  AddGlyphs(page, 76, 100, U"right");
  EXPECT_EQ(LineTexts(page), (Texts{"left right"}));
  page.rules.push_back({{72.5F, 80, 73, 120}});
  EXPECT_EQ(LineTexts(page), (Texts{"left", "right"}));
}

TEST(LinesTest, LetterSpacedTitlesAreWords) {
  RawPage page = EmptyPage();
  float x = 50;
  for (const char32_t c : std::u32string_view(U"ABSTRACT")) {
    AddGlyphs(page, x, 100, std::u32string_view(&c, 1));
    x += 8;  // 3 pt between letters
  }
  AddGlyphs(page, x + 6, 100, U"X");
  EXPECT_EQ(LineTexts(page), (Texts{"ABSTRACT X"}));
}

TEST(LinesTest, SuperscriptsStayInTheirLine) {
  RawPage page = EmptyPage();
  AddGlyphs(page, 50, 100, U"note");
  AddGlyphs(page, 70, 96, U"1", 6);
  AddGlyphs(page, 75, 100, U"goes on");
  FontTable fonts;
  fonts.Intern("Times", 0);
  const PageLines lines = BuildLines(page, 1, fonts, {});
  ASSERT_EQ(lines.lines.size(), 1U);
  EXPECT_EQ(lines.lines[0].text, "note 1 goes on");
  EXPECT_EQ(lines.lines[0].superscripts, (Texts{"1"}));
  EXPECT_FLOAT_EQ(lines.lines[0].size, 10);
}

TEST(LinesTest, SubscriptsJoinTheirWord) {
  RawPage page = EmptyPage();
  AddGlyphs(page, 50, 100, U"H");
  AddGlyphs(page, 55, 102, U"2", 6);
  AddGlyphs(page, 58, 100, U"O");
  EXPECT_EQ(LineTexts(page), (Texts{"H2O"}));
}

TEST(LinesTest, RightToLeftTextKeepsItsLogicalOrder) {
  RawPage page = EmptyPage();
  // Logical order, drawn from right to left: two words.
  float x = 200;
  bool space = false;
  for (const char32_t c : std::u32string_view(U"\u05D0\u05D1 \u05D2\u05D3")) {
    x -= c == ' ' ? 3 : 5;
    if (c == ' ') {
      space = true;
      continue;
    }
    AddGlyphs(page, x, 100, std::u32string_view(&c, 1));
    if (std::exchange(space, false)) page.glyphs.back().flags |= kSpaceBefore;
  }
  EXPECT_EQ(LineTexts(page), (Texts{"\u05D0\u05D1 \u05D2\u05D3"}));
}

TEST(LinesTest, SoftHyphensShowOnlyAtTheEnd) {
  RawPage page = EmptyPage();
  AddGlyphs(page, 50, 100, U"co-op");
  page.glyphs[2].flags |= kHyphen;
  AddGlyphs(page, 50, 112, U"bro-");
  page.glyphs.back().flags |= kHyphen;
  FontTable fonts;
  fonts.Intern("Times", 0);
  const PageLines lines = BuildLines(page, 1, fonts, {});
  EXPECT_EQ(lines.lines.at(0).text, "coop");
  EXPECT_EQ(lines.lines.at(1).text, "bro-");
  EXPECT_TRUE(lines.lines.at(1).soft_hyphen);
}

TEST(LinesTest, SidewaysTextMakesLinesOfItsOwn) {
  RawPage page = EmptyPage();
  AddGlyphs(page, 50, 100, U"upright text of the page");
  for (int i = 0; i < 5; ++i) {  // "stamp", upwards along the left edge
    Glyph glyph;
    glyph.code = U"stamp"[i];
    const float y = 400 - 5 * static_cast<float>(i);
    glyph.box = {12, y - 5, 22, y};
    glyph.origin_x = 20;
    glyph.baseline = y;
    glyph.size = 10;
    glyph.angle = 270;
    page.glyphs.push_back(glyph);
  }
  FontTable fonts;
  fonts.Intern("Times", 0);
  const PageLines lines = BuildLines(page, 1, fonts, {});
  ASSERT_EQ(lines.lines.size(), 2U);
  EXPECT_EQ(lines.lines[1].text, "stamp");
  EXPECT_TRUE(lines.lines[1].rotated);
  EXPECT_NEAR(lines.lines[1].box.t, 375, 1);
  EXPECT_NEAR(lines.lines[1].box.b, 400, 1);
}

TEST(LinesTest, PicturesFontsAndPrivateCharactersAreBullets) {
  FontTable fonts;
  fonts.Intern("Times", 0);
  const uint16_t dingbats = fonts.Intern("ABCDEF+Wingdings-Regular", 0);
  RawPage page = EmptyPage();
  AddGlyphs(page, 50, 100, U"r", 10, dingbats);
  AddGlyphs(page, 60, 100, U"item");
  AddGlyphs(page, 50, 120, U"\uF0B7 other");
  EXPECT_EQ(LineTexts(page, fonts), (Texts{"• item", "• other"}));
}

TEST(CleaningTest, OverprintsBecomeOneBoldGlyph) {
  RawPage page = EmptyPage();
  AddGlyphs(page, 50, 100, U"bold");
  AddGlyphs(page, 50.3F, 100, U"bold");
  AddGlyphs(page, 50, 200, U"aa");  // neighbours, not overprints
  const CleaningResult result = CleanGlyphs(page);
  EXPECT_EQ(result.duplicates, 4U);
  EXPECT_EQ(page.glyphs.size(), 6U);
  EXPECT_TRUE(page.glyphs[0].flags & kFakeBold);
  EXPECT_FALSE(page.glyphs[5].flags & kFakeBold);
}

TEST(CleaningTest, InvisibleTextGoesButStaysOnAScan) {
  for (const bool scan : {false, true}) {
    RawPage page = EmptyPage();
    AddGlyphs(page, 50, 100, U"layer");
    for (Glyph& glyph : page.glyphs) glyph.hidden = Hidden::kUnpainted;
    if (scan) page.images = {{.box = {0, 0, 600, 400}}, {.box = {0, 400, 600, 800}}};
    const CleaningResult result = CleanGlyphs(page);
    EXPECT_EQ(result.hidden, scan ? 0U : 5U);
    EXPECT_EQ(result.ocr_layer, scan);
    EXPECT_EQ(page.glyphs.size(), scan ? 5U : 0U);
  }
}

TEST(CleaningTest, OnAScanOnlyWhatOcrWouldWriteStays) {
  RawPage page = EmptyPage();
  AddGlyphs(page, 50, 100, U"the scanned words");
  for (Glyph& glyph : page.glyphs) glyph.hidden = Hidden::kUnpainted;
  const size_t words = page.glyphs.size();
  AddGlyphs(page, 50, 200, U"tiny");
  AddGlyphs(page, 50, 900, U"beside");
  for (size_t i = words; i < page.glyphs.size(); ++i) {
    page.glyphs[i].hidden = i < words + 4 ? Hidden::kTiny : Hidden::kUnpainted;
  }
  page.images.push_back({.box = {0, 0, 600, 800}});
  const CleaningResult result = CleanGlyphs(page);
  EXPECT_EQ(page.glyphs.size(), words);
  EXPECT_EQ(result.hidden_text, (std::vector<std::pair<Hidden, std::string>>{
                                    {Hidden::kTiny, "tiny"}, {Hidden::kUnpainted, "beside"}}));
}

TEST(VisibilityTest, DoubtsAreTextInTheColourOfItsGroundAndTextPaintedOver) {
  const struct {
    const char* what;
    uint32_t text;
    uint32_t paint;
    uint32_t paint_order;
    bool plain;
    size_t doubts;
  } rows[] = {
      {"white on white", 0xFFFFFF, 0xFFFFFF, 0, true, 4},
      {"white on blue", 0xFFFFFF, 0x000080, 0, true, 0},
      {"white on a blue shape that is no rectangle", 0xFFFFFF, 0x000080, 0, false, 4},
      {"white, blue painted over it", 0xFFFFFF, 0x000080, 9, true, 4},
      {"black, blue painted over it", 0x000000, 0x000080, 9, true, 4},
      {"black on black", 0x000000, 0x000000, 0, true, 4},
      {"yellow on white", 0xFFFF00, 0xFFFFFF, 0, true, 0},
      {"grey on white", 0xF8F8F8, 0xFFFFFF, 0, true, 4},
      {"black on blue", 0x000000, 0x8080FF, 0, true, 0},
  };
  for (const auto& row : rows) {
    RawPage page = EmptyPage();
    AddGlyphs(page, 50, 100, U"text");
    for (Glyph& glyph : page.glyphs) glyph.color = row.text;
    page.paints.push_back({{0, 0, 300, 300}, row.paint_order, row.paint, row.plain});
    EXPECT_EQ(FindDoubts(page).size(), row.doubts) << row.what;
  }
}

TEST(CharactersTest, CleanAndAppend) {
  EXPECT_EQ(CleanCharacter(0x01), 0U);
  EXPECT_EQ(CleanCharacter(0x202E), 0U);
  EXPECT_EQ(CleanCharacter(0xE0041), 0U);
  EXPECT_EQ(CleanCharacter(0xF0B7), 0x2022U);
  EXPECT_EQ(CleanCharacter('a'), U'a');
  std::string text;
  for (const char32_t code : std::u32string_view(U"o\uFB03ce \u201Cx\u201D \u2013")) {
    AppendCharacter(code, true, text);
  }
  EXPECT_EQ(text, "office \"x\" -");
  text.clear();
  AppendCharacter(0x201C, false, text);
  EXPECT_EQ(text, "\u201C");
}

TEST(LineTextTest, Joining) {
  const struct {
    const char* first;
    const char* second;
    LineEnd end;
    const char* joined;
  } rows[] = {
      {"one", "two", LineEnd::kPlain, "one two"},
      {"bro-", "ken", LineEnd::kPlain, "broken"},
      {"IBM-", "Compatible", LineEnd::kPlain, "IBM-Compatible"},
      {"1990-", "1995", LineEnd::kPlain, "1990-1995"},
      {"Bro-", "Ken", LineEnd::kSoftHyphen, "BroKen"},
      {"a -", "b", LineEnd::kPlain, "a - b"},
      {"\u6F22", "\u5B57", LineEnd::kPlain, "\u6F22\u5B57"},
      {"\uAC00", "\uB098", LineEnd::kPlain, "\uAC00 \uB098"},
      {"impact-", "the rest", LineEnd::kDash, "impact-the rest"},
      {"", "x", LineEnd::kPlain, "x"},
  };
  for (const auto& row : rows) {
    std::string text = row.first;
    AppendLine(text, row.second, row.end);
    EXPECT_EQ(text, row.joined);
  }
}

TEST(LineTextTest, EndsOfSentences) {
  for (const char* text : {"end.", "end?", "(end.)", "\u201Cend.\u201D", "\u7D42\u3002", "so:"}) {
    EXPECT_TRUE(EndsSentence(text)) << text;
  }
  for (const char* text : {"", "end", "(e.g)", "end,", ")"})
    EXPECT_FALSE(EndsSentence(text)) << text;
}

TEST(FontsTest, NamesSayTheStyle) {
  const struct {
    const char* name;
    int flags;
    int weight;
    bool italic;
    bool mono;
  } rows[] = {
      {"ABCDEF+Times-Bold", 0, 700, false, false},
      {"SFBX1000", 0, 700, false, false},
      {"CMTI10", 0, 400, true, false},
      {"HelveticaNeue-Md", 0, 500, false, false},
      {"Arial,BoldItalic", 0, 700, true, false},
      {"KoPubBatangLight", 0, 300, false, false},
      {"CourierNew", 0, 400, false, true},
      {"Foo", 1 << 18, 700, false, false},
      {"Foo", 1, 400, false, true},
      {"Foo", 1 << 6, 400, true, false},
  };
  for (const auto& row : rows) {
    const Font font = DescribeFont(row.name, row.flags);
    EXPECT_EQ(font.weight, row.weight) << row.name;
    EXPECT_EQ(font.italic, row.italic) << row.name;
    EXPECT_EQ(font.mono, row.mono) << row.name;
  }
}

TEST(FontsTest, EqualAdvancesAreAFixedPitch) {
  PitchObserver fixed;
  PitchObserver proportional;
  PitchObserver unsure;
  for (const char c : std::string("the quick brown fox jumps with lime")) {
    fixed.Observe(static_cast<char32_t>(c), 0.6F);
    proportional.Observe(static_cast<char32_t>(c), c == 'i' ? 0.3F : 0.6F);
  }
  unsure.Observe('a', 0.6F);
  EXPECT_TRUE(fixed.Fixed());
  EXPECT_FALSE(proportional.Fixed());
  EXPECT_FALSE(unsure.Fixed());
}

}  // namespace
}  // namespace pdf
