#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/files.h"
#include "base/guarded.h"
#include "base/hash.h"
#include "base/json_quote.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"

namespace base {
namespace {

using ::testing::HasSubstr;

Result<int> Half(int value) {
  if (value % 2 != 0) return Fail(Code::kInvalidArgument, "odd");
  return value / 2;
}

Result<int> Quarter(int value) {
  SI_ASSIGN(const int half, Half(value));
  SI_TRY(Half(half));
  return half / 2;
}

TEST(Result, MacrosPassValuesAndErrors) {
  EXPECT_EQ(Quarter(8).value(), 2);
  EXPECT_EQ(Quarter(6).error().message(), "odd");
}

TEST(Error, CodeDecidesStatusAndRetry) {
  EXPECT_EQ(Info(Code::kNotFound).http_status, 404);
  EXPECT_TRUE(Error(Code::kTimeout, "x").retryable());
  EXPECT_FALSE(Error(Code::kEncrypted, "x").retryable());
  EXPECT_EQ(FromErrno("cannot write x", ENOSPC).code(), Code::kNoSpace);
  EXPECT_EQ(FromErrno("cannot write x", EIO).code(), Code::kIo);
  EXPECT_EQ(Info(Code::kNoSpace).http_status, 507);
  EXPECT_EQ(Error(Code::kNotFound, "no file").Within("cannot read a.yaml").ToString(),
            "not_found: cannot read a.yaml: no file");
}

TEST(Time, RoundTrip) {
  for (const char* text :
       {"2025-01-15T10:00:00", "2025-12-31T23:59:59.25", "1969-12-31T23:59:59.999999"}) {
    EXPECT_EQ(FormatTime(ParseTime(text).value()), text);
  }
  EXPECT_EQ(FormatTime(ParseTime("2025-01-15 10:00:00.100000+00:00").value()),
            "2025-01-15T10:00:00.1");
  for (const char* text :
       {"", "2025-01-15", "2025-13-15T10:00:00", "2025-02-30T10:00:00", "2025-01-15T10:00:00x"}) {
    EXPECT_FALSE(ParseTime(text)) << text;
  }
}

TEST(Hash, KnownValues) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Md5Hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(DocumentHash("").substr(0, 15), "sha256-e3b0c442");
  EXPECT_EQ(Base64Encode("hello"), "aGVsbG8=");
  EXPECT_EQ(Base64Encode(""), "");
}

TEST(Uuid, NameUuidMatchesRfc4122Example) {
  // uuid5(NAMESPACE_DNS, "python.org")
  EXPECT_EQ(NameUuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "python.org"),
            "886313e1-3b8a-5372-9b90-0c9aee199e5d");
}

TEST(Uuid, SeededRandomRepeats) {
  SeededRandom a(7), b(7);
  EXPECT_EQ(NewUuid(a), NewUuid(b));
  EXPECT_NE(NewUuid(a), NewUuid(a));
}

TEST(Files, WriteDurablyThenRead) {
  const TempDir dir;
  const auto path = dir.path() / "a" / "b" / "c.txt";
  ASSERT_TRUE(WriteFileDurably(path, "one"));
  ASSERT_TRUE(WriteFileDurably(path, "two"));
  EXPECT_EQ(ReadFile(path).value(), "two");
  EXPECT_EQ(ReadFile(path, 2).error().code(), Code::kTooLarge);
  EXPECT_EQ(ReadFile(dir.path() / "none").error().code(), Code::kNotFound);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}), 1)
      << "no temp file stays";
}

TEST(Log, FieldsInBothFormats) {
  std::vector<std::string> lines;
  const auto sink = [&](std::string_view line) { lines.emplace_back(line); };
  Log::To(sink, LogLevel::kInfo, Log::Format::kText)
      .Info("step done", {{"run", 7}, {"why", "a b"}, {"ok", true}});
  Log::To(sink, LogLevel::kInfo, Log::Format::kJson).Error("bad \"x\"", {{"seconds", 0.5}});
  Log::To(sink, LogLevel::kInfo, Log::Format::kText).Debug("not shown");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_THAT(lines[0], HasSubstr("step done run=7 why=\"a b\" ok=true"));
  EXPECT_THAT(lines[1], HasSubstr(R"("message":"bad \"x\"","seconds":0.5})"));
}

TEST(LogLevel, Names) {
  EXPECT_EQ(ParseLogLevel("WARN").value(), LogLevel::kWarning);
  EXPECT_FALSE(ParseLogLevel("loud"));
}

TEST(ManualClock, AdvancesOnlyByHand) {
  ManualClock clock(Time(Duration(5)));
  clock.Advance(std::chrono::seconds(1));
  EXPECT_EQ(clock.Now().time_since_epoch().count(), 1000005);
}

TEST(JsonQuote, IsAlwaysAJsonString) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {"a \"b\" \\ c", R"("a \"b\" \\ c")"},
      {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {"\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\""},
      {"\xC3\xA9\xF0\x9F\x98\x80", "\"\xC3\xA9\xF0\x9F\x98\x80\""},
      // Not UTF-8: a lone byte, an overlong form, a surrogate, a sequence that is cut off.
      {"a\xFF", "\"a\xEF\xBF\xBD\""},
      {"\xC0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xE2\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const auto& [text, quoted] : cases) {
    std::string out;
    AppendJsonQuoted(text, out);
    EXPECT_EQ(out, quoted);
  }
}

TEST(Hash, HmacIsThatOfTheStandard) {
  // RFC 4231, test case 2.
  EXPECT_EQ(Base64Encode(HmacSha256("Jefe", "what do ya want for nothing?")),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

TEST(Hash, Base64GoesBothWays) {
  for (const std::string bytes : {"", "a", "ab", "abc", "abcd"}) {
    EXPECT_EQ(Base64Decode(Base64Encode(bytes)), bytes);
  }
  for (const char* text : {"a", "ab", "abc", "ab!=", "====="}) {
    EXPECT_FALSE(Base64Decode(text)) << text;
  }
}

TEST(Error, ABackendThatCannotServeStaysKnown) {
  const Error error = Error(Code::kExhausted, "busy").Of("embedding", std::chrono::seconds(7));
  EXPECT_EQ(error.Within("step").backend(), "embedding");
  EXPECT_EQ(error.Within("step").retry_after(), std::chrono::seconds(7));
  EXPECT_EQ(error.Within("step").message(), "step: busy");
  EXPECT_EQ(Error(Code::kExhausted, "busy").backend(), "");
}

}  // namespace
}  // namespace base
