#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "inference/bert_config.h"
#include "inference/safetensors.h"
#include "inference/session.h"

namespace inference {
namespace {

using ::testing::HasSubstr;

std::string File(const std::string& header, const std::string& data) {
  const uint64_t size = header.size();
  std::string out(sizeof size, '\0');
  std::memcpy(out.data(), &size, sizeof size);
  return out + header + data;
}

base::Result<std::unique_ptr<Safetensors>> Parse(const std::string& file) {
  return Safetensors::Parse(std::as_bytes(std::span(file)));
}

TEST(Safetensors, HandsOutWhatTheHeaderDescribes) {
  const std::string file = File(
      R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},)"
      R"("b":{"dtype":"I64","shape":[],"data_offsets":[8,16]}})",
      "0123456789abcdef");
  const auto tensors = Parse(file);
  ASSERT_TRUE(tensors) << tensors.error().ToString();
  EXPECT_EQ((*tensors)->size(), 2U);
  const auto a = (*tensors)->FindF32("a", {1, 2});
  ASSERT_TRUE(a);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(a->bytes.data()), 8), "01234567");
  EXPECT_THAT((*tensors)->FindF32("a", {2, 1}).error().message(), HasSubstr("expected shape"));
  EXPECT_THAT((*tensors)->FindF32("b", {}).error().message(), HasSubstr("type I64"));
  EXPECT_THAT((*tensors)->FindF32("c", {}).error().message(), HasSubstr("no tensor 'c'"));
}

TEST(Safetensors, RefusesHeadersThatLie) {
  const struct {
    std::string file;
    std::string message;
  } rows[] = {
      {"", "shorter"},
      {std::string(8, '\xFF') + "{}", "longer than the file"},
      {File("[]", ""), "not a JSON object"},
      {File("{", ""), "not a JSON object"},
      {File(R"({"a":1})", ""), "not an object"},
      {File(R"({"a":{"shape":[1],"data_offsets":[0,4]}})", "1234"), "no dtype"},
      {File(R"({"a":{"dtype":"X9","shape":[1],"data_offsets":[0,4]}})", "1234"), "unknown dtype"},
      {File(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", "1234"), "not of sizes"},
      {File(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})", "1234"), "outside"},
      {File(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", "1234"), "outside"},
      {File(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", "1234"), "agree"},
      {File(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", ""),
       "huge"},
  };
  for (const auto& row : rows) {
    const auto result = Parse(row.file);
    ASSERT_FALSE(result) << row.message;
    EXPECT_EQ(result.error().code(), base::Code::kDamaged);
    EXPECT_THAT(result.error().message(), HasSubstr(row.message));
  }
}

constexpr char kTiny[] = R"({"model_type":"bert","hidden_act":"gelu","num_hidden_layers":1,
  "num_attention_heads":2,"hidden_size":4,"intermediate_size":8,"vocab_size":5,
  "max_position_embeddings":8,"type_vocab_size":2,"layer_norm_eps":1e-12})";

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(BertConfig, ChecksEverySize) {
  const auto config = ParseBertConfig(kTiny);
  ASSERT_TRUE(config) << config.error().ToString();
  EXPECT_EQ(config->head_width(), 2U);
  const struct {
    std::string_view from;
    std::string_view to;
    base::Code code;
  } rows[] = {
      {R"("bert")", R"("roberta")", base::Code::kUnsupported},
      {R"("gelu")", R"("relu")", base::Code::kUnsupported},
      {R"("hidden_size":4)", R"("hidden_size":0)", base::Code::kDamaged},
      {R"("hidden_size":4)", R"("hidden_size":5)", base::Code::kDamaged},
      {R"("vocab_size":5)", R"("vocab_size":99999999999)", base::Code::kDamaged},
      {R"("vocab_size":5)", R"("vocab":5)", base::Code::kDamaged},
      {"1e-12", "0.5", base::Code::kDamaged},
      {"{", "", base::Code::kDamaged},
  };
  for (const auto& row : rows) {
    const auto result = ParseBertConfig(Replaced(kTiny, row.from, row.to));
    ASSERT_FALSE(result) << row.to;
    EXPECT_EQ(result.error().code(), row.code) << row.to;
  }
}

TEST(Session, RefusesBatchesAndFilesThatDoNotFit) {
  const std::filesystem::path model = std::filesystem::path(SI_DEPS_DIR) / "model/model";
  const auto session = Session::Load(model);
  ASSERT_TRUE(session) << session.error().ToString();
  EXPECT_EQ((*session)->Width(), 384U);
  EXPECT_EQ((*session)->MaxPositions(), 512U);
  const auto request = (*session)->NewRequest().value();
  std::vector<float> out(384);
  const std::vector<float> mask(2, 1.0F);
  const std::vector<int32_t> good = {101, 102};
  const std::vector<int32_t> bad = {101, 30522};
  EXPECT_TRUE(request->Run({1, 2, good, mask}, out));
  EXPECT_EQ(request->Run({1, 2, bad, mask}, out).error().code(), base::Code::kInvalidArgument);
  EXPECT_EQ(request->Run({2, 2, good, mask}, out).error().code(), base::Code::kInvalidArgument);
  EXPECT_EQ(request->Run({0, 0, {}, {}}, {}).error().code(), base::Code::kInvalidArgument);

  const base::TempDir folder;
  ASSERT_TRUE(base::WriteFileDurably(folder.path() / "config.json", kTiny));
  ASSERT_TRUE(base::WriteFileDurably(folder.path() / "model.safetensors", File("{}", "")));
  const auto empty = Session::Load(folder.path());
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().message(), HasSubstr("no tensor"));
}

}  // namespace
}  // namespace inference
