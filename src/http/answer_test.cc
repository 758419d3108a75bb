#include "http/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/gzip.h"
#include "http/ranges.h"

namespace http {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Request Ask(Method method, Pairs headers = {}) {
  Request request;
  request.method = method;
  request.id = "id-1";
  for (auto& [name, value] : headers) request.headers.Add(name, value);
  return request;
}

// Bytes in memory, as a download.
struct Text final : ByteSource {
  explicit Text(std::string t) : text(std::move(t)) {}
  uint64_t size() const override { return text.size(); }
  base::Result<std::string> ReadAt(uint64_t offset, size_t n) override {
    return text.substr(offset, n);
  }
  std::string text;
};

Response FileOf(std::string text, std::string etag) {
  return {.content_type = "text/plain",
          .file = std::make_shared<Text>(std::move(text)),
          .etag = std::move(etag)};
}

TEST(Answer, AKnownTagIs304AndAnotherIsNot) {
  const std::string tag =
      std::string(Complete(Ask(Method::kGet), {.body = "[1]"}, {}).response.headers.Get("ETag"));
  struct Case {
    std::string given;
    int status;
  };
  for (const Case& c : {Case{tag, 304},
                        {"W/" + tag, 304},
                        {"\"a, b\", " + tag, 304},
                        {"*", 304},
                        {tag.substr(0, tag.size() - 1) + "-gzip\"", 304},
                        {"\"other\"", 200},
                        {"", 200}}) {
    const Outgoing out =
        Complete(Ask(Method::kGet, {{"If-None-Match", c.given}}), {.body = "[1]"}, {});
    EXPECT_EQ(out.response.status, c.status) << c.given;
    EXPECT_EQ(out.response.headers.Get("ETag"), tag) << c.given;
    EXPECT_EQ(out.response.body.empty(), c.status == 304) << c.given;
  }
  EXPECT_EQ(
      Complete(Ask(Method::kGet), {.body = "[2]"}, {}).response.headers.Find("ETag") == nullptr,
      false);
  EXPECT_NE(Complete(Ask(Method::kGet), {.body = "[2]"}, {}).response.headers.Get("ETag"), tag);
}

TEST(Answer, OnlyWhatWasReadHasATag) {
  EXPECT_EQ(Complete(Ask(Method::kPost), {.body = "x"}, {}).response.headers.Get("ETag"), "");
  EXPECT_EQ(Complete(Ask(Method::kGet), ErrorResponse(404, "x"), {}).response.headers.Get("ETag"),
            "");
  Response stream;
  stream.stream = [] { return std::string(); };
  EXPECT_EQ(Complete(Ask(Method::kGet), stream, {}).response.headers.Get("ETag"), "");
}

TEST(Answer, GzipWhenItIsWantedLargeAndText) {
  const std::string large(10'000, 'x');
  struct Case {
    const char* accept;
    std::string body;
    const char* type;
    bool zipped;
  };
  for (const Case& c : {Case{"gzip", large, "application/json", true},
                        {"br, gzip;q=0.5", large, "text/html", true},
                        {"*", large, "application/json", true},
                        {"", large, "application/json", false},
                        {"gzip;q=0", large, "application/json", false},
                        {"*;q=0", large, "application/json", false},
                        {"identity, gzip;q=0.5", large, "application/json", false},
                        {"gzip", "short", "application/json", false},
                        {"gzip", large, "image/png", false}}) {
    const Outgoing out = Complete(Ask(Method::kGet, {{"Accept-Encoding", c.accept}}),
                                  {.content_type = c.type, .body = c.body}, {});
    EXPECT_EQ(out.response.headers.Get("Content-Encoding") == "gzip", c.zipped) << c.accept;
    EXPECT_EQ(out.response.body != c.body, c.zipped) << c.accept;
    EXPECT_EQ(out.response.headers.Get("ETag").ends_with("-gzip\""), c.zipped) << c.accept;
    const bool varies = c.body == large && std::string_view(c.type) != "image/png";
    EXPECT_EQ(out.response.headers.GetAll("Vary") == "Accept-Encoding", varies) << c.accept;
  }
}

TEST(Answer, NoiseIsNotZipped) {
  std::string noise;
  for (uint64_t i = 1; noise.size() < 4096; i = i * 6364136223846793005ULL + 1442695040888963407ULL)
    noise += static_cast<char>(i >> 56);
  EXPECT_EQ(Gzip(noise), std::nullopt);
}

TEST(Ranges, Table) {
  using enum Range::Kind;
  struct Case {
    const char* header;
    Range::Kind kind;
    uint64_t first = 0;
    uint64_t last = 0;
  };
  for (const Case& c : {Case{"bytes=0-0", kPart, 0, 0},
                        {"bytes=2-", kPart, 2, 9},
                        {"Bytes=2-100", kPart, 2, 9},
                        {"bytes=-3", kPart, 7, 9},
                        {"bytes=-100", kPart, 0, 9},
                        {"bytes=0-99999999999999999999999", kPart, 0, 9},
                        {"bytes=10-", kUnsatisfiable},
                        {"bytes=99999999999999999999999-", kUnsatisfiable},
                        {"bytes=-0", kUnsatisfiable},
                        {"", kWhole},
                        {"bytes=", kWhole},
                        {"bytes=-", kWhole},
                        {"bytes=3-2", kWhole},
                        {"bytes=0-1,3-4", kWhole},
                        {"lines=0-1", kWhole},
                        {"bytes=a-b", kWhole},
                        {"bytes=1-x", kWhole}}) {
    const Range range = ParseRange(c.header, 10);
    EXPECT_EQ(range.kind, c.kind) << c.header;
    if (c.kind != kPart) continue;
    EXPECT_EQ(range.first, c.first) << c.header;
    EXPECT_EQ(range.last, c.last) << c.header;
  }
  EXPECT_EQ(ParseRange("bytes=0-", 0).kind, Range::Kind::kUnsatisfiable);
}

TEST(Answer, RangesOfFiles) {
  struct Case {
    Pairs headers;
    int status;
    uint64_t offset, length;
    const char* content_range;
  };
  for (const Case& c :
       {Case{{}, 200, 0, 10, ""}, Case{{{"Range", "bytes=2-4"}}, 206, 2, 3, "bytes 2-4/10"},
        Case{{{"Range", "bytes=20-"}}, 416, 0, 0, "bytes */10"},
        Case{{{"Range", "bytes=2-4"}, {"If-Range", "\"t\""}}, 206, 2, 3, "bytes 2-4/10"},
        Case{{{"Range", "bytes=2-4"}, {"If-Range", "\"old\""}}, 200, 0, 10, ""},
        Case{{{"Range", "bytes=2-4"}, {"If-Range", "W/\"t\""}}, 200, 0, 10, ""},
        Case{{{"If-None-Match", "\"t\""}}, 304, 0, 0, ""}}) {
    const Outgoing out = Complete(Ask(Method::kGet, c.headers), FileOf("0123456789", "t"), {});
    const std::string shown = c.headers.empty() ? "" : c.headers.back().second;
    EXPECT_EQ(out.response.status, c.status) << shown;
    EXPECT_EQ(out.offset, c.offset) << shown;
    EXPECT_EQ(out.length, c.length) << shown;
    EXPECT_EQ(out.response.headers.Get("Content-Range"), c.content_range) << shown;
  }
  EXPECT_EQ(Complete(Ask(Method::kHead, {{"Range", "bytes=2-4"}}), FileOf("0123456789", "t"), {})
                .response.status,
            200)
      << "only GET has ranges";
}

TEST(Answer, CorsNamesAllowedOriginsOnly) {
  const auto origin_of = [](const char* origin, const Origins& cors) {
    return std::string(Complete(Ask(Method::kGet, {{"Origin", origin}}), {}, cors)
                           .response.headers.Get("Access-Control-Allow-Origin"));
  };
  EXPECT_EQ(origin_of("https://a.example", {}), "") << "off unless set";
  EXPECT_EQ(origin_of("https://a.example", {"https://a.example"}), "https://a.example");
  EXPECT_EQ(origin_of("https://b.example", {"https://a.example"}), "");
  EXPECT_EQ(origin_of("https://b.example", {"*"}), "https://b.example");
  const Request asks = Ask(Method::kOptions, {{"Origin", "https://a.example"},
                                              {"Access-Control-Request-Method", "POST"}});
  EXPECT_EQ(Preflight(asks, {Method::kPost}, {}), std::nullopt);
  EXPECT_EQ(Preflight(asks, {}, {"*"}), std::nullopt) << "a path that is not there";
  EXPECT_EQ(Preflight(asks, {Method::kPost}, {"*"})->headers.Get("Access-Control-Allow-Methods"),
            "POST");
}

TEST(Answer, InternalFailuresShowTheRequestsIdAndNothingElse) {
  const Outgoing out = Complete(
      Ask(Method::kGet), ErrorResponse(base::Error(base::Code::kInternal, "secret path")), {});
  EXPECT_EQ(out.response.status, 500);
  EXPECT_THAT(out.response.body, AllOf(HasSubstr("id-1"), Not(HasSubstr("secret"))));
  EXPECT_THAT(out.response.cause->message(), HasSubstr("secret"));
}

TEST(Answer, BusyAnswersSayWhenToComeBack) {
  EXPECT_EQ(Complete(Ask(Method::kGet), ErrorResponse(503, "busy"), {})
                .response.headers.Get("Retry-After"),
            "1");
}

TEST(Answer, AHeaderValueCannotBeginAnotherHeader) {
  Outgoing out{.response = {.body = "x"}};
  out.response.headers.Add("X-Name", "a\r\nSet-Cookie: b");
  const std::string text = HeadText(out, Framing::kLength, true);
  EXPECT_THAT(text, AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), Not(HasSubstr("\nSet-Cookie")),
                          HasSubstr("Content-Length: 1\r\n")));
}

TEST(Answer, OnlySaneRequestIdsAreTaken) {
  const auto given = [](const std::string& id) {
    Headers headers;
    headers.Add("x-request-id", id);
    return std::string(GivenId(headers));
  };
  EXPECT_EQ(given("Ab.9_-"), "Ab.9_-");
  for (const std::string& id :
       {std::string("a b"), std::string("a\"b"), std::string(129, 'a'), std::string("ä")})
    EXPECT_EQ(given(id), "") << id;
}

}  // namespace
}  // namespace http
