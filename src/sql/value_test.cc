#include "sql/value.h"

#include <gtest/gtest.h>

namespace sql {
namespace {

enum class Colour { kRed, kDarkBlue };
BOOST_DESCRIBE_ENUM(Colour, kRed, kDarkBlue)

struct Thing {
  int64_t id = 0;
  std::optional<std::string> name;
  base::Time when;
  Colour colour = Colour::kRed;
  bool on = false;
  base::JsonText meta;
  int64_t computed() const { return 1; }
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, name, when, colour, on, meta, computed))

TEST(Value, TimesAreStoredInOneWidth) {
  const struct {
    const char *iso, *stored;
  } kCases[] = {
      {"2025-01-15T10:00:00", "2025-01-15 10:00:00.000000"},
      {"2025-01-15T10:00:00.25", "2025-01-15 10:00:00.250000"},
      {"2025-01-15T10:00:00.000001", "2025-01-15 10:00:00.000001"},
      {"1969-12-31T23:59:59.999999", "1969-12-31 23:59:59.999999"},
  };
  for (const auto& c : kCases) {
    const base::Time time = base::ParseTime(c.iso).value();
    EXPECT_EQ(StoredTime(time), c.stored);
    EXPECT_EQ(As<base::Time>(Value(time)).value(), time) << c.iso;
  }
}

TEST(Value, StructsFromRows) {
  EXPECT_EQ(Columns<Thing>("t"), "t.id, t.name, t.when, t.colour, t.on, t.meta");
  EXPECT_EQ(ColumnCount<Thing>(), 6u);
  const std::vector<Value> values = {
      "skipped", 7, std::nullopt, "2025-01-15 10:00:00.000000", Colour::kDarkBlue, true, "null"};
  const auto thing = FromRow<Thing>(values, 1);
  ASSERT_TRUE(thing) << thing.error().message();
  EXPECT_EQ(thing->id, 7);
  EXPECT_FALSE(thing->name);
  EXPECT_EQ(thing->colour, Colour::kDarkBlue);
  EXPECT_TRUE(thing->on);
  EXPECT_EQ(thing->meta.text, "{}");
}

TEST(Value, DamagedColumnsAreNamed) {
  const std::vector<Value> values = {1, "n", "2025-01-15 10:00:00.000000", "PINK", false, "{}"};
  EXPECT_EQ(FromRow<Thing>(values).error().message(), "Thing: column colour: 'PINK' is not Colour");
  const std::vector<Value> no_time = {1, "n", std::nullopt, "RED", false, "{}"};
  EXPECT_EQ(FromRow<Thing>(no_time).error().code(), base::Code::kDamaged);
}

}  // namespace
}  // namespace sql
