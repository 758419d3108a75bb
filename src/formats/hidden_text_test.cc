// Text that nobody sees, in HTML and in characters that show nothing: out of the document, in the
// findings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "docling/diagnostics.h"
#include "formats/reader.h"

namespace formats {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Outcome {
  std::vector<std::string> texts;
  std::vector<std::string> findings;  // "where: what"
};

Outcome ReadText(std::string_view bytes, std::string_view name) {
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  const auto document = Read({.bytes = bytes, .filename = name}, context);
  Outcome outcome;
  EXPECT_TRUE(document) << document.error().ToString();
  if (!document) return outcome;
  for (const docling::Text& item : document->texts) outcome.texts.push_back(item.text);
  for (const auto& one : diagnostics.found) outcome.findings.push_back(one.where + ": " + one.what);
  return outcome;
}

TEST(HiddenText, EachWayToHideInHtmlIsFoundAndSaid) {
  struct Row {
    const char* html;
    const char* where;
    const char* reason;  // nullptr: it can be seen
  };
  constexpr const char* kGround = "in the colour of its background";
  constexpr const char* kOff = "off the screen";
  const Row rows[] = {
      {"<p hidden>secret</p>", "<p>", "the attribute hidden"},
      {"<p style='display: none'>secret</p>", "<p>", "display: none"},
      {"<style>.h{display:none}</style><p class='h'>secret</p>", "<p.h>", "display: none"},
      {"<style>.h{display:none} #s{display:block}</style><p class=h id=s>secret</p>", "", nullptr},
      {"<p style='visibility:hidden'>secret</p>", "<p>", "visibility: hidden"},
      {"<style>p.v{visibility:hidden}</style><p class=v>secret</p>", "<p.v>", "visibility: hidden"},
      {"<p aria-hidden=true>secret</p>", "<p>", "aria-hidden"},
      {"<template><p>secret</p></template>", "<template>", "a template"},
      {"<p style='opacity:0'>secret</p>", "<p>", "transparent"},
      {"<p style='opacity:.01'>secret</p>", "<p>", "transparent"},
      {"<p style='font-size:0'>secret</p>", "<p>", "too small to read"},
      {"<p style='font-size:1px'>secret</p>", "<p>", "too small to read"},
      {"<div style='font-size:0'><p style='font-size:14px'>secret</p></div>", "", nullptr},
      {"<div style='font-size:0'><p>secret</p></div>", "<p>", "too small to read"},
      {"<p style='color:#fff'>secret</p>", "<p>", kGround},
      {"<p style='color:#fdfdfd;background:white'>secret</p>", "<p>", kGround},
      {"<font color=white>secret</font>", "<font>", kGround},
      {"<div style='background:#003'><p style='color:#fff'>secret</p></div>", "", nullptr},
      {"<div style='background:#003'><p style='color:#003'>secret</p></div>", "<p>", kGround},
      {"<table bgcolor='#000080'><tr><td><font color=white>secret</font></table>", "", nullptr},
      {"<div style='background:url(x.png)'><p style='color:#fff'>secret</p></div>", "", nullptr},
      {"<link rel=stylesheet href=x.css><p style='color:#fff'>secret</p>", "", nullptr},
      {"<p style='color:transparent'>secret</p>", "<p>", "transparent"},
      {"<p style='position:absolute;left:-9999px'>secret</p>", "<p>", kOff},
      {"<p style='text-indent:-9999px'>secret</p>", "<p>", kOff},
      {"<style>.sr{position:absolute;width:1px;height:1px;overflow:hidden}</style>"
       "<span class=sr>secret</span>",
       "<span.sr>", kOff},
      {"<style media=print>p{display:none}</style><p>secret</p>", "", nullptr},
      {"<p style='color:var(--ink)'>secret</p>", "", nullptr},
      {"<body style='visibility:hidden'><p>secret</p>", "", nullptr},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.html);
    const Outcome outcome = ReadText("<html>" + std::string(row.html) + "<p>seen</p>", "a.html");
    if (row.reason == nullptr) {
      const bool seen =
          std::ranges::count(outcome.texts, "secret") > 0 || outcome.texts.size() == 1;
      EXPECT_TRUE(seen) << testing::PrintToString(outcome.texts);
      EXPECT_THAT(outcome.findings, IsEmpty());
    } else {
      EXPECT_THAT(outcome.texts, ElementsAre("seen"));
      EXPECT_THAT(outcome.findings,
                  ElementsAre(std::string(row.where) + ": hidden text was left out (" + row.reason +
                              "): 'secret'"));
    }
  }
}

TEST(HiddenText, WhatIsSeenInsideStays) {
  const Outcome outcome = ReadText(
      "<div style='color:white'>a <span style='color:black'>b</span> c</div>"
      "<h2 style='font-size:0'>no heading</h2>",
      "a.html");
  EXPECT_THAT(outcome.texts, ElementsAre("b"));
  EXPECT_THAT(
      outcome.findings,
      ElementsAre("<div>: hidden text was left out (in the colour of its background): 'a c'",
                  "<h2>: hidden text was left out (too small to read): 'no heading'"));
}

TEST(HiddenText, CharactersThatShowNothingInAnyFormat) {
  const std::string tags = "\U000E006F\U000E0062\U000E0065\U000E0079";  // "obey"
  const std::pair<const char*, std::string> cases[] = {{"a.md", "x" + tags + "y"},
                                                       {"a.csv", "x" + tags + "y,2\n3,4\n"},
                                                       {"a.html", "<p>x" + tags + "y</p>"},
                                                       {"a.adoc", "x" + tags + "y\n"}};
  for (const auto& [name, text] : cases) {
    SCOPED_TRACE(name);
    docling::CollectedDiagnostics diagnostics;
    Context context{.diagnostics = diagnostics};
    const auto document = Read({.bytes = text, .filename = name}, context);
    ASSERT_TRUE(document);
    const std::string& first = document->texts.empty()
                                   ? document->tables.at(0).data.cells.at(0).text
                                   : document->texts[0].text;
    EXPECT_EQ(first, "xy");
    ASSERT_EQ(diagnostics.found.size(), 1U);
    EXPECT_EQ(diagnostics.found[0].what, "hidden text was left out (tag characters): 'obey'");
  }
  const Outcome widths = ReadText("pass\u200Bword and \u202Etxt.exe", "a.txt");
  EXPECT_THAT(widths.texts, ElementsAre("password and txt.exe"));
  EXPECT_THAT(widths.findings,
              ElementsAre("document: 1 characters without width were removed",
                          "document: 1 characters that turn the writing direction were removed"));
}

}  // namespace
}  // namespace formats
