// The local embedder against a plain numpy implementation of the model
// (tests/golden/make_text_golden.py).
#include "embedding/local.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/files.h"

namespace embedding {
namespace {

using Precision = LocalOptions::Precision;

const std::filesystem::path kData = std::filesystem::path(SI_SOURCE_DIR) / "tests/data/text";
const std::filesystem::path kModel = std::filesystem::path(SI_DEPS_DIR) / "model/model";
constexpr size_t kDimension = 384;

std::vector<std::string> Texts() {
  const auto root = boost::json::parse(base::ReadFile(kData / "texts.json").value());
  return boost::json::value_to<std::vector<std::string>>(root);
}

// IEEE half precision; no infinities occur.
float FromHalf(uint16_t half) {
  const int exponent = (half >> 10) & 0x1F;
  const int fraction = half & 0x3FF;
  const float value = exponent == 0
                          ? std::ldexp(static_cast<float>(fraction), -24)
                          : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  return (half & 0x8000) != 0 ? -value : value;
}

std::vector<float> Golden() {
  const std::string bytes = base::ReadFile(kData / "minilm.f16").value();
  std::vector<float> out;
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
    uint16_t half = 0;
    std::memcpy(&half, bytes.data() + at, sizeof half);
    out.push_back(FromHalf(half));
  }
  return out;
}

double Cosine(std::span<const float> a, std::span<const float> b) {
  double dot = 0;
  double aa = 0;
  double bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    dot += static_cast<double>(a[i]) * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += static_cast<double>(b[i]) * b[i];
  }
  return dot / std::sqrt(aa * bb);
}

double Length(std::span<const float> a) {
  double sum = 0;
  for (const float value : a) sum += static_cast<double>(value) * value;
  return std::sqrt(sum);
}

std::unique_ptr<LocalEmbedder> Load(Precision precision, size_t threads = 2) {
  auto embedder =
      LocalEmbedder::Load({.folder = kModel, .threads = threads, .precision = precision});
  if (!embedder) ADD_FAILURE() << embedder.error().ToString();
  return embedder ? std::move(*embedder) : nullptr;
}

std::span<const float> Row(std::span<const float> rows, size_t i) {
  return rows.subspan(i * kDimension, kDimension);
}

void ExpectLikeGolden(Precision precision, double least_cosine) {
  const auto embedder = Load(precision);
  ASSERT_TRUE(embedder);
  const auto texts = Texts();
  const auto golden = Golden();
  ASSERT_GE(texts.size(), 200U);
  ASSERT_EQ(golden.size(), texts.size() * kDimension);
  const auto vectors = embedder->Embed(texts);
  ASSERT_TRUE(vectors) << vectors.error().ToString();
  ASSERT_EQ(vectors->size(), golden.size());
  double least = 1;
  for (size_t i = 0; i < texts.size(); ++i) {
    const double cosine = Cosine(Row(*vectors, i), Row(golden, i));
    EXPECT_GE(cosine, least_cosine) << texts[i];
    EXPECT_NEAR(Length(Row(*vectors, i)), 1, 1e-3) << texts[i];
    least = std::min(least, cosine);
  }
  const auto statistics = embedder->Statistics();
  EXPECT_EQ(statistics.texts, texts.size());
  EXPECT_GT(statistics.cut_texts, 0U);
  EXPECT_LT(static_cast<double>(statistics.padded_tokens),
            1.02 * static_cast<double>(statistics.tokens));
  ::testing::Test::RecordProperty("least_cosine", std::to_string(least));
}

TEST(LocalEmbedder, F32IsExact) { ExpectLikeGolden(Precision::kF32, 0.9999); }

TEST(LocalEmbedder, AutomaticPrecisionIsCloseEnough) { ExpectLikeGolden(Precision::kAuto, 0.9997); }

TEST(LocalEmbedder, KnowsItsWindow) {
  const auto embedder = Load(Precision::kAuto, 1);
  ASSERT_TRUE(embedder);
  EXPECT_EQ(embedder->Dimension(), kDimension);
  EXPECT_EQ(embedder->Model(), "sentence-transformers/all-MiniLM-L6-v2");
  EXPECT_EQ(embedder->Tokenizer().MaxTokens(), 256U);
  std::string text;
  for (int i = 0; i < 254; ++i) text += "a ";
  EXPECT_EQ(embedder->TokensBeyondWindow(text), 0U);
  EXPECT_EQ(embedder->TokensBeyondWindow(text + "b c"), 2U);
  const std::vector<std::string> texts = {text, text + "b c"};
  const auto vectors = embedder->Embed(texts).value();
  EXPECT_NEAR(Cosine(Row(vectors, 0), Row(vectors, 1)), 1, 1e-6);
  EXPECT_TRUE(embedder->Embed({}).value().empty());
}

TEST(LocalEmbedder, ConcurrentCallersGetTheirOwnRows) {
  const auto embedder = Load(Precision::kAuto);
  ASSERT_TRUE(embedder);
  const auto texts = Texts();
  const auto golden = Golden();
  std::vector<std::jthread> callers;
  std::atomic<int> wrong = 0;
  for (size_t caller = 0; caller < 6; ++caller) {
    callers.emplace_back([&, caller] {
      std::vector<std::string> own;
      for (size_t i = caller; i < 60; i += 6) own.push_back(texts[i]);
      const auto vectors = embedder->Embed(own);
      for (size_t i = 0; i < own.size(); ++i) {
        const bool right =
            vectors && Cosine(Row(*vectors, i), Row(golden, caller + i * 6)) > 0.9997;
        if (!right) ++wrong;
      }
    });
  }
  callers.clear();
  EXPECT_EQ(wrong, 0);
}

TEST(LocalEmbedder, RefusesAFolderThatIsNoModel) {
  const base::TempDir folder;
  EXPECT_EQ(LocalEmbedder::Load({.folder = folder.path()}).error().code(), base::Code::kNotFound);
  std::filesystem::create_directory(folder.path() / "1_Pooling");
  ASSERT_TRUE(base::WriteFileDurably(folder.path() / "1_Pooling/config.json",
                                     R"({"pooling_mode_cls_token": true})"));
  EXPECT_EQ(LocalEmbedder::Load({.folder = folder.path()}).error().code(),
            base::Code::kUnsupported);
}

}  // namespace
}  // namespace embedding
