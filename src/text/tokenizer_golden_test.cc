// Token ids against those of the `tokenizers` package (tests/golden/make_text_golden.py).
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/files.h"
#include "text/bpe.h"
#include "text/utf8.h"
#include "text/wordpiece.h"

namespace text {
namespace {

const std::filesystem::path kData = std::filesystem::path(SI_SOURCE_DIR) / "tests/data/text";

std::vector<std::string> Texts() {
  const auto root = boost::json::parse(base::ReadFile(kData / "texts.json").value());
  return boost::json::value_to<std::vector<std::string>>(root);
}

std::vector<std::vector<int32_t>> Ids(const std::string& file) {
  std::vector<std::vector<int32_t>> rows;
  std::istringstream lines(base::ReadFile(kData / file).value());
  for (std::string line; std::getline(lines, line);) {
    std::istringstream numbers(line);
    auto& row = rows.emplace_back();
    for (int32_t id; numbers >> id;) row.push_back(id);
  }
  return rows;
}

void ExpectSame(const Tokenizer& tokenizer, const std::string& ids_file) {
  const auto texts = Texts();
  const auto expected = Ids(ids_file);
  ASSERT_GE(texts.size(), 200U);
  ASSERT_EQ(texts.size(), expected.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(tokenizer.Encode(texts[i]), expected[i]) << ids_file << ": " << texts[i];
    EXPECT_EQ(tokenizer.Count(texts[i]), expected[i].size()) << ids_file << ": " << texts[i];
  }
}

TEST(TokenizerGolden, WordPieceFromBothFiles) {
  const std::filesystem::path model = std::filesystem::path(SI_DEPS_DIR) / "model/model";
  for (const char* file : {"vocab.txt", "tokenizer.json"}) {
    const auto tokenizer = LoadWordPiece(model / file);
    ASSERT_TRUE(tokenizer) << tokenizer.error().ToString();
    ExpectSame(**tokenizer, "wordpiece.ids");
  }
}

TEST(TokenizerGolden, ByteLevelBpe) {
  for (const std::string kind : {"qwen", "gpt2", "llama3"}) {
    const auto tokenizer = LoadTokenizer(kData / ("bpe_" + kind + ".json"));
    ASSERT_TRUE(tokenizer) << tokenizer.error().ToString();
    ExpectSame(**tokenizer, "bpe_" + kind + ".ids");
  }
}

}  // namespace
}  // namespace text
