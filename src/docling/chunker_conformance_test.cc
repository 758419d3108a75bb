// Chunks against docling-core's own results. Needs the corpus and the vocabulary of the model.
#include <gtest/gtest.h>

#include "docling/canonical_json_test.h"
#include "docling/chunker.h"
#include "docling/corpus_test.h"
#include "docling/json.h"
#include "text/wordpiece.h"

namespace docling {
namespace {

namespace fs = std::filesystem;

// One line per chunk, so that a difference shows where it is.
std::string Lines(const std::string& json) {
  std::string out;
  for (const auto& chunk : boost::json::parse(json).at("root").as_array()) {
    out += ToJsonText(Canonical(chunk)) + "\n";
  }
  return out;
}

class ChunkerConformance : public ::testing::Test {
 protected:
  void SetUp() override {
    const fs::path corpus = CorpusRoot();
    if (corpus.empty()) GTEST_SKIP() << "no corpus on this machine";
    folder_ = corpus / "docling-core" / "chunker";
    const fs::path vocabulary = fs::path(SI_DEPS_DIR) / "model" / "model" / "vocab.txt";
    auto loaded = text::LoadWordPiece(vocabulary);
    if (!loaded) GTEST_SKIP() << loaded.error().ToString();
    tokenizer_ = std::move(*loaded);
  }

  Document Input(const char* name) {
    auto document = ReadJson(ReadAll(folder_ / name));
    EXPECT_TRUE(document) << name << ": " << document.error().ToString();
    return std::move(*document);
  }

  std::vector<Chunk> Hybrid(const Document& document, const HybridOptions& options) {
    return HybridChunks(document, *tokenizer_, options).value();
  }

  void Compare(Comparison& comparison, const char* expected, const Document& document,
               const std::vector<Chunk>& chunks) {
    comparison.Check(expected, Lines(ReadAll(folder_ / expected)),
                     Lines(WriteChunksJson(document, chunks)));
  }

  fs::path folder_;
  std::unique_ptr<text::WordPiece> tokenizer_;
};

HybridOptions Tokens(size_t max_tokens) {
  HybridOptions options;
  options.max_tokens = max_tokens;
  return options;
}

TEST_F(ChunkerConformance, DoclingCoreFixtures) {
  Comparison comparison("docling-core chunker fixtures");
  const Document paper = Input("0_inp_dl_doc.json");
  Compare(comparison, "0_out_chunks.json", paper, HierarchicalChunks(paper));
  const Document page = Input("2_inp_dl_doc.json");
  Compare(comparison, "2a_out_chunks.json", page, Hybrid(page, Tokens(64)));
  Compare(comparison, "2c_out_chunks.json", page, Hybrid(page, Tokens(256)));
  HybridOptions unmerged = Tokens(64);
  unmerged.merge_peers = false;
  Compare(comparison, "2b_out_chunks.json", page, Hybrid(page, unmerged));
}

TEST_F(ChunkerConformance, Contextualized) {
  Comparison comparison("docling-core contextualized chunks");
  const Document page = Input("2_inp_dl_doc.json");
  std::string actual;
  for (const Chunk& chunk : Hybrid(page, Tokens(64))) {
    const std::string context = Contextualize(chunk);
    actual += ToJsonText({{"text", chunk.text},
                          {"ser_text", context},
                          {"num_tokens", tokenizer_->Count(context)}}) +
              "\n";
  }
  std::string expected;
  const auto truth = boost::json::parse(ReadAll(folder_ / "2a_out_ser_chunks.json"));
  for (const auto& chunk : truth.at("root").as_array()) {
    expected += ToJsonText({{"text", chunk.at("text")},
                            {"ser_text", chunk.at("ser_text")},
                            {"num_tokens", uint64_t(chunk.at("num_tokens").as_int64())}}) +
                "\n";
  }
  comparison.Check("2a_out_ser_chunks.json", expected, actual);
}

TEST_F(ChunkerConformance, HeadingsWithoutContent) {
  Comparison comparison("docling-core chunks of shadowed headings");
  Document document("");
  for (const auto& [text, level] : std::vector<std::pair<const char*, int>>{{"Section 1", 1},
                                                                            {"Section 1.1", 2},
                                                                            {"Section 1.2", 2},
                                                                            {"Section 2", 1},
                                                                            {"Section 2.1", 2},
                                                                            {"Section 2.1.1", 3},
                                                                            {"Section 3", 1},
                                                                            {"Section 3.1", 2},
                                                                            {"Foo", 0},
                                                                            {"Section 4", 1},
                                                                            {"Section 4.1", 2}}) {
    level == 0 ? document.AddText(Label::kText, text) : document.AddHeading(text, level);
  }
  HybridOptions emit = Tokens(256);
  emit.always_emit_headings = true;
  Compare(comparison, "2h_out_chunks_hier_emit_false.json", document, HierarchicalChunks(document));
  Compare(comparison, "2h_out_chunks_hier_emit_true.json", document,
          HierarchicalChunks(document, emit));
  Compare(comparison, "2h_out_chunks_hybr_emit_false.json", document,
          Hybrid(document, Tokens(256)));
  Compare(comparison, "2h_out_chunks_hybr_emit_true.json", document, Hybrid(document, emit));
}

}  // namespace
}  // namespace docling
