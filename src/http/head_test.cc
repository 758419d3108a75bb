#include "http/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/bound.h"

namespace http {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::Pair;

struct Parsed {
  Request request;
  int fault = 0;  // status; 0 = none
};

Parsed Parse(std::string text, const Limits& limits = {}, std::string_view root = "",
             size_t piece = SIZE_MAX) {
  Parsed parsed;
  HeadParser parser(limits);
  std::string buffer;
  while (!parser.done()) {
    if (text.empty()) return {.fault = -1};
    buffer += text.substr(0, piece);
    text.erase(0, piece);
    const auto used = parser.Feed(buffer);
    if (!used) return {.fault = parser.fault_status()};
    buffer.erase(0, *used);
  }
  if (!parser.Describe(parsed.request, root)) parsed.fault = parser.fault_status();
  return parsed;
}

TEST(Head, TheSameHoweverTheBytesArrive) {
  for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}, SIZE_MAX}) {
    const Parsed parsed =
        Parse("PUT /a/b%20c?x=1&y=%26 HTTP/1.1\r\nHost: h\r\nX-One:  1 \r\n\r\n", {}, "", piece);
    EXPECT_EQ(parsed.fault, 0) << piece;
    EXPECT_EQ(parsed.request.method, Method::kPut);
    EXPECT_EQ(parsed.request.path, "/a/b%20c");
    EXPECT_THAT(parsed.request.query, ElementsAre(Pair("x", "1"), Pair("y", "&")));
    EXPECT_EQ(parsed.request.headers.Get("x-one"), "1");
  }
}

TEST(Head, TargetsAndRootPaths) {
  struct Case {
    const char* target;
    const char* root;
    const char* path;
  };
  for (const Case& c : {Case{"http://host:1/a?b=c", "", "/a"},
                        {"https://host", "", "/"},
                        {"/in/a", "/in", "/a"},
                        {"/in", "/in", "/"},
                        {"/into/a", "/in", "/into/a"},
                        {"/a", "/in", "/a"},
                        {"*", "", "*"}}) {
    EXPECT_EQ(Parse(std::string("GET ") + c.target + " HTTP/1.1\r\nHost: h\r\n\r\n", {}, c.root)
                  .request.path,
              c.path)
        << c.target;
  }
  EXPECT_EQ(Parse("BREW / HTTP/1.1\r\nHost: h\r\n\r\n").request.method, Method::kOther);
}

TEST(Head, WhatIsRefused) {
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X: y\r\n";
  std::string fields;
  for (int i = 0; i < 1001; ++i) fields += "a&";
  struct Case {
    std::string name, text;
    int status;
  };
  for (const Case& c :
       {Case{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
        Case{"no host in 1.0", "GET / HTTP/1.0\r\n\r\n", 0},
        Case{"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Case{
            "length and chunks",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            400},
        Case{"two lengths",
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
        Case{"another coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
             400},
        Case{"no request", "nonsense\r\n\r\n", 400}, Case{"HTTP/2", "GET / HTTP/2.0\r\n\r\n", 505},
        Case{"many headers", "GET / HTTP/1.1\r\nHost: a\r\n" + many + "\r\n", 431},
        Case{"large header", "GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n", 431},
        Case{"many query fields", "GET /?" + fields + " HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Case{"broken escape", "GET /?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400}}) {
    EXPECT_EQ(Parse(c.text).fault, c.status) << c.name;
  }
}

TEST(BodyDeadline, AMinimumRateAndATotal) {
  const Limits limits{
      .read_timeout = 10s, .body_grace = 30s, .min_rate = 1000, .body_timeout = 100s};
  const std::chrono::steady_clock::time_point began{};
  EXPECT_EQ(BodyDeadline(limits, began, began, 0) - began, 10s) << "between two pieces";
  EXPECT_EQ(BodyDeadline(limits, began, began + 25s, 25) - began, 30s) << "a byte a second";
  EXPECT_EQ(BodyDeadline(limits, began, began + 25s, 20'000) - began, 35s) << "fast enough";
  EXPECT_EQ(BodyDeadline(limits, began, began + 95s, 1'000'000) - began, 100s) << "in all";
}

TEST(Bound, SharesAreGivenBack) {
  Bound bound(10);
  Bound::Share first(bound);
  EXPECT_TRUE(first.Hold(7));
  {
    Bound::Share second(bound);
    EXPECT_FALSE(second.Hold(4));
    EXPECT_TRUE(second.Hold(3));
    EXPECT_FALSE(first.Hold(8));
  }
  EXPECT_TRUE(first.Hold(10));
  EXPECT_TRUE(first.Hold(1));
  EXPECT_TRUE(Bound::Share(bound).Hold(9));
}

}  // namespace
}  // namespace http
