#include "text/charset.h"

#include <gtest/gtest.h>

#include <string>

namespace text {
namespace {

using std::string_literals::operator""s;

TEST(Charset, DecodesWhatItDetects) {
  const struct {
    std::string bytes;
    Charset charset;
    std::string utf8;
    bool damaged;
  } rows[] = {
      {"", Charset::kUtf8, "", false},
      {"plain", Charset::kUtf8, "plain", false},
      {"\xEF\xBB\xBF"
       "Gr\xC3\xBC\xC3\x9F",
       Charset::kUtf8, "Grüß", false},
      {"\xFF\xFE"
       "A\0\xE4\0\x3D\xD8\x00\xDE"s,
       Charset::kUtf16Le, "Aä😀", false},
      {"\xFE\xFF\0A\0\xE4"s, Charset::kUtf16Be, "Aä", false},
      {"\xFF\xFE"
       "A\0\x3D\xD8"s,
       Charset::kUtf16Le, "A\uFFFD", true},
      {"\xFF\xFE"
       "A\0B"s,
       Charset::kUtf16Le, "A\uFFFD", true},
      {"Stra\xDF"
       "e \x80 5 \x93x\x94",
       Charset::kWindows1252, "Straße € 5 “x”", false},
      // one damaged byte does not turn a UTF-8 text into Latin-1
      {"Gr\xC3\xBC\xC3\x9F"
       "e \xFF aus",
       Charset::kUtf8, "Grüße \uFFFD aus", true},
  };
  for (const auto& row : rows) {
    const DecodedText decoded = DecodeText(row.bytes);
    EXPECT_EQ(decoded.charset, row.charset) << row.utf8;
    EXPECT_EQ(decoded.utf8, row.utf8);
    EXPECT_EQ(decoded.damaged, row.damaged) << row.utf8;
  }
}

TEST(Charset, DeclaredIsBelievedUnlessTheBytesSayOtherwise) {
  EXPECT_EQ(DecodeText("\xE9t\xE9", Charset::kWindows1252).utf8, "été");
  EXPECT_EQ(DecodeText("\xC3\xA9", Charset::kWindows1252).utf8, "é");
  EXPECT_EQ(DecodeText("\xEF\xBB\xBF"
                       "a",
                       Charset::kUtf16Le)
                .utf8,
            "a");
  EXPECT_EQ(DecodeText("a\0"s, Charset::kUtf16Le).utf8, "a");
  EXPECT_EQ(DecodeText("\xE9", Charset::kUtf8).utf8, "\uFFFD");
}

TEST(Charset, Labels) {
  EXPECT_EQ(CharsetFromLabel(" UTF-8 "), Charset::kUtf8);
  EXPECT_EQ(CharsetFromLabel("ISO-8859-1"), Charset::kWindows1252);
  EXPECT_EQ(CharsetFromLabel("x-mac-klingon"), std::nullopt);
}

}  // namespace
}  // namespace text
