#include "retrieval/conditions.h"

#include <gtest/gtest.h>

namespace retrieval {
namespace {

TEST(Conditions, AllMustHold) {
  EXPECT_EQ(ToFilter({}).value(), "");
  EXPECT_EQ(ToFilter({.source = "o'hara"}).value(),
            "(contains(metadata, '\"source\": \"o''hara\"'))");
  EXPECT_EQ(ToFilter({.uri = "a_b/*.pd?", .filter = "id = 'x' OR id = 'y'"}).value(),
            "uri LIKE 'a\\_b/%.pd_' AND ((id = 'x' OR id = 'y'))");
  EXPECT_FALSE(ToFilter({.source = "s", .filter = "true) OR (true"}));
}

TEST(Conditions, MetadataAsPythonWritesIt) {
  EXPECT_EQ(ToFilter({.metadata = {{"author", "J\"ö😀"}}}).value(),
            "(contains(metadata, '\"author\": \"J\\\"\\u00f6\\ud83d\\ude00\"'))");
  EXPECT_EQ(ToFilter({.metadata = {{"pages", "12"}}}).value(),
            "(contains(metadata, '\"pages\": \"12\"') OR contains(metadata, '\"pages\": 12,') OR "
            "contains(metadata, '\"pages\": 12}'))");
}

TEST(Conditions, Pairs) {
  EXPECT_EQ(ReadPair("a=b=c").value(), (std::pair<std::string, std::string>("a", "b=c")));
  EXPECT_EQ(ReadPair("a=").value().second, "");
  for (const char* text : {"", "a", "=b"}) EXPECT_FALSE(ReadPair(text)) << text;
}

}  // namespace
}  // namespace retrieval
