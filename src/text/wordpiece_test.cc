#include "text/wordpiece.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "text/bert_words.h"

namespace text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// ids: 0 [PAD] 1 [UNK] 2 [CLS] 3 [SEP] 4 [MASK] 5 un 6 ##aff 7 ##able 8 a 9 ##a 10 , 11 中 12 ##b
constexpr char kVocab[] =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nun\n##aff\n##able\na\n##a\n,\n中\n##b\n";

std::unique_ptr<WordPiece> Small() { return ParseWordPiece(kVocab).value(); }

TEST(WordPiece, LongestPieceFirst) {
  const struct {
    std::string text;
    std::vector<int32_t> ids;
  } rows[] = {
      {"", {}},
      {"  \t\n", {}},
      {"unaffable", {5, 6, 7}},
      {"UnAffable,Una", {5, 6, 7, 10, 5, 9}},
      {"unaffablex", {1}},  // one unknown piece makes the whole word unknown
      {"äÁ", {8, 9}},
      {"a中a", {8, 11, 8}},
      {"a\u200bb", {8, 12}},  // format characters vanish
      {"a\xff"
       "b",
       {8, 12}},  // and so does what is not UTF-8
      {"a[SEP]a", {8, 3, 8}},
      {"[sep]", {1, 1, 1}},
  };
  const auto tokenizer = Small();
  for (const auto& row : rows) {
    EXPECT_EQ(tokenizer->Encode(row.text), row.ids) << row.text;
    EXPECT_EQ(tokenizer->Count(row.text), row.ids.size()) << row.text;
  }
}

TEST(WordPiece, WordsOverAHundredCharactersAreUnknown) {
  const auto tokenizer = Small();
  EXPECT_EQ(tokenizer->Count(std::string(100, 'a')), 100U);
  EXPECT_THAT(tokenizer->Encode(std::string(101, 'a')), ElementsAre(1));
}

TEST(WordPiece, KnowsTheSpecialIds) {
  const auto tokenizer = ParseWordPiece(kVocab, {.max_tokens = 256}).value();
  EXPECT_EQ(tokenizer->ClsId(), 2);
  EXPECT_EQ(tokenizer->SepId(), 3);
  EXPECT_EQ(tokenizer->PadId(), 0);
  EXPECT_EQ(tokenizer->MaxTokens(), 256U);
}

TEST(WordPiece, RefusesWhatIsNoWordPieceFile) {
  const struct {
    std::string content;
    std::string message;
  } rows[] = {
      {"", "not a WordPiece vocabulary"},
      {"a\nb\n", "not a WordPiece vocabulary"},
      {"{", "not JSON"},
      {"{}", "/model/type"},
      {R"({"model":{"type":"BPE"},"pre_tokenizer":{"type":"ByteLevel"}})", "found 'BPE'"},
      {R"({"model":{"type":"WordPiece"},"pre_tokenizer":{"type":"BertPreTokenizer"},
           "normalizer":{"type":"NFC"}})",
       "normalizer 'NFC' is not supported"},
      {R"({"model":{"type":"WordPiece","vocab":{"a":-1}},
           "pre_tokenizer":{"type":"BertPreTokenizer"},"normalizer":{"type":"BertNormalizer"}})",
       "not a small number"},
  };
  for (const auto& row : rows) {
    const auto result = ParseWordPiece(row.content);
    ASSERT_FALSE(result) << row.content;
    EXPECT_THAT(result.error().message(), HasSubstr(row.message));
  }
  EXPECT_EQ(LoadWordPiece("/nowhere/vocab.txt").error().code(), base::Code::kNotFound);
}

std::vector<std::string> Words(std::string_view text, const BertOptions& options = {}) {
  std::vector<std::string> words;
  ForEachBertWord(text, options, [&](std::string_view word, size_t) { words.emplace_back(word); });
  return words;
}

TEST(BertWords, FollowTheReference) {
  EXPECT_THAT(Words("Don't  stop\u00a0ÉTÉ"), ElementsAre("don", "'", "t", "stop", "ete"));
  EXPECT_THAT(Words("x≠y"), ElementsAre("x", "=", "y"));  // decomposes to punctuation + accent
  EXPECT_THAT(Words("日本語かな"), ElementsAre("日", "本", "語", "かな"));
  EXPECT_THAT(Words("한"), ElementsAre("\u1112\u1161\u11ab"));
  EXPECT_THAT(Words("\u2e43"), ElementsAre("\u2e43"));
  EXPECT_THAT(Words("a\u2e43b"), ElementsAre("a\u2e43b"));  // punctuation only since Unicode 9
  EXPECT_THAT(Words("É", {.lowercase = false, .strip_accents = false}), ElementsAre("É"));
}

}  // namespace
}  // namespace text
