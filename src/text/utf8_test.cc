#include "text/utf8.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace text {
namespace {

using ::testing::ElementsAre;

TEST(Utf8, ReplacesEachMaximalInvalidPiece) {
  const struct {
    std::string bytes;
    std::string clean;  // as Python's bytes.decode(errors="replace") says
  } rows[] = {
      {"abc äöü 中 😀", "abc äöü 中 😀"},
      {"a\x80z", "a\uFFFDz"},
      {"\xC0\xAF", "\uFFFD\uFFFD"},                      // overlong
      {"\xE0\x80\xAF", "\uFFFD\uFFFD\uFFFD"},            // overlong
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},            // surrogate
      {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},  // over U+10FFFF
      {"\xF0\x9F\x98", "\uFFFD"},                        // cut off: one piece
      {"\xF0\x9F\x98z", "\uFFFDz"},
      {"\xE4\xB8\xE4\xB8\xAD", "\uFFFD中"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Sanitise(row.bytes), row.clean) << row.clean;
    EXPECT_EQ(IsValidUtf8(row.bytes), row.bytes == row.clean) << row.clean;
    EXPECT_TRUE(IsValidUtf8(row.clean));
    EXPECT_EQ(CountCodePoints(row.bytes), ToUtf32(row.clean).size()) << row.clean;
    EXPECT_EQ(ToUtf8(ToUtf32(row.bytes)), row.clean);
  }
}

TEST(Utf8, EncodesEveryCodePointAndNoSurrogate) {
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x1000 ? 1 : 97) {
    std::string bytes;
    AppendUtf8(c, bytes);
    const Decoded decoded = DecodeAt(bytes, 0);
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    EXPECT_EQ(decoded.code_point, surrogate ? kReplacement : c);
    EXPECT_EQ(decoded.length, bytes.size());
  }
}

TEST(Utf8, OffsetOfCountsCodePoints) {
  EXPECT_EQ(OffsetOf("aä中z", 0), 0U);
  EXPECT_EQ(OffsetOf("aä中z", 2), 3U);
  EXPECT_EQ(OffsetOf("aä中z", 3), 6U);
  EXPECT_EQ(OffsetOf("aä中z", 9), 7U);
}

TEST(Utf8, StripsAndSplitsAsPython) {
  EXPECT_EQ(Strip(" \t\x1c\u00a0\u3000a b\u2029\u0085 "), "a b");
  EXPECT_EQ(StripLeft(" a "), "a ");
  EXPECT_EQ(StripRight(" a "), " a");
  EXPECT_EQ(Strip(" \n "), "");
  EXPECT_EQ(Strip("\u200b"), "\u200b");     // zero width space is no space
  EXPECT_EQ(StripRight("a\xA0"), "a\xA0");  // a stray byte is not U+00A0
  EXPECT_THAT(SplitOnSpace("  a\u2003bc\nd "), ElementsAre("a", "bc", "d"));
  EXPECT_THAT(SplitOnSpace(" "), ElementsAre());
}

TEST(Utf8, Categories) {
  EXPECT_TRUE(IsLetter(U'ß') && IsLetter(U'中') && !IsLetter(U'1') && !IsLetter(0x301));
  EXPECT_TRUE(IsNumber(U'1') && IsNumber(U'Ⅷ') && IsNumber(U'½') && !IsNumber(U'a'));
  EXPECT_TRUE(IsPunctuation(U'-') && IsPunctuation(U'。') && !IsPunctuation(U'+'));
}

TEST(Utf8, NormalForms) {
  EXPECT_EQ(ToNfc("e\u0301 \u1112\u1161\u11ab"), "é 한");
  EXPECT_EQ(ToNfd("é"), "e\u0301");
  EXPECT_EQ(ToNfkc("ﬁ Ⅷ"), "fi VIII");
  EXPECT_EQ(ToNfc("a\xFF"), "a\uFFFD");
  EXPECT_EQ(ToLower("ÄẞΣx"), "äßσx");
}

}  // namespace
}  // namespace text
