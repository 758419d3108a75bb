#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reflect/json.h"
#include "reflect/schema.h"

namespace reflect {
namespace {

using ::testing::HasSubstr;

enum class Loud { kOne, kTwoWords };
BOOST_DESCRIBE_ENUM(Loud, kOne, kTwoWords)
constexpr bool WireIsName(Loud) { return true; }

enum class Quiet { kItemStart, kEnd };
BOOST_DESCRIBE_ENUM(Quiet, kItemStart, kEnd)

struct Part {
  std::string name;
  std::optional<base::Time> when;
  std::optional<double> size() const { return when ? std::optional<double>(1.5) : std::nullopt; }
};
BOOST_DESCRIBE_STRUCT(Part, (), (name, when, size))

struct Whole {
  static constexpr std::string_view kSchemaName = "WHOLE";
  int64_t id = 0;
  bool on = false;
  Loud loud = Loud::kOne;
  Quiet quiet = Quiet::kEnd;
  base::JsonText meta;
  std::vector<Part> parts;
  std::map<std::string, int64_t> counts;
};
BOOST_DESCRIBE_STRUCT(Whole, (), (id, on, loud, quiet, meta, parts, counts))

constexpr std::string_view kWhole =
    R"({"id":7,"on":true,"loud":"TWO_WORDS","quiet":"item_start","meta":{"a":[1,null]},)"
    R"("parts":[{"name":"x","when":"2025-01-15T10:00:00.25","size":1.5},)"
    R"({"name":"y","when":null,"size":null}],"counts":{"n":-3}})";

TEST(Enum, BothSpellings) {
  EXPECT_EQ(Name(Loud::kTwoWords), "TWO_WORDS");
  EXPECT_EQ(Wire(Loud::kTwoWords), "TWO_WORDS");
  EXPECT_EQ(Name(Quiet::kItemStart), "ITEM_START");
  EXPECT_EQ(Wire(Quiet::kItemStart), "item_start");
  EXPECT_EQ(FromName<Quiet>("ITEM_START"), Quiet::kItemStart);
  EXPECT_EQ(FromWire<Quiet>("ITEM_START"), std::nullopt);
  EXPECT_EQ(ParseWire<Quiet>("x").error().message(), "'x' is not one of item_start, end");
  EXPECT_EQ(Name(static_cast<Quiet>(9)), "");
}

TEST(Json, RoundTrip) {
  const auto whole = FromJson<Whole>(kWhole);
  ASSERT_TRUE(whole) << whole.error().message();
  EXPECT_EQ(whole->parts.size(), 2u);
  EXPECT_EQ(ToJson(*whole), kWhole);
}

TEST(Json, ReadErrorsNameTheirPlace) {
  const struct {
    std::string_view text, message;
  } kCases[] = {
      {"{", "not valid JSON"},
      {"[]", "$ must be an object"},
      {R"({"name":1,"when":null})", "$.name must be a string"},
      {R"({"when":null})", "$.name is missing"},
      {R"({"name":"a","when":"soon"})", "is not a time"},
  };
  for (const auto& c : kCases) {
    const auto part = FromJson<Part>(c.text);
    ASSERT_FALSE(part) << c.text;
    EXPECT_THAT(part.error().message(), HasSubstr(c.message)) << c.text;
    EXPECT_EQ(part.error().code(), base::Code::kInvalidArgument) << c.text;
  }
  EXPECT_THAT(FromJson<std::vector<int8_t>>("[1,300]").error().message(),
              HasSubstr("out of range"));
  EXPECT_FALSE(FromJson<std::vector<int64_t>>("[1e400]"));
  EXPECT_FALSE(FromJson<std::vector<double>>("[1e400]"));
}

TEST(JsonWriter, EscapesAndRepairs) {
  const struct {
    std::string_view text, json;
  } kCases[] = {
      {"a\"\\\n\t\x01", R"("a\"\\\n\t\u0001")"},
      {"é€😀", "\"é€😀\""},
      {"a\xFFz", "\"a\xEF\xBF\xBDz\""},
      {"\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"\xE2\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(ToJson(c.text), c.json);
    EXPECT_TRUE(FromJson<std::string>(ToJson(c.text))) << c.json;
  }
  EXPECT_EQ(ToJson(0.1), "0.1");
  EXPECT_EQ(ToJson(0.1F), "0.1");
  EXPECT_EQ(ToJson(90.0), "90.0");
  EXPECT_EQ(ToJson(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(ToJson(std::vector<std::vector<int>>{{1, 2}, {}, {3}}), "[[1,2],[],[3]]");
}

TEST(JsonText, CheckAndMerge) {
  EXPECT_EQ(CheckJsonObject(R"({"a": 1})", "doc_meta")->text, R"({"a": 1})");
  EXPECT_THAT(CheckJsonObject("[1]", "doc_meta").error().message(), HasSubstr("doc_meta must be"));
  EXPECT_FALSE(CheckJsonObject("", "doc_meta"));
  EXPECT_FALSE(CheckJsonObject(std::string(100000, '['), "doc_meta"));
  EXPECT_EQ(MergeObjects({R"({"a":1,"b":2,"c":{"d":1}})"}, {R"({"b":null,"c":2.5,"e":"x"})"}).text,
            R"({"a":1,"c":2.5,"e":"x"})");
  EXPECT_EQ(MergeObjects({"null"}, {R"({"a":1})"}).text, R"({"a":1})");
}

TEST(Schema, NamesEveryType) {
  Schemas schemas;
  EXPECT_EQ(AddSchema<std::vector<Whole>>(schemas),
            R"({"type":"array","items":{"$ref":"#/components/schemas/WHOLE"}})");
  EXPECT_EQ(schemas.at("Quiet"), R"({"type":"string","enum":["item_start","end"]})");
  EXPECT_EQ(schemas.at("Part"), R"({"type":"object","properties":{"name":{"type":"string"},)"
                                R"("when":{"type":["string","null"],"format":"date-time-local"},)"
                                R"("size":{"type":["number","null"]}},)"
                                R"("required":["name","when","size"]})");
  EXPECT_EQ(AddSchema<std::optional<Part>>(schemas),
            R"({"anyOf":[{"$ref":"#/components/schemas/Part"},{"type":"null"}]})");
  EXPECT_EQ((AddSchema<std::variant<Part, bool>>(schemas)),
            R"({"anyOf":[{"$ref":"#/components/schemas/Part"},{"type":"boolean"}]})");
  EXPECT_EQ(ToJson(std::variant<Part, bool>(true)), "true");
  for (const auto& [name, schema] : schemas) EXPECT_TRUE(CheckJsonObject(schema, name)) << schema;
}

}  // namespace
}  // namespace reflect
