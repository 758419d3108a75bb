// Reads the documents of the corpus and compares them with what docling made of them, key by key.
// Prints one line a document; fails for those that are expected to be equal.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "base/files.h"
#include "docling/json.h"
#include "docling/markdown.h"
#include "formats/reader.h"

namespace formats {
namespace {

namespace json = boost::json;
using std::filesystem::path;

path Corpus() {
  const char* folder = std::getenv("SI_CORPUS");
  return folder != nullptr ? path(folder) : path(SI_SOURCE_DIR).parent_path() / "shared" / "corpus";
}

// What may differ: the schema version, and the hash of an intermediate file that docling states for
// Markdown with HTML in it.
void Normalise(json::object& document, bool ignore_hash) {
  document.erase("version");
  if (ignore_hash && document.contains("origin")) {
    document["origin"].as_object().erase("binary_hash");
  }
}

// Of images only the size counts: docling encodes them anew, and draws what it asks LibreOffice
// for.
void NormaliseImages(json::object& ours, json::object& theirs) {
  json::array& a = ours["pictures"].as_array();
  json::array& b = theirs["pictures"].as_array();
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    json::object& left = a[i].as_object();
    json::object& right = b[i].as_object();
    const bool both = left.contains("image") && right.contains("image");
    for (json::object* picture : {&left, &right}) {
      if (both) {
        (*picture)["image"] = json::value((*picture)["image"].at("size"));
      } else {
        picture->erase("image");
      }
    }
  }
}

// The first difference as "path: ours != truth", or "".
std::string Difference(const json::value& ours, const json::value& truth, const std::string& at) {
  if (ours.is_object() && truth.is_object()) {
    for (const auto& [key, value] : truth.as_object()) {
      const std::string where = at + "/" + std::string(key);
      const json::value* other = ours.as_object().if_contains(key);
      if (other == nullptr) return where + ": missing";
      if (std::string found = Difference(*other, value, where); !found.empty()) return found;
    }
    for (const auto& [key, value] : ours.as_object()) {
      if (!truth.as_object().contains(key)) return at + "/" + std::string(key) + ": too much";
    }
    return {};
  }
  if (ours.is_array() && truth.is_array()) {
    const json::array& a = ours.as_array();
    const json::array& b = truth.as_array();
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      std::string found = Difference(a[i], b[i], fmt::format("{}/{}", at, i));
      if (!found.empty()) return found;
    }
    if (a.size() == b.size()) return {};
    return fmt::format("{}: {} elements, not {}", at, a.size(), b.size());
  }
  if (ours == truth) return {};
  return fmt::format("{}: {} is not {}", at, json::serialize(ours), json::serialize(truth));
}

// Texts first: a difference there explains those in the children of others.
std::string FirstDifference(json::object ours, json::object truth) {
  for (const std::string_view array : {"texts", "tables", "groups", "pictures"}) {
    std::string found = Difference(ours[array], truth[array], std::string(array));
    if (!found.empty()) return found;
  }
  return Difference(ours, truth, "");
}

base::Result<docling::Document> ReadSource(const path& source) {
  SI_ASSIGN(const std::string bytes, base::ReadFile(source));
  docling::CollectedDiagnostics diagnostics;
  Context context{.diagnostics = diagnostics};
  return Read({.bytes = bytes, .filename = source.filename().string()}, context);
}

std::string CompareJson(const docling::Document& document, const path& truth) {
  const auto expected = base::ReadFile(truth);
  if (!expected) return expected.error().ToString();
  json::object ours = json::parse(docling::WriteJson(document)).as_object();
  json::object theirs = json::parse(*expected).as_object();
  const docling::Origin& origin = *document.origin;
  const bool intermediate = origin.filename.ends_with(".md") && origin.mimetype == "text/html";
  Normalise(ours, intermediate);
  Normalise(theirs, intermediate);
  NormaliseImages(ours, theirs);
  return FirstDifference(std::move(ours), std::move(theirs));
}

std::string CompareMarkdown(const docling::Document& document, const path& truth) {
  auto expected = base::ReadFile(truth);
  if (!expected) return expected.error().ToString();
  if (expected->ends_with('\n')) expected->pop_back();  // some of the files have one more
  docling::MarkdownOptions options{.compact_tables = true};
  const std::string name = truth.stem();
  options.sheet_headings = name.ends_with(".xlsx");
  // Where comments are what it is about, the truth shows all layers.
  if (name.ends_with("_comments.pptx") || name.ends_with("_comments.xlsx")) {
    options.layers = docling::Layers::All();
  }
  const std::string ours = docling::ExportMarkdown(document, options);
  if (ours == *expected) return {};
  const auto at = std::ranges::mismatch(ours, *expected).in1 - ours.begin();
  const size_t from = at > 30 ? at - 30 : 0;
  return fmt::format("at byte {}: '{}' is not '{}'", at, ours.substr(from, 60),
                     expected->substr(from, 60));
}

// What is known to differ, and why.
using Known = std::map<std::string, std::string_view>;

// One suffix of truth ("json", "md") for all documents of a format.
template <typename Compare>
void CompareFolder(const std::string& format, const std::string& suffix, Compare compare,
                   const Known& known = {}) {
  const path folder = Corpus() / "docling" / format;
  if (!exists(folder)) GTEST_SKIP() << "no corpus at " << folder;
  std::set<path> sources;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "source")) {
    sources.insert(entry.path());
  }
  size_t equal = 0;
  size_t compared = 0;
  for (const path& source : sources) {
    const std::string name = source.filename();
    const path truth = folder / "truth" / (name + "." + suffix);
    if (!exists(truth)) continue;
    ++compared;
    const auto document = ReadSource(source);
    const std::string difference =
        document ? compare(*document, truth) : document.error().ToString();
    if (difference.empty()) ++equal;
    const auto reason = known.find(name);
    fmt::print("{:35} {}{}\n", name, difference.empty() ? "equal" : difference,
               reason != known.end() ? fmt::format("  [{}]", reason->second) : "");
    if (reason == known.end()) {
      EXPECT_EQ(difference, "") << name;
    } else {
      EXPECT_NE(difference, "") << name << " is no longer different";
    }
  }
  fmt::print("{}.{}: {} of {} equal\n", format, suffix, equal, compared);
  EXPECT_GT(compared, 0U);
}

TEST(Conformance, HtmlToJson) { CompareFolder("html", "json", CompareJson); }
TEST(Conformance, HtmlToMarkdown) { CompareFolder("html", "md", CompareMarkdown); }
TEST(Conformance, MarkdownToJson) { CompareFolder("md", "json", CompareJson); }
TEST(Conformance, MarkdownToMarkdown) {
  CompareFolder("md", "md", CompareMarkdown,
                {{"mixed_without_h1.md", "docling cuts a text at a backslash escape"}});
}
TEST(Conformance, CsvToJson) { CompareFolder("csv", "json", CompareJson); }
TEST(Conformance, CsvToMarkdown) { CompareFolder("csv", "md", CompareMarkdown); }
TEST(Conformance, ExcelToJson) { CompareFolder("xlsx", "json", CompareJson); }
TEST(Conformance, ExcelToMarkdown) { CompareFolder("xlsx", "md", CompareMarkdown); }
TEST(Conformance, WordToJson) { CompareFolder("docx", "json", CompareJson); }
TEST(Conformance, WordToMarkdown) { CompareFolder("docx", "md", CompareMarkdown); }
const Known kPowerPointDiffers = {
    {"pptx_chart.pptx", "docling finds neither class nor numbers of charts with depth"}};
TEST(Conformance, PowerPointToJson) {
  CompareFolder("pptx", "json", CompareJson, kPowerPointDiffers);
}
TEST(Conformance, PowerPointToMarkdown) {
  CompareFolder("pptx", "md", CompareMarkdown, kPowerPointDiffers);
}

TEST(Conformance, AsciiDocToMarkdown) { CompareFolder("asciidoc", "md", CompareMarkdown); }
TEST(Conformance, OpenDocumentToJson) { CompareFolder("odf", "json", CompareJson); }
TEST(Conformance, OpenDocumentToMarkdown) { CompareFolder("odf", "md", CompareMarkdown); }

}  // namespace
}  // namespace formats
