#include <gtest/gtest.h>

#include "steps/chunk_json.h"
#include "steps/embeddings_file.h"
#include "steps/text_facts.h"

namespace steps {
namespace {

TEST(ChunkJson, RoundTrip) {
  const std::vector<haiku::Chunk> chunks = {
      {.content = "Body \"x\"\n\xf0\x9f\x98\x80",
       .doc_item_refs = {"#/texts/1", "#/tables/0"},
       .headings = std::vector<std::string>{"A", "B"},
       .labels = {"text", "table"},
       .page_numbers = {1, 7}},
      {.content = "no headings", .headings = std::nullopt},
  };
  const std::string json = WriteChunks(chunks);
  const auto got = ReadChunks(json);
  ASSERT_TRUE(got) << got.error().ToString();
  EXPECT_EQ(got->chunks, chunks);
  EXPECT_TRUE(got->vectors.empty());
  EXPECT_TRUE(json.starts_with(R"([{"id":null,"document_id":null,"content":)")) << json;
  EXPECT_NE(json.find(R"("order":1,"document_uri":null,"document_title":null,"document_meta":{},)"),
            std::string::npos);
  EXPECT_EQ(WriteChunks(std::vector<haiku::Chunk>{}), "[]");
}

TEST(ChunkJson, DamageIsNamed) {
  for (const char* bad :
       {"", "{}", "[1]", R"([{"id":1}])", R"([{"content":1}])", R"([{"content":"","metadata":[]}])",
        R"([{"content":"","metadata":{"labels":[1]}}])",
        R"([{"content":"","metadata":{"page_numbers":["a"]}}])"}) {
    const auto got = ReadChunks(bad);
    ASSERT_FALSE(got) << bad;
    EXPECT_EQ(got.error().code(), base::Code::kDamaged) << bad;
  }
}

TEST(EmbeddingsFile, RoundTrip) {
  const Embeddings embeddings{.model = "m\"x",
                              .dimension = 3,
                              .count = 2,
                              .chunks_sha256 = "abc",
                              .vectors = {1, 0, 0, 0, -0.5F, 1e-7F}};
  const std::string bytes = WriteEmbeddings(embeddings);
  const auto got = ReadEmbeddings(bytes);
  ASSERT_TRUE(got) << got.error().ToString();
  EXPECT_EQ(got->model, embeddings.model);
  EXPECT_EQ(got->dimension, 3u);
  EXPECT_EQ(got->count, 2u);
  EXPECT_EQ(got->chunks_sha256, "abc");
  EXPECT_EQ(got->vectors, embeddings.vectors);
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_FALSE(ReadEmbeddings(std::string_view(bytes).substr(0, cut))) << cut;
  }
  EXPECT_FALSE(ReadEmbeddings(bytes + "x"));
  EXPECT_EQ(ReadEmbeddings(WriteEmbeddings({}))->count, 0u);
}

TEST(EmbeddingsFile, ReadsTheReferenceForm) {
  const auto got = ReadEmbeddings(
      R"([{"content":"a","embedding":[1,0.5]},{"content":"b","embedding":[0,-1e-3]}])");
  ASSERT_TRUE(got) << got.error().ToString();
  EXPECT_EQ(got->dimension, 2u);
  EXPECT_EQ(got->vectors, (std::vector<float>{1, 0.5F, 0, -1e-3F}));
  for (const char* bad : {R"([{"content":"a"}])", R"([{"content":"a","embedding":[1]},)"
                                                  R"({"content":"b","embedding":[1,2]}])"}) {
    EXPECT_FALSE(ReadEmbeddings(bad)) << bad;
  }
}

TEST(TextFacts, LanguageWordsHeadingsKeywords) {
  const std::pair<std::string, std::string> languages[] = {
      {"The cat sat on the mat and it was happy with that for the rest of the day.", "en"},
      {"Der Hund ist auf der Straße und die Katze ist nicht mit ihm auf dem Weg zu dem Haus.",
       "de"},
      {"Le chat est dans la maison et les chiens sont avec le voisin pour une heure.", "fr"},
      {"Кошка сидела на коврике весь день", "ru"},
      {"これは日本語の文章です。漢字も入っています。", "ja"},
      {"xyzzy 42", ""},
      {"", ""},
  };
  for (const auto& [text, language] : languages) {
    EXPECT_EQ(FactsOf(text).language, language) << text;
  }
  const TextFacts facts = FactsOf(
      "# Solar panels\n\nPanels make power. Panels need light.\n\n```\n# no heading\n```\n## "
      "Power\n");
  EXPECT_EQ(facts.headings, (std::vector<std::string>{"Solar panels", "Power"}));
  ASSERT_FALSE(facts.keywords.empty());
  EXPECT_EQ(facts.keywords[0], "panels");
  EXPECT_GT(facts.word_count, 10);
}

TEST(TitleFromHeadings, SkipsStopPhrases) {
  EXPECT_EQ(TitleFromHeadings("## B\n# Abstract\n# Real title\n", {"ABSTRACT"}), "Real title");
  EXPECT_EQ(TitleFromHeadings("## B\n", {}), "B");
  EXPECT_EQ(TitleFromHeadings("text\n#no heading\n", {}), "");
}

}  // namespace
}  // namespace steps
