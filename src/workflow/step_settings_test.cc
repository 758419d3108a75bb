#include "workflow/step_settings.h"

#include <gtest/gtest.h>

namespace workflow {
namespace {

TEST(StepSettings, DefaultsAndValues) {
  EXPECT_EQ(ReadChunkSettings("")->chunk_size, 254);
  EXPECT_EQ(ReadChunkSettings(R"({"chunk_size":null})")->chunk_size, 254);
  const auto chunk = ReadChunkSettings(
      R"({"chunker":"docling-local","chunker_type":"hierarchical","chunk_size":100,"tokenizer":"x"})");
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->type, ChunkSettings::Type::kHierarchical);
  EXPECT_EQ(chunk->chunker, ChunkSettings::Chunker::kLocal);
  EXPECT_EQ(chunk->chunk_size, 100);
  EXPECT_EQ(chunk->tokenizer, "x");
  EXPECT_EQ(ReadParseSettings(R"({"engine":"docling-serve"})")->engine,
            ParseSettings::Engine::kDoclingServe);
  EXPECT_EQ(ReadParseSettings(R"({"ocr_lang":"en"})")->ocr_languages.size(), 1u);
  EXPECT_EQ(ReadParseSettings(R"({"ocr_lang":["en","de"]})")->ocr_languages.size(), 2u);
  EXPECT_EQ(ReadEmbedSettings(R"({"vector_dim":8})")->vector_dim, 8);
  EXPECT_EQ(ReadStoreSettings(R"({"data_dir":2024})")->data_dir, "2024");
}

TEST(StepSettings, WrongValuesAreNamed) {
  EXPECT_EQ(ReadChunkSettings(R"({"chunk_size":"x"})").error().message(),
            "chunk_size must be a whole number over 0");
  EXPECT_FALSE(ReadChunkSettings("[]"));
  EXPECT_FALSE(ReadParseSettings(R"({"do_ocr":"yes"})"));
}

TEST(CheckDataDir, StaysBelowItsFolder) {
  for (const char* good : {"default", "a/b", "with blank", "s3://bucket/x"}) {
    EXPECT_TRUE(CheckDataDir(good)) << good;
  }
  for (const char* bad : {"", "/etc", "../x", "a/../../b", "a\\b", "a\nb", "\xff"}) {
    EXPECT_FALSE(CheckDataDir(bad)) << bad;
  }
}

}  // namespace
}  // namespace workflow
