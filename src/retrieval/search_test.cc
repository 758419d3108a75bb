#include "retrieval/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/utf8.h"
#include "vectors/fake_store.h"

namespace retrieval {
namespace {

using base::Code;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Knows two directions: texts with "apple", and all others.
class TwoWays final : public embedding::Embedder {
 public:
  base::Result<std::vector<float>> Embed(std::span<const std::string> texts) override {
    ++calls;
    std::vector<float> out;
    for (const std::string& text : texts) {
      const bool apple = text.contains("apple");
      out.insert(out.end(), {apple ? 1.0F : 0.0F, apple ? 0.0F : 1.0F});
    }
    return out;
  }
  size_t Dimension() const override { return 2; }
  const std::string& Model() const override { return model; }

  std::string model = "two-ways";
  int calls = 0;
};

class SearchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    vectors::DocumentRow row;
    row.id = "d1";
    row.uri = "file:///fruit";
    row.title = "Fruit";
    row.embedding = {"openai", "two-ways", 2};
    row.chunks = {{"c0", "an apple a day", "an apple a day", "{}"},
                  {"c1", "bread and butter", "bread and butter", "{}"}};
    row.vectors = {1, 0, 0, 1};
    ASSERT_TRUE(store_.Upsert("db", row, {}).has_value());
  }

  static Question Ask(const std::string& text) {
    Question question;
    question.database = "db";
    question.text = text;
    return question;
  }

  vectors::FakeStore store_;
  TwoWays embedder_;
};

TEST_F(SearchTest, RanksPassagesWithTheirDocuments) {
  const auto found = Search(store_, embedder_, Ask("apple"));
  ASSERT_TRUE(found.has_value()) << found.error().ToString();
  ASSERT_EQ(found->size(), 2U);
  const Passage& best = found->front();
  EXPECT_EQ(best.rank, 1U);
  EXPECT_EQ(best.content, "an apple a day");
  EXPECT_EQ(best.uri, "file:///fruit");
  EXPECT_EQ(best.title, "Fruit");
  EXPECT_GT(best.score, found->back().score);
}

TEST_F(SearchTest, AsksTheEmbedderOnlyWhenItMust) {
  Question question = Ask("butter");
  question.mode = vectors::SearchMode::kText;
  EXPECT_EQ(Search(store_, embedder_, question)->size(), 1U);
  EXPECT_TRUE(Search(store_, embedder_, Ask(" \n "))->empty());
  EXPECT_EQ(embedder_.calls, 0);
}

TEST_F(SearchTest, RefusesWhatCannotBeAnswered) {
  Question question = Ask("apple");
  question.limit = 0;
  EXPECT_EQ(Search(store_, embedder_, question).error().code(), Code::kInvalidArgument);
  question.limit = 5000;
  EXPECT_EQ(Search(store_, embedder_, question).error().code(), Code::kInvalidArgument);
  question = Ask("apple");
  question.database = "nothing";
  EXPECT_EQ(Search(store_, embedder_, question).error().code(), Code::kNotFound);
  EXPECT_EQ(Search(store_, embedder_, Ask(std::string(40'000, 'x'))).error().code(),
            Code::kTooLarge);
  embedder_.model = "another";
  EXPECT_EQ(Search(store_, embedder_, Ask("apple")).error().code(), Code::kConflict);
}

TEST(Snippet, ShowsTheFirstWordOfTheQuestionWithWhatIsAroundIt) {
  std::string content;
  for (int i = 0; i < 200; ++i) content += "word" + std::to_string(i) + "\n";
  const std::string snippet = Snippet(content, "an of WORD120 x", 60);
  EXPECT_THAT(snippet, StartsWith("…word1"));
  EXPECT_THAT(snippet, HasSubstr("word119 word120 word121"));
  EXPECT_TRUE(snippet.ends_with("…"));
  EXPECT_LE(text::CountCodePoints(snippet), 62U);
}

TEST(Snippet, KeepsShortTextsAndWholeCharacters) {
  EXPECT_EQ(Snippet("a \n short\ttext", "nothing"), "a short text");
  EXPECT_EQ(Snippet("", "x"), "");
  const std::string snippet = Snippet(std::string(1000, 'a') + "ü", "üü", 10);
  EXPECT_EQ(snippet, "aaaaaaaaaa…");
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "üöä ";
  EXPECT_TRUE(text::IsValidUtf8(Snippet(umlauts, "öä", 33)));
}

}  // namespace
}  // namespace retrieval
