// Reads real documents and compares their text with docling's. The corpus is not part of the
// project: the test skips where it is absent.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "docling/markdown.h"
#include "formats/pdf/test_engine.h"
#include "text/utf8.h"

namespace pdf {
namespace {

std::filesystem::path Corpus() {
  if (const char* folder = std::getenv("SI_CORPUS")) return folder;
  return std::filesystem::path(SI_SOURCE_DIR) / ".." / "shared" / "corpus";
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Words that both have, in any order, as share of both: 2·|A∩B| / (|A|+|B|).
double WordSimilarity(const std::string& a, const std::string& b) {
  std::map<std::string, int> counts;
  size_t total = 0;
  size_t shared = 0;
  for (const std::string_view word : text::SplitOnSpace(a)) {
    ++counts[std::string(word)];
    ++total;
  }
  for (const std::string_view word : text::SplitOnSpace(b)) {
    ++total;
    if (auto& left = counts[std::string(word)]; left > 0) {
      --left;
      ++shared;
    }
  }
  return total == 0 ? 1 : 2.0 * static_cast<double>(shared) / static_cast<double>(total);
}

TEST(CorpusTest, TextOfDoclingsDocuments) {
  SI_NEED_PDFIUM();
  const auto folder = Corpus() / "docling" / "pdf";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus (set SI_CORPUS)";
  const std::map<std::string, double> floors{{"2305.03393v1-pg9", 0.85},
                                             {"multi_page", 0.95},
                                             {"normal_4pages", 0.85},
                                             {"redp5110_sampled", 0.85}};
  for (const auto& [name, floor] : floors) {
    docling::CollectedDiagnostics diagnostics;
    auto document = Read(*TestEngine(), ReadFile(folder / "source" / (name + ".pdf")),
                         name + ".pdf", {}, diagnostics, nullptr);
    ASSERT_TRUE(document) << name << ": " << document.error().ToString();
    docling::MarkdownOptions options;
    options.compact_tables = true;
    const double similarity = WordSimilarity(ReadFile(folder / "truth" / (name + ".md")),
                                             docling::ExportMarkdown(*document, options));
    std::cout << name << ": " << similarity << "\n";
    EXPECT_GE(similarity, floor) << name;
  }
}

TEST(CorpusTest, EveryPdfIsRead) {
  SI_NEED_PDFIUM();
  if (!std::filesystem::exists(Corpus())) GTEST_SKIP() << "no corpus (set SI_CORPUS)";
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(Corpus())) {
    if (entry.path().extension() != ".pdf") continue;
    docling::CollectedDiagnostics diagnostics;
    auto document = Read(*TestEngine(), ReadFile(entry.path()), "x.pdf", {}, diagnostics, nullptr);
    ASSERT_TRUE(document) << entry.path() << ": " << document.error().ToString();
    EXPECT_TRUE(!document->texts.empty() || !diagnostics.found.empty()) << entry.path();
    for (const auto& text : document->texts) {
      ASSERT_TRUE(text::IsValidUtf8(text.text)) << entry.path();
      ASSERT_FALSE(text.prov.empty()) << entry.path();
      for (const auto& prov : text.prov) {
        ASSERT_GE(prov.bbox.t, prov.bbox.b) << entry.path() << " " << text.text;
        ASSERT_LE(prov.charspan_begin, prov.charspan_end) << entry.path();
      }
    }
    ++files;
  }
  std::cout << files << " files\n";
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace pdf
