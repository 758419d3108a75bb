#include "embedding/fake.h"

#include <gtest/gtest.h>

#include <numeric>

namespace embedding {
namespace {

float Dot(const std::vector<float>& rows, size_t dimension, size_t a, size_t b) {
  const float* base = rows.data();
  return std::inner_product(base + a * dimension, base + (a + 1) * dimension, base + b * dimension,
                            0.0F);
}

TEST(FakeEmbedder, SharedWordsMakeNeighbours) {
  FakeEmbedder embedder({.dimension = 64});
  const std::vector<std::string> texts = {"apples and pears", "Pears and apples", "apples alone",
                                          "the moon", ""};
  const auto rows = embedder.Embed(texts).value();
  ASSERT_EQ(rows.size(), texts.size() * 64);
  for (size_t i = 0; i < texts.size(); ++i) EXPECT_NEAR(Dot(rows, 64, i, i), 1, 1e-5);
  EXPECT_NEAR(Dot(rows, 64, 0, 1), 1, 1e-5);
  EXPECT_GT(Dot(rows, 64, 0, 2), Dot(rows, 64, 0, 3));
  EXPECT_EQ(rows, FakeEmbedder({.dimension = 64}).Embed(texts).value());
  EXPECT_EQ(embedder.TextCount(), texts.size());
}

TEST(FakeEmbedder, FollowsTheScript) {
  FakeEmbedder embedder({.dimension = 2, .window_words = 3, .script = {{"a", {3, 4}}}});
  embedder.FailNext(base::Error(base::Code::kUnavailable, "down"));
  const std::vector<std::string> texts = {"a"};
  EXPECT_EQ(embedder.Embed(texts).error().message(), "down");
  EXPECT_EQ(embedder.Embed(texts).value(), (std::vector<float>{0.6F, 0.8F}));
  EXPECT_EQ(embedder.TokensBeyondWindow("one two three"), 0U);
  EXPECT_EQ(embedder.TokensBeyondWindow("one two three four"), 1U);
}

}  // namespace
}  // namespace embedding
