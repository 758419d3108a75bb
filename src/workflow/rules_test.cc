#include "workflow/rules.h"

#include <gtest/gtest.h>

namespace workflow {
namespace {

TEST(MatchesPattern, LikeAShell) {
  const std::tuple<std::string, std::string, bool> cases[] = {
      {"", "", true},
      {"a", "", false},
      {"abc", "abc", true},
      {"abc", "a?c", true},
      {"abc", "*", true},
      {"abc", "*c", true},
      {"abc", "a*b", false},
      {"abcabc", "a*c", true},
      {"a/b/c.pdf", "*/b/*.pdf", true},
      {"ABC", "abc", false},
      {"aaaaaaaa", "*a*a*a*b", false},
  };
  for (const auto& [text, pattern, expected] : cases) {
    EXPECT_EQ(MatchesPattern(text, pattern), expected) << text << " ~ " << pattern;
  }
}

TEST(Rules, AllConditionsMustHold) {
  const auto rules = ReadRules(
      R"({"rules":[{"name":"r","mime":["text/*","application/pdf"],"min_size":10,"max_size":20,
          "uri":"*/x/*","source":"fs","meta":{"team":"h?"},"data_dir":"a","priority":-1}]})",
      RuleKind::kRoute);
  ASSERT_TRUE(rules) << rules.error().ToString();
  const Rule& rule = rules->front();
  EXPECT_EQ(rule.data_dir, "a");
  EXPECT_EQ(rule.priority, -1);
  const RuleFacts good{
      .mime = "text/html", .source = "fs", .uri = "/x/y", .size = 10, .meta = {{"team", "hr"}}};
  EXPECT_TRUE(rule.Matches(good));
  for (auto change :
       {+[](RuleFacts& f) { f.mime = "image/png"; }, +[](RuleFacts& f) { f.size = 9; },
        +[](RuleFacts& f) { f.size = 21; }, +[](RuleFacts& f) { f.uri = "/y"; },
        +[](RuleFacts& f) { f.source = "web"; }, +[](RuleFacts& f) { f.meta.clear(); },
        +[](RuleFacts& f) { f.meta["team"] = "it!"; }}) {
    RuleFacts other = good;
    change(other);
    EXPECT_FALSE(rule.Matches(other));
  }
}

TEST(Rules, MistakesAreNamed) {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"rules":{}})", "rules must be a list"},
      {R"({"rules":[1]})", "rule 1 must be a map"},
      {R"({"rules":[{},{"name":"n","data_dir":"../x"}]})", "rule 2 (n): data_dir '../x'"},
      {R"({"rules":[{"skip":"yes"}]})", "skip must be true or false"},
      {R"({"rules":[{"mimes":"x"}]})", "'mimes' is not allowed: name, mime"},
      {R"({"rules":[{"min_size":"x"}]})", "min_size must be a whole number"},
      {R"({"rules":[{"set":{}}]})", "'set' is not allowed"},
  };
  for (const auto& [config, message] : cases) {
    const auto got = ReadRules(config, RuleKind::kRoute);
    ASSERT_FALSE(got) << config;
    EXPECT_NE(got.error().message().find(message), std::string::npos) << got.error().message();
  }
  EXPECT_TRUE(ReadRules("", RuleKind::kRoute)->empty());
  EXPECT_EQ(ReadRules(R"({"rules":[{"set":{"a":1}}]})", RuleKind::kEnrich)->front().set,
            R"({"a":1})");
}

}  // namespace
}  // namespace workflow
