#include "haiku/python_json.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <limits>
#include <string>
#include <utility>

namespace haiku {
namespace {

// Right sides as json.dumps(json.loads(left)) prints them.
TEST(PythonJson, PrintsAsJsonDumpsDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", R"({})"},
      {R"([])", R"([])"},
      {R"({"a":1,"b":[true,false,null]})", R"({"a": 1, "b": [true, false, null]})"},
      {R"([[],{},[{}]])", R"([[], {}, [{}]])"},
      {R"({"z":0,"a":-5})", R"({"z": 0, "a": -5})"},
      {R"(["ü","€","😀"])", R"(["\u00fc", "\u20ac", "\ud83d\ude00"])"},
      {R"(["\"\\\/\b\f\n\r\t\u0001\u007f"])", R"(["\"\\/\b\f\n\r\t\u0001\u007f"])"},
      {R"([1.0,0.5,-0.0,100.0,1e15])", R"([1.0, 0.5, -0.0, 100.0, 1000000000000000.0])"},
      {R"([1e16,1.5e300,1e-4,1e-5,123456.789])", R"([1e+16, 1.5e+300, 0.0001, 1e-05, 123456.789])"},
      {R"([9223372036854775807,18446744073709551615])",
       R"([9223372036854775807, 18446744073709551615])"},
      {R"({"ключ":"v"})", R"({"\u043a\u043b\u044e\u0447": "v"})"},
  };
  for (const auto& [json, expected] : cases) {
    EXPECT_EQ(PythonJson(boost::json::parse(json)), expected) << json;
  }
}

TEST(PythonJson, ReplacesInvalidUtf8) {
  EXPECT_EQ(PythonJson(boost::json::string("a\xff"
                                           "b")),
            R"("a\ufffdb")");
}

TEST(PythonJson, PrintsInfinitiesAsPythonDoes) {
  EXPECT_EQ(PythonJson(std::numeric_limits<double>::infinity()), "Infinity");
  EXPECT_EQ(PythonJson(-std::numeric_limits<double>::infinity()), "-Infinity");
}

}  // namespace
}  // namespace haiku
