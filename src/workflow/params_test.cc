#include "workflow/params.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"

namespace workflow {
namespace {

using model::WorkflowStepType;

constexpr std::string_view kReference = R"(id: default
config:
  parse:
    do_ocr: False
    force_ocr: False
    ocr_engine: easyocr
    ocr_lang: en
    pdf_backend: pypdfium2
    table_mode: accurate
  chunk:
    chunker: docling-serve
    chunk_size: 256
    text_context_radius: 0
    chunker_type: hybrid
  embed:
    provider: ollama
    model: qwen3-embedding:4b
    vector_dim: 2560
  store:
    data_dir: default_db
)";

TEST(ParseParamSet, ReadsFilesOfTheReferenceImplementation) {
  const auto got = ParseParamSet(kReference);
  ASSERT_TRUE(got) << got.error().ToString();
  EXPECT_EQ(got->id, "default");
  EXPECT_EQ(got->source, ParamSet::Source::kApp);
  EXPECT_EQ(got->config.at(WorkflowStepType::kEmbed),
            R"({"provider":"ollama","model":"qwen3-embedding:4b","vector_dim":2560})");
  EXPECT_TRUE(got->warnings.empty());
  EXPECT_NE(ToJson(*got).find(R"("name":null,"meta":{},"source":"app","config":{"parse":{)"),
            std::string::npos)
      << ToJson(*got);
}

TEST(ParseParamSet, KeepsUnknownKeysAndNamesTheNearest) {
  const auto got = ParseParamSet(
      "id: x\nsource: user\nconfig:\n  parse: {format: markdown, split_workers: 4}\n"
      "  chunk: {chunksize: 100}\n  other: {}\n");
  ASSERT_TRUE(got) << got.error().ToString();
  EXPECT_EQ(got->source, ParamSet::Source::kUser);
  EXPECT_EQ(got->config.at(WorkflowStepType::kParse), R"({"format":"markdown","split_workers":4})");
  ASSERT_EQ(got->warnings.size(), 4u);
  EXPECT_NE(got->warnings[2].find("line 5: unknown key 'chunksize' in config.chunk"),
            std::string::npos)
      << got->warnings[2];
  EXPECT_NE(got->warnings[2].find("did you mean 'chunk_size'"), std::string::npos);
}

TEST(ParseParamSet, SaysWhatIsWrongAndWhatIsAllowed) {
  const std::pair<std::string, std::string> cases[] = {
      {"config: {}", "needs an id"},
      {"id: a", "needs a config"},
      {"id: a/b\nconfig: {}", "not allowed"},
      {"id: a\nsource: system\nconfig: {}", "allowed: app or user"},
      {"id: a\nconfig: {parse: {do_ocr: maybe}}", "config.parse.do_ocr is 'maybe', allowed: true"},
      {"id: a\nconfig: {parse: {engine: cloud}}", "allowed: local or docling-serve"},
      {"id: a\nconfig: {parse: {table_mode: exact}}", "allowed: accurate or fast"},
      {"id: a\nconfig: {chunk: {chunk_size: 0}}", "a whole number from 8 to 100000"},
      {"id: a\nconfig: {chunk: {chunk_size: big}}", "a whole number"},
      {"id: a\nconfig: {chunk: {chunker_type: token}}", "allowed: hybrid or hierarchical"},
      {"id: a\nconfig: {embed: {provider: aws}}", "allowed: local, ollama or openai"},
      {"id: a\nconfig: {embed: {model: [a]}}", "config.embed.model is a list, allowed: text"},
      {"id: a\nconfig: {store: {data_dir: ../x}}", "data_dir '../x' is not allowed"},
      {"id: a\nconfig: {route: {rules: [{skip: 1}]}}", "config.route: rule 1: skip must be true"},
      {"id: a\nconfig: {store: []}", "config.store must be a map"},
      {"id: a\nconfig: 7", "config must be a map"},
  };
  for (const auto& [yaml, message] : cases) {
    const auto got = ParseParamSet(yaml);
    ASSERT_FALSE(got) << yaml;
    EXPECT_NE(got.error().message().find(message), std::string::npos) << yaml << "\n"
                                                                      << got.error().message();
  }
}

TEST(CumulativeConfigs, EqualTheTextsOfTheReferenceWhereNoEngineOfOursWorks) {
  const auto set = ParseParamSet("id: a\nconfig: {parse: {engine: docling-serve, do_ocr: no}}");
  const auto configs = CumulativeConfigs(*set, {});
  ASSERT_EQ(configs.size(), 8u);
  EXPECT_EQ(configs[2].type, WorkflowStepType::kParse);
  EXPECT_EQ(configs[2].config, R"({"engine":"docling-serve","do_ocr":false})");
  EXPECT_EQ(configs[2].cumulative,
            "{\n    \"ingest\": {},\n    \"validate\": {},\n    \"parse\": {\n        \"engine\": "
            "\"docling-serve\",\n        \"do_ocr\": false\n    }\n}");
}

TEST(CumulativeConfigs, OurEnginesCarryTheirVersion) {
  const auto set = ParseParamSet("id: a\nconfig: {chunk: {chunk_size: 100}, store: {data_dir: x}}");
  const auto old = CumulativeConfigs(*set, {.parse = 1, .chunk = 1, .embed = 1});
  EXPECT_EQ(old[2].config, R"({"engine":"local","engine_version":1})");
  EXPECT_EQ(old[3].config, R"({"chunk_size":100,"engine":"local","engine_version":1})");
  EXPECT_EQ(old[5].config, R"({"data_dir":"x"})");

  const auto newer = CumulativeConfigs(*set, {.parse = 1, .chunk = 2, .embed = 1});
  EXPECT_EQ(old[2].cumulative, newer[2].cumulative);
  EXPECT_NE(old[3].cumulative, newer[3].cumulative);
  EXPECT_NE(old[4].cumulative, newer[4].cumulative) << "what follows a change is recomputed";
}

class ParamFolder : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(base::WriteFileDurably(dir_.path() / "default.yaml", kReference));
  }
  base::TempDir dir_;
  base::ManualClock clock_{base::Time()};
  ParamSets sets_{{dir_.path(), "default"}, clock_};
};

TEST_F(ParamFolder, UploadWritesVerbatim) {
  const std::string yaml = "# mine\nid: my_params\nconfig: {parse: {formt: x}}\n";
  const auto got = sets_.Upload(yaml);
  ASSERT_TRUE(got) << got.error().ToString();
  EXPECT_EQ(got->outcome, ParamSets::Uploaded::Outcome::kCreated);
  EXPECT_EQ(got->file, dir_.path() / "user_my_params.yaml");
  EXPECT_EQ(got->warnings.size(), 1u);
  EXPECT_EQ(*base::ReadFile(got->file), "source: user\n" + yaml);
  EXPECT_EQ((*sets_.Get("my_params"))->source, ParamSet::Source::kUser);
  EXPECT_EQ(sets_.List().size(), 2u);

  const auto again = sets_.Upload(yaml);
  EXPECT_EQ(again->outcome, ParamSets::Uploaded::Outcome::kExists);
  EXPECT_EQ(again->existing_source, ParamSet::Source::kUser);
  EXPECT_EQ(sets_.Upload("id: default\nconfig: {}")->existing_source, ParamSet::Source::kApp);
}

TEST_F(ParamFolder, UploadKeepsAStatedSourceAndRefusesPaths) {
  const std::string yaml = "id: b\nsource: app\nconfig: {}\n";
  ASSERT_TRUE(sets_.Upload(yaml));
  EXPECT_EQ(*base::ReadFile(dir_.path() / "user_b.yaml"), yaml);
  EXPECT_EQ((*sets_.Get("b"))->source, ParamSet::Source::kUser) << "an upload stays removable";
  for (const char* id : {"../x", "/etc/x", "a\\b", "'.x'", "''"}) {
    EXPECT_FALSE(sets_.Upload("id: " + std::string(id) + "\nconfig: {}")) << id;
  }
}

TEST_F(ParamFolder, RemoveRefusesShippedAndUsedSets) {
  ASSERT_TRUE(sets_.Upload("id: mine\nconfig: {}"));
  const auto unused = [](std::string_view) -> base::Result<bool> { return false; };
  const auto used = [](std::string_view) -> base::Result<bool> { return true; };
  EXPECT_EQ(sets_.Remove("default", unused).error().code(), base::Code::kPermissionDenied);
  EXPECT_EQ(sets_.Remove("none", unused).error().code(), base::Code::kNotFound);
  EXPECT_EQ(sets_.Remove("mine", used).error().code(), base::Code::kPermissionDenied);
  EXPECT_TRUE(sets_.Remove("mine", unused));
  EXPECT_EQ(sets_.Get("mine").error().code(), base::Code::kNotFound);
}

TEST_F(ParamFolder, ByTarget) {
  EXPECT_EQ(sets_.ByTarget("default_db").size(), 1u);
  EXPECT_EQ(sets_.ByTarget("default").size(), 0u);
}

TEST(ParamSets, ShippedFilesAreGood) {
  const base::SystemClock clock;
  const ParamSets shipped({std::filesystem::path(SI_SOURCE_DIR) / "config/params", "default"},
                          clock);
  const auto got = shipped.Get("");
  ASSERT_TRUE(got) << got.error().ToString();
  EXPECT_TRUE((*got)->warnings.empty());
  EXPECT_EQ((*got)->source, ParamSet::Source::kApp);
}

}  // namespace
}  // namespace workflow
