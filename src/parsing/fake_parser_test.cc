#include "parsing/fake_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parsing {
namespace {

using base::Code;

struct CountedPages final : PageProgress {
  void OnPage(int done, int total) override { seen.emplace_back(done, total); }
  std::vector<std::pair<int, int>> seen;
};

TEST(FakeParser, FollowsItsScript) {
  FakeParser parser;
  parser.Answer("a.pdf", Parsed{.document_json = "{}", .markdown = "text", .page_count = 2});
  parser.Answer("b.pdf", base::Fail(Code::kEncrypted, "locked"));
  CountedPages pages;
  EXPECT_EQ(parser.Parse({.file = "x", .filename = "a.pdf"}, &pages, {})->markdown, "text");
  EXPECT_THAT(pages.seen, testing::ElementsAre(std::pair(1, 2), std::pair(2, 2)));
  EXPECT_EQ(parser.Parse({.file = "x", .filename = "b.pdf"}, nullptr, {}).error().code(),
            Code::kEncrypted);
  EXPECT_EQ(parser.Inspect({.file = "x", .filename = "c.pdf"}, {}).error().code(),
            Code::kUnsupported);
  EXPECT_THAT(parser.Calls(), testing::ElementsAre("a.pdf", "b.pdf", "c.pdf"));
}

TEST(FakeParser, StopsBetweenPagesAndRunsItsHook) {
  FakeParser parser;
  parser.Answer("a.pdf", Parsed{.page_count = 2});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(
      parser.Parse({.file = "x", .filename = "a.pdf"}, nullptr, stop.get_token()).error().code(),
      Code::kCancelled);
  parser.Before([](const ParseRequest&) { return base::Fail(Code::kUnavailable, "gone"); });
  EXPECT_EQ(parser.Parse({.file = "x", .filename = "a.pdf"}, nullptr, {}).error().code(),
            Code::kUnavailable);
}

}  // namespace
}  // namespace parsing
