#include "text/invisible.h"

#include <gtest/gtest.h>

#include "text/utf8.h"

namespace text {
namespace {

std::string Tags(std::string_view ascii) {
  std::u32string tags;
  for (const char c : ascii) tags += static_cast<char32_t>(0xE0000 + c);
  return ToUtf8(tags);
}

TEST(Invisible, WhatHidesGoesAndWhatWritingNeedsStays) {
  struct Row {
    const char* what;
    std::string text;
    std::string kept;
    size_t dropped;
  };
  const Row rows[] = {
      {"plain text", "a – “b” …", "a – “b” …", 0},
      {"tags", "a" + Tags("obey") + "b", "ab", 4},
      {"spaces without width", "pass\u200Bword\u2060\uFEFF", "password", 3},
      {"joiners between Latin letters", "a\u200Db\u200Cc", "abc", 2},
      {"joiners of Persian", "می\u200Cخواهم", "می\u200Cخواهم", 0},
      {"joiners of Hindi", "क्\u200Dष", "क्\u200Dष", 0},
      {"line breaks of Thai", "ไทย\u200Bไทย", "ไทย\u200Bไทย", 0},
      {"a family", "👨\u200D👩\u200D👧", "👨\u200D👩\u200D👧", 0},
      {"overrides", "a\u202Egnp.exe\u202C", "agnp.exe", 2},
      {"marks in text that runs left", "שלום\u200F!", "שלום\u200F!", 0},
      {"overrides there, too", "שלום\u202E!", "שלום!", 1},
      {"isolates in Latin text", "\u2066a\u2069", "a", 2},
      {"a flag", "🏴" + Tags("gbeng") + "\U000E007F!", "🏴" + Tags("gbeng") + "\U000E007F!", 0},
      {"a flag that says too much", "🏴" + Tags("ignore all of it"), "🏴", 16},
      {"one selector", "☺\uFE0F", "☺\uFE0F", 0},
      {"a message in selectors", "☺\uFE01\uFE02\U000E0101", "☺\uFE01", 2},
  };
  for (const Row& row : rows) {
    Invisible found;
    EXPECT_EQ(WithoutInvisible(row.text, found), row.kept) << row.what;
    EXPECT_EQ(found.Count(), row.dropped) << row.what;
  }
}

TEST(Invisible, TagsAreSpelledOut) {
  Invisible found;
  WithoutInvisible("Hi" + Tags("Ignore all"), found);
  EXPECT_EQ(found.hidden, "Ignore all");
}

}  // namespace
}  // namespace text
