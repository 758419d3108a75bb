// Markdown and JSON against docling's own results. Needs the corpus.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "docling/canonical_json_test.h"
#include "docling/corpus_test.h"
#include "docling/json.h"
#include "docling/json_writer.h"
#include "docling/markdown.h"
#include "docling/markdown_text.h"

namespace docling {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> TruthJson(const fs::path& corpus) {
  std::vector<fs::path> found;
  for (const auto& format : fs::directory_iterator(corpus / "docling")) {
    if (!fs::is_directory(format.path() / "truth")) continue;
    for (const auto& file : fs::directory_iterator(format.path() / "truth")) {
      if (file.path().extension() == ".json") found.push_back(file.path());
    }
  }
  std::ranges::sort(found);
  return found;
}

// Truth files of some formats end with a newline that is not part of the export.
std::string WithoutFinalNewline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

MarkdownOptions TruthOptions(const std::string& name) {
  MarkdownOptions options;
  options.compact_tables = true;
  if (name.find(".xlsx") != std::string::npos) options.sheet_headings = true;
  if (name.starts_with("xlsx_comments") || name.starts_with("powerpoint_comments")) {
    options.layers = Layers::All();
  }
  return options;
}

TEST(MarkdownConformance, TruthOfAllFormats) {
  const fs::path corpus = CorpusRoot();
  if (corpus.empty()) GTEST_SKIP() << "no corpus on this machine";
  Comparison comparison("docling truth, JSON to Markdown");
  for (const fs::path& json : TruthJson(corpus)) {
    const std::string name = json.filename().string();
    const auto document = ReadJson(ReadAll(json));
    ASSERT_TRUE(document) << name << ": " << document.error().ToString();
    const fs::path markdown = fs::path(json).replace_extension(".md");
    if (!fs::exists(markdown)) continue;
    comparison.Check(json.parent_path().parent_path().filename() / name,
                     WithoutFinalNewline(ReadAll(markdown)),
                     ExportMarkdown(*document, TruthOptions(name)),
                     name.starts_with("textbox") ? "flaky upstream" : "");
  }
}

// With our schema version in place of the file's.
std::string CanonicalJson(const std::string& text) {
  boost::json::value value = Canonical(boost::json::parse(text));
  value.get_object()["version"] = kSchemaVersion;
  return ToJsonText(value);
}

// The order of keys, and how a number is written, may differ from the truth; reading what we wrote
// must give the same again, and nothing of the truth may be lost.
TEST(JsonConformance, RoundTrip) {
  const fs::path corpus = CorpusRoot();
  if (corpus.empty()) GTEST_SKIP() << "no corpus on this machine";
  Comparison comparison("docling truth, JSON read and written");
  for (const fs::path& json : TruthJson(corpus)) {
    const std::string truth = ReadAll(json);
    const auto document = ReadJson(truth);
    ASSERT_TRUE(document) << json << ": " << document.error().ToString();
    comparison.Check(json.filename(), CanonicalJson(truth), CanonicalJson(WriteJson(*document)));
  }
}

// --- documents of docling-core

void AppendYaml(const YAML::Node& node, JsonWriter& json) {
  switch (node.Type()) {
    case YAML::NodeType::Map:
      json.BeginObject();
      for (const auto& member : node) {
        json.Key(member.first.Scalar());
        AppendYaml(member.second, json);
      }
      return json.EndObject();
    case YAML::NodeType::Sequence:
      json.BeginArray();
      for (const auto& element : node) AppendYaml(element, json);
      return json.EndArray();
    case YAML::NodeType::Scalar:
      break;
    default:
      return json.Raw("null");
  }
  const std::string& text = node.Scalar();
  const bool quoted = node.Tag() == "!";
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = error == std::errc() && end == text.data() + text.size();
  if (!quoted && (text == "true" || text == "false" || text == "null")) return json.Raw(text);
  if (!quoted && number) return json.Raw(text);
  json.String(text);
}

base::Result<Document> Load(const fs::path& path) {
  if (path.extension() == ".json") return ReadJson(ReadAll(path));
  std::string json;
  JsonWriter writer(json, 0);
  AppendYaml(YAML::LoadFile(path.string()), writer);
  return ReadJson(json);
}

std::string RightStripped(std::string text) {
  text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

TEST(MarkdownConformance, DoclingCoreDocuments) {
  const fs::path corpus = CorpusRoot();
  if (corpus.empty()) GTEST_SKIP() << "no corpus on this machine";
  struct Row {
    const char* source;
    const char* expected;
    MarkdownOptions options;
    const char* known = "";
  };
  const std::set<Label> no_pictures = {Label::kPicture};
  const Row rows[] = {
      {"activities.json",
       "activities.gt.md",
       {.page_break = "<!-- page break -->", .omit = no_pictures}},
      {"activities.json", "activities_pb_empty.gt.md", {.page_break = "", .omit = no_pictures}},
      {"activities.json",
       "activities_pb_non_empty.gt.md",
       {.page_break = "<!-- page-break -->", .omit = no_pictures}},
      {"activities.json", "activities_p2.gt.md", {.pages = std::set<int32_t>{2}}},
      {"checkboxes.json",
       "checkboxes.gt.md",
       {.page_break = "<!-- page break -->", .omit = no_pictures}},
      {"barchart.json", "barchart.gt.md", {}},
      {"inline_and_formatting.yaml", "inline_and_formatting.gt.md", {}},
      {"rich_table.out.yaml", "rich_table.gt.md", {}},
      {"dummy_doc.yaml", "dummy_doc.yaml.md", {}},
      {"dummy_doc.yaml",
       "dummy_doc_mark_meta.md",
       {.mark_meta = true},
       "left over from a release that printed meta before captions; no test of docling-core uses "
       "it"},
      {"group_with_metadata.yaml", "group_with_metadata_default.md", {}},
      {"group_with_metadata.yaml", "group_with_metadata_marked.md", {.mark_meta = true}},
      {"group_with_metadata.yaml",
       "group_with_metadata_allowed_meta_names.md",
       {.mark_meta = true, .meta_names = {"my_corp__test_1"}}},
  };
  Comparison comparison("docling-core documents to Markdown");
  for (const Row& row : rows) {
    const auto document = Load(corpus / "docling-core" / "doc" / row.source);
    ASSERT_TRUE(document) << row.source << ": " << document.error().ToString();
    const std::string expected =
        RightStripped(ReadAll(corpus / "docling-core" / "doc" / row.expected));
    comparison.Check(row.expected, expected, RightStripped(ExportMarkdown(*document, row.options)),
                     row.known);
  }
}

}  // namespace
}  // namespace docling
