#include "formats/css.h"

#include <gtest/gtest.h>

namespace formats {
namespace {

TEST(Css, Colors) {
  const struct {
    const char* value;
    std::optional<uint32_t> color;
  } rows[] = {
      {"white", 0xFFFFFF},
      {" #FFF ", 0xFFFFFF},
      {"#12aBef", 0x12ABEF},
      {"#12abef00", kUnknownColor},
      {"#fff8", 0xFFFFFF},
      {"rgb(1, 2,3)", 0x010203},
      {"rgba(1 2 3 / 0)", kUnknownColor},
      {"rgba(255,255,255,.9)", 0xFFFFFF},
      {"rgb(100%,0%,0%)", 0xFF0000},
      {"transparent", kUnknownColor},
      {"var(--x)", std::nullopt},
      {"#12", std::nullopt},
      {"", std::nullopt},
      {"rgb(", std::nullopt},
  };
  for (const auto& row : rows) EXPECT_EQ(ParseColor(row.value), row.color) << row.value;
}

TEST(Css, WhatTakesAnElementAway) {
  const struct {
    const char* style;
    bool away;
  } rows[] = {
      {"position:absolute; left:-9999px", true},
      {"position:absolute; left:-5px", false},
      {"left:-9999px", false},
      {"position:fixed;top:-100em", true},
      {"position:absolute;clip:rect(0 0 0 0)", true},
      {"position:absolute;clip:rect(1px,1px,1px,1px)", true},
      {"position:absolute;clip:rect(0 100px 100px 0)", false},
      {"width:1px;height:1px;overflow:hidden", true},
      {"height:0;overflow:hidden", true},
      {"height:0", false},
      {"margin-left: -3000px", true},
      {"transform:translateX(-100vw)", true},
      {"transform:scale(0)", true},
      {"transform:scale(0.5)", false},
      {"", false},
      {";;:;a:", false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(ParseDeclarations(row.style).away.value_or(false), row.away) << row.style;
  }
}

TEST(Css, LaterDeclarationsWin) {
  const CssLook look = ParseDeclarations("display:none; color:red; DISPLAY: Block !important");
  EXPECT_EQ(look.displayed, true);
  EXPECT_EQ(look.color, 0xFF0000U);
  EXPECT_EQ(ParseDeclarations("background: url(x) white").background, kUnknownColor);
  EXPECT_EQ(ParseDeclarations("background: #eee none").background, 0xEEEEEEU);
  EXPECT_FALSE(ParseDeclarations("background: none").background);
  EXPECT_EQ(ParseDeclarations("font-size:0.5em").relative_size, true);
}

// Which of the elements with an id get color "red" from the style sheet.
std::string Red(const std::string& css) {
  docling::CollectedDiagnostics diagnostics;
  const auto tree = HtmlTree::Parse(
      "<div id=a class='x y'><p id=b class=y>b</p><section><p id=c>c</p></section></div>"
      "<p id=d class=y>d</p>",
      diagnostics);
  StyleSheets sheets;
  sheets.Add(css);
  std::string ids;
  for (NodeId id = 0; id < tree->size(); ++id) {
    const std::string* name = tree->Attribute(id, "id");
    if (name == nullptr) continue;
    const auto looks = sheets.Matching(*tree, id);
    if (!looks.empty() && looks.back()->color == 0xFF0000U) ids += *name;
  }
  return ids;
}

TEST(Css, SelectorsFind) {
  const struct {
    const char* css;
    const char* ids;
  } rows[] = {
      {"p{color:red}", "bcd"},
      {"*{color:red}", "abcd"},
      {".y{color:red}", "abd"},
      {"p.y, #c {color:red}", "bcd"},
      {".x.y{color:red}", "a"},
      {"div p{color:red}", "bc"},
      {"div > p{color:red}", "b"},
      {"div section > p{color:red}", "c"},
      {"p:hover{color:red}", ""},
      {"p+p{color:red}", ""},
      {"/* p{} */ p{color:red} /*", "bcd"},
      {"p{color:red} .y{color:blue} #d{color:red}", "cd"},
      {"p{color:red} p{color:blue}", ""},
      {"@media print{p{color:red}}", ""},
      {"@media screen{p{color:red}} #a{color:red}", "abcd"},
      {"@font-face{color:red} p{color:red}", "bcd"},
      {"@import 'x'; p{color:red}", "bcd"},
      {"p{color:red", "bcd"},
      {"p{", ""},
      {"}}{{", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(Red(row.css), row.ids) << row.css;
}

TEST(Css, SaysWhenBackgroundsAreNotKnown) {
  const auto unknown = [](const char* css) {
    StyleSheets sheets;
    sheets.Add(css);
    return sheets.unknown_backgrounds();
  };
  EXPECT_FALSE(unknown("p{background:red} a:hover{background:blue} p+p{color:red}"));
  EXPECT_TRUE(unknown("p+p{background:blue}"));
  EXPECT_TRUE(unknown("@import url(x);"));
}

// Twenty thousand elements that all fit twenty thousand rules end all the same.
TEST(Css, WorkIsBounded) {
  std::string css;
  std::string html;
  for (int i = 0; i < 20'000; ++i) {
    css += ".a{color:red}";
    html += "<i class=a>";
  }
  docling::CollectedDiagnostics diagnostics;
  const auto tree = HtmlTree::Parse(html, diagnostics);
  ASSERT_TRUE(tree);
  StyleSheets sheets;
  sheets.Add(css);
  size_t found = 0;
  for (NodeId id = 0; id < tree->size(); ++id) found += sheets.Matching(*tree, id).size();
  EXPECT_GT(found, 20'000U);
  EXPECT_LT(found, 6'000'000U);
}

}  // namespace
}  // namespace formats
