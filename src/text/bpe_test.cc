#include "text/bpe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "text/bpe_merges.h"
#include "text/bpe_split.h"

namespace text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Pieces(BpePattern pattern, std::string_view text) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    pieces.emplace_back(text.substr(0, NextBpePiece(pattern, text)));
    text.remove_prefix(pieces.back().size());
  }
  return pieces;
}

TEST(BpeSplit, Patterns) {
  EXPECT_THAT(Pieces(BpePattern::kGpt2, "I'll  go 12x!!\n y "),
              ElementsAre("I", "'ll", " ", " go", " 12", "x", "!!", "\n", " y", " "));
  EXPECT_THAT(Pieces(BpePattern::kQwen, "I'LL (go) 12.\n\n \n y  "),
              ElementsAre("I", "'LL", " (", "go", ")", " ", "1", "2", ".\n\n", " \n", " y", "  "));
  EXPECT_THAT(Pieces(BpePattern::kLlama3, "12345\tä"), ElementsAre("123", "45", "\tä"));
}

// The plain statement of the algorithm.
std::vector<int32_t> MergeSlowly(std::vector<int32_t> tokens, const std::vector<BpeMerge>& rules) {
  for (size_t rank = 0; rank < rules.size();) {
    const auto& rule = rules[rank++];
    for (size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i] != rule.left || tokens[i + 1] != rule.right) continue;
      tokens[i] = rule.merged;
      tokens.erase(tokens.begin() + static_cast<ptrdiff_t>(i) + 1);
      rank = 0;  // a new pair may be of a lower rank
      break;
    }
  }
  return tokens;
}

TEST(BpeMerges, ShortAndLongPiecesAgreeWithThePlainAlgorithm) {
  std::mt19937 random(3);
  std::vector<BpeMerge> rules;
  for (int32_t merged = 3; merged < 40; ++merged) {
    const auto any = [&] { return static_cast<int32_t>(random() % static_cast<uint32_t>(merged)); };
    const BpeMerge rule = {any(), any(), merged};
    const bool known = std::ranges::any_of(rules, [&](const BpeMerge& other) {
      return other.left == rule.left && other.right == rule.right;
    });
    if (!known) rules.push_back(rule);
  }
  const BpeMerges merges(rules);
  for (const size_t length : {0U, 1U, 2U, 7U, 30U, 48U, 49U, 100U, 300U}) {
    for (int repeat = 0; repeat < 20; ++repeat) {
      std::vector<int32_t> tokens(length);
      for (auto& token : tokens) token = static_cast<int32_t>(random() % 3);
      const auto expected = MergeSlowly(tokens, rules);
      merges.Apply(tokens);
      EXPECT_EQ(tokens, expected) << length;
    }
  }
}

std::string File(std::string_view model, std::string_view pre = R"({"type":"ByteLevel"})",
                 std::string_view normalizer = "null") {
  return R"({"normalizer":)" + std::string(normalizer) + R"(,"pre_tokenizer":)" + std::string(pre) +
         R"(,"model":)" + std::string(model) + "}";
}

TEST(Bpe, NamesWhatItDoesNotDo) {
  const std::string good = R"({"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]})";
  const struct {
    std::string content;
    base::Code code;
    std::string message;
  } rows[] = {
      {"[]", base::Code::kDamaged, "not a JSON object"},
      {File(R"({"type":"Unigram"})"), base::Code::kUnsupported, "model 'Unigram'"},
      {File(R"({"type":"BPE","byte_fallback":true})"), base::Code::kUnsupported, "byte_fallback"},
      {File(R"({"type":"BPE","dropout":0.1})"), base::Code::kUnsupported, "dropout"},
      {File(R"({"type":"BPE","vocab":{"a":0},"merges":["a b"]})"), base::Code::kDamaged,
       "the merge of 'a' and 'b'"},
      {File(R"({"type":"BPE","vocab":{"a":0},"merges":["ab"]})"), base::Code::kDamaged,
       "not a pair"},
      {File(R"({"type":"BPE"})"), base::Code::kDamaged, "no model.vocab"},
      {File(good, R"({"type":"Metaspace"})"), base::Code::kUnsupported, "'Metaspace'"},
      {File(good, R"({"type":"Sequence","pretokenizers":[
            {"type":"Split","behavior":"Isolated","invert":false,"pattern":{"Regex":"\\w+"}},
            {"type":"ByteLevel","use_regex":false,"add_prefix_space":false}]})"),
       base::Code::kUnsupported, "pattern '\\w+'"},
      {File(good, R"({"type":"ByteLevel"})", R"({"type":"NFKC"})"), base::Code::kUnsupported,
       "normalizer 'NFKC'"},
  };
  for (const auto& row : rows) {
    const auto result = ParseBpe(row.content);
    ASSERT_FALSE(result) << row.content;
    EXPECT_EQ(result.error().code(), row.code) << row.content;
    EXPECT_THAT(result.error().message(), HasSubstr(row.message)) << row.content;
  }
  const auto tokenizer =
      ParseBpe(File(good, R"({"type":"ByteLevel","add_prefix_space":false})"), {.max_tokens = 9});
  ASSERT_TRUE(tokenizer) << tokenizer.error().ToString();
  EXPECT_THAT((*tokenizer)->Encode("abba"), ElementsAre(2, 1, 0));
  EXPECT_THAT((*tokenizer)->Encode("aXb"), ElementsAre(2));  // bytes without a token are dropped
  EXPECT_EQ((*tokenizer)->MaxTokens(), 9U);
}

}  // namespace
}  // namespace text
