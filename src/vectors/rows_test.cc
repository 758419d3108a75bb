#include "vectors/rows.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "vectors/test_rows.h"

namespace vectors {
namespace {

TEST(ChunkId, IsTheSameForEverAndDiffersByPlaceAndDocument) {
  const std::string a = TestRow("a", {}).id;
  EXPECT_EQ(ChunkId(a, 0), ChunkId(a, 0));
  EXPECT_NE(ChunkId(a, 0), ChunkId(a, 1));
  EXPECT_NE(ChunkId(a, 0), ChunkId(TestRow("b", {}).id, 0));
}

TEST(Check, TakesAWholeDocument) {
  EXPECT_TRUE(Check(TestRow("a", {"one", "two"})).has_value());
  EXPECT_TRUE(Check(TestRow("empty", {})).has_value());
}

TEST(Check, RefusesWhatTheDatabaseCouldNotGiveBack) {
  struct Case {
    const char* name;
    std::function<void(DocumentRow&)> spoil;
  };
  const Case cases[] = {
      {"quote in id", [](DocumentRow& row) { row.id = "a' OR '1'='1"; }},
      {"empty id", [](DocumentRow& row) { row.id.clear(); }},
      {"no dimension", [](DocumentRow& row) { row.embedding.dimension = 0; }},
      {"a vector too few", [](DocumentRow& row) { row.vectors.resize(kTestDimension); }},
      {"zero vector", [](DocumentRow& row) { row.vectors[0] = 0; }},
      {"long vector", [](DocumentRow& row) { row.vectors[0] = 3; }},
      {"not a number",
       [](DocumentRow& row) { row.vectors[3] = std::numeric_limits<float>::quiet_NaN(); }},
      {"infinite",
       [](DocumentRow& row) { row.vectors[3] = std::numeric_limits<float>::infinity(); }},
      {"chunk ids repeat", [](DocumentRow& row) { row.chunks[1].id = row.chunks[0].id; }},
      {"refs repeat", [](DocumentRow& row) { row.items[1].self_ref = row.items[0].self_ref; }},
      {"positions repeat", [](DocumentRow& row) { row.items[1].position = 0; }},
      {"negative level", [](DocumentRow& row) { row.items[1].heading_level = -1; }},
  };
  for (const Case& c : cases) {
    DocumentRow row = TestRow("a", {"one", "two"});
    c.spoil(row);
    const auto checked = Check(row);
    ASSERT_FALSE(checked.has_value()) << c.name;
    EXPECT_EQ(checked.error().code(), base::Code::kInvalidArgument) << c.name;
  }
}

}  // namespace
}  // namespace vectors
