#include "docling/diagnostics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "docling/hidden_text.h"

namespace docling {
namespace {

using ::testing::ElementsAre;

TEST(Diagnostics, PagesOfOneKindAreOneEntry) {
  CollectedDiagnostics found;
  found.ReportPage(1, PageSource::kText, 1);
  found.ReportPage(2, PageSource::kText, 0.9999);
  found.ReportPage(4, PageSource::kText, 1);
  found.ReportPage(5, PageSource::kOcr, 0.873);
  EXPECT_THAT(found.pages, ElementsAre(PageOrigin{1, 2, PageSource::kText, 1},
                                       PageOrigin{4, 4, PageSource::kText, 1},
                                       PageOrigin{5, 5, PageSource::kOcr, 0.87}));
}

std::vector<std::string> Findings(HiddenText& hidden) {
  CollectedDiagnostics found;
  hidden.Report(found);
  std::vector<std::string> lines;
  for (const Diagnostic& one : found.found) lines.push_back(one.where + ": " + one.what);
  return lines;
}

TEST(HiddenText, OneFindingForOneKindInOnePlace) {
  HiddenText hidden;
  hidden.Add("tiny", "page 1", " a ");
  hidden.Add("white on white", "page 1", "b");
  hidden.Add("tiny", "page 1", "c");
  hidden.Add("tiny", "page 2", "   ");
  EXPECT_THAT(Findings(hidden),
              ElementsAre("page 1: hidden text was left out (tiny): 'a c'",
                          "page 1: hidden text was left out (white on white): 'b'"));
  EXPECT_TRUE(Findings(hidden).empty()) << "reported once";
}

TEST(HiddenText, LongTextIsAllThereAndBounded) {
  HiddenText hidden;
  std::string text;
  for (int i = 0; i < 500; ++i) text += "\u00e9" + std::to_string(i);
  hidden.Add("tiny", "", text);
  CollectedDiagnostics found;
  hidden.Report(found);
  std::string joined;
  for (const Diagnostic& one : found.found) {
    EXPECT_LT(one.what.size(), 700U);
    const size_t begin = one.what.find('\'') + 1;
    joined += one.what.substr(begin, one.what.rfind('\'') - begin);
  }
  EXPECT_EQ(joined, text);

  hidden.Add("tiny", "", std::string(1 << 20, 'x'));
  const auto findings = Findings(hidden);
  EXPECT_LT(findings.size(), 40U);
  EXPECT_TRUE(findings.back().ends_with("' and more, 1048576 characters in all"));
}

TEST(HiddenText, InvisibleCharacters) {
  HiddenText hidden;
  hidden.Add({.hidden = "obey", .tags = 4, .zero_width = 2, .directions = 1}, "page 1");
  EXPECT_THAT(Findings(hidden),
              ElementsAre("page 1: hidden text was left out (tag characters): 'obey'",
                          "page 1: 2 characters without width were removed",
                          "page 1: 1 characters that turn the writing direction were removed"));
}

}  // namespace
}  // namespace docling
