#include "vectors/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vectors {
namespace {

using ::testing::HasSubstr;

TEST(ReadFilter, PrintsWhatItUnderstands) {
  const struct {
    const char* text;
    const char* sql;
  } kCases[] = {
      {"", ""},
      {" \n ", ""},
      {"uri LIKE '%report%'", "uri LIKE '%report%'"},
      {"URI like 'a\\_b%' and Title is not null", "uri LIKE 'a\\_b%' AND title IS NOT NULL"},
      {"uri='it''s'", "uri = 'it''s'"},
      {"uri <> 'a' OR uri != 'b'", "(uri <> 'a' OR uri != 'b')"},
      {"not uri = 'a' or id in ('x','y')", "(NOT (uri = 'a') OR id IN ('x', 'y'))"},
      {"uri not in ('x')", "uri NOT IN ('x')"},
      {"uri not like 'x' and uri ilike 'y'", "uri NOT LIKE 'x' AND uri ILIKE 'y'"},
      {"created_at between '2020' and '2021'", "(created_at BETWEEN '2020' AND '2021')"},
      {"(uri = 'a' OR id = 'b') AND title IS NULL", "((uri = 'a' OR id = 'b')) AND title IS NULL"},
      {"contains(metadata, '\"k\": 1')", "contains(metadata, '\"k\": 1')"},
      {"length(lower(uri)) > 9", "length(lower(uri)) > 9"},
      {"true", "TRUE"},
      {"'; DROP TABLE x --' = uri", "'; DROP TABLE x --' = uri"},
  };
  for (const auto& [text, sql] : kCases) {
    const auto read = ReadFilter(text);
    ASSERT_TRUE(read) << text << ": " << read.error().message();
    EXPECT_EQ(*read, sql) << text;
    const auto again = ReadFilter(*read);
    ASSERT_TRUE(again) << *read;
  }
}

TEST(ReadFilter, RefusesEverythingElseWithAReason) {
  const struct {
    std::string text;
    const char* why;
  } kCases[] = {
      {"nope = 1", "a column (id, uri"},
      {"uri =", "ends too early"},
      {"uri", "a comparison"},
      {"uri > 5", "a text in single quotes"},
      {"length(uri) = 'x'", "a number is expected"},
      {"1; DROP TABLE x", "a comparison"},
      {"uri = 'a'; DROP TABLE x", "the end is expected"},
      {"uri = 'a' -- x", "the end is expected"},
      {"uri = 'a' /* x */", "the end is expected"},
      {"uri = 'a' OR", "ends too early"},
      {"(uri = 'a'", "')' is expected"},
      {"uri = 'a')", "the end is expected"},
      {"'", "not closed"},
      {"uri = \"a\"", "a text in single quotes"},
      {"uri = `a`", "a text in single quotes"},
      {"id IN (SELECT 1)", "a column"},
      {"id IN ()", "a column"},
      {"EXISTS (SELECT 1)", "a column"},
      {"repeat(uri, 9) = ''", "a column"},
      {"regexp_like(uri, '(a+)+$')", "a column"},
      {"lower(uri, 'x') = 'a'", "')' is expected"},
      {"1/0 = 1", "a comparison"},
      {"length(uri) = 1e9", "a whole number"},
      {"length(uri) = 99999999999999999999", "at most 9 digits"},
      {"uri LIKE title", "a pattern in quotes"},
      {"CAST(uri AS INT) = 1", "a column"},
      {std::string("uri = 'a\0'", 10), "control characters"},
      {std::string(20'000, ' ') + "x", "longer than"},
      {std::string(5000, '(') + "true" + std::string(5000, ')'), "nested too deep"},
  };
  for (const auto& [text, why] : kCases) {
    const auto read = ReadFilter(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code(), base::Code::kInvalidArgument);
    EXPECT_THAT(read.error().message(), HasSubstr(why)) << text;
  }
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "not ";
  EXPECT_FALSE(ReadFilter(deep + "true"));
  std::string many = "true";
  for (int i = 1; i < 200; ++i) many += " or true";
  EXPECT_TRUE(ReadFilter(many));
  EXPECT_THAT(ReadFilter(many + " or true").error().message(), HasSubstr("too many conditions"));
}

}  // namespace
}  // namespace vectors
