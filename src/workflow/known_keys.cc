#include "workflow/known_keys.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <numeric>

#include "workflow/names.h"
#include "workflow/rules.h"
#include "workflow/step_settings.h"

namespace workflow {
namespace {

using Kind = YamlNode::Kind;
using StepType = model::WorkflowStepType;
using Words = std::span<const std::string_view>;

enum class Takes { kBool, kInt, kNumber, kText, kTextOrList, kMap, kList, kAnything };

// One row per key. `allowed` narrows kText, `minimum` and `maximum` kInt. A key that ends in '*'
// stands for all that start so.
struct Known {
  StepType step;
  std::string_view key;
  Takes takes;
  Words allowed = {};
  int64_t minimum = 0;
  int64_t maximum = 1'000'000'000;
};

constexpr std::string_view kParseEngines[] = {"local", "docling-serve"};
constexpr std::string_view kOcrEngines[] = {"auto",     "local",     "easyocr",  "ocrmac",
                                            "rapidocr", "tesserocr", "tesseract"};
constexpr std::string_view kPdfBackends[] = {
    "pypdfium2",  "docling_parse", "threaded_docling_parse",
    "dlparse_v1", "dlparse_v2",    "dlparse_v4"};
constexpr std::string_view kTableModes[] = {"accurate", "fast"};
constexpr std::string_view kImageModes[] = {"placeholder", "embedded", "referenced"};
constexpr std::string_view kChunkers[] = {"local", "docling-local", "docling-serve"};
constexpr std::string_view kChunkerTypes[] = {"hybrid", "hierarchical"};
constexpr std::string_view kProviders[] = {"local", "ollama", "openai"};
constexpr std::string_view kProfiles[] = {"current", "legacy"};

constexpr Known kKnown[] = {
    {StepType::kParse, "engine", Takes::kText, kParseEngines},
    {StepType::kParse, "do_ocr", Takes::kBool},
    {StepType::kParse, "force_ocr", Takes::kBool},
    {StepType::kParse, "ocr_engine", Takes::kText, kOcrEngines},
    {StepType::kParse, "ocr_lang", Takes::kTextOrList},
    {StepType::kParse, "pdf_backend", Takes::kText, kPdfBackends},
    {StepType::kParse, "table_mode", Takes::kText, kTableModes},
    {StepType::kParse, "do_picture_description", Takes::kBool},
    {StepType::kParse, "picture_description_*", Takes::kAnything},
    {StepType::kParse, "image_export_mode", Takes::kText, kImageModes},
    // What only docling-serve knows; passed to it.
    {StepType::kParse, "do_table_structure", Takes::kBool},
    {StepType::kParse, "do_code_enrichment", Takes::kBool},
    {StepType::kParse, "do_formula_enrichment", Takes::kBool},
    {StepType::kParse, "do_picture_classification", Takes::kBool},
    {StepType::kParse, "do_chart_extraction", Takes::kBool},
    {StepType::kParse, "include_images", Takes::kBool},
    {StepType::kParse, "images_scale", Takes::kNumber},
    {StepType::kParse, "pipeline", Takes::kText},
    {StepType::kParse, "page_range", Takes::kList},
    {StepType::kParse, "document_timeout", Takes::kNumber},
    {StepType::kParse, "abort_on_error", Takes::kBool},
    {StepType::kParse, "md_page_break_placeholder", Takes::kText},
    {StepType::kParse, "table_cell_matching", Takes::kBool},
    {StepType::kParse, "ocr_preset", Takes::kText},
    {StepType::kParse, "vlm_pipeline_*", Takes::kAnything},
    {StepType::kChunk, "chunker", Takes::kText, kChunkers},
    {StepType::kChunk, "chunk_size", Takes::kInt, {}, 8, 100'000},
    {StepType::kChunk, "chunker_type", Takes::kText, kChunkerTypes},
    {StepType::kChunk, "tokenizer", Takes::kText},
    {StepType::kChunk, "chunking_tokenizer", Takes::kText},
    {StepType::kChunk, "chunking_merge_peers", Takes::kBool},
    {StepType::kChunk, "chunking_use_markdown_tables", Takes::kBool},
    {StepType::kChunk, "text_context_radius", Takes::kInt, {}, 0, 1000},
    {StepType::kEmbed, "provider", Takes::kText, kProviders},
    {StepType::kEmbed, "model", Takes::kText},
    {StepType::kEmbed, "vector_dim", Takes::kInt, {}, 1, 65'536},
    {StepType::kEmbed, "base_url", Takes::kText},
    {StepType::kStore, "data_dir", Takes::kText},
    {StepType::kStore, "profile", Takes::kText, kProfiles},
    {StepType::kEnrich, "static", Takes::kMap},
    {StepType::kEnrich, "rules", Takes::kList},
    {StepType::kEnrich, "fields", Takes::kList},
    {StepType::kRoute, "rules", Takes::kList},
};

bool Covers(const Known& known, StepType step, std::string_view key) {
  if (known.step != step) return false;
  if (!known.key.ends_with('*')) return known.key == key;
  return key.starts_with(known.key.substr(0, known.key.size() - 1));
}

std::vector<std::string_view> KeysOf(StepType step) {
  std::vector<std::string_view> keys;
  for (const Known& known : kKnown) {
    if (known.step == step) keys.push_back(known.key);
  }
  return keys;
}

std::unexpected<base::Error> Wrong(const YamlNode& value, std::string_view where,
                                   const std::string& allowed) {
  const std::string given = value.scalar() && value.kind != Kind::kNull
                                ? "'" + value.text.substr(0, 60) + "'"
                                : std::string(KindName(value.kind));
  return base::Fail(base::Code::kInvalidArgument, "line " + std::to_string(value.line) + ": " +
                                                      std::string(where) + " is " + given +
                                                      ", allowed: " + allowed);
}

base::Result<> CheckText(const Known& known, const YamlNode& value, std::string_view where) {
  if (!known.allowed.empty()) {
    const bool one =
        value.scalar() && std::ranges::find(known.allowed, value.text) != known.allowed.end();
    if (!one) return Wrong(value, where, AnyOf(known.allowed));
  } else if (!value.scalar() || value.kind == Kind::kBool) {
    return Wrong(value, where, "text");
  }
  return {};
}

base::Result<> CheckValue(const Known& known, const YamlNode& value, std::string_view where) {
  if (value.kind == Kind::kNull) return {};  // as if it were not there
  switch (known.takes) {
    case Takes::kBool:
      if (value.kind != Kind::kBool) return Wrong(value, where, "true or false");
      return {};
    case Takes::kInt:
      if (value.kind != Kind::kInt || value.integer < known.minimum ||
          value.integer > known.maximum) {
        return Wrong(value, where,
                     "a whole number from " + std::to_string(known.minimum) + " to " +
                         std::to_string(known.maximum));
      }
      return {};
    case Takes::kNumber:
      if (value.kind != Kind::kInt && value.kind != Kind::kFloat) {
        return Wrong(value, where, "a number");
      }
      return {};
    case Takes::kText:
      return CheckText(known, value, where);
    case Takes::kTextOrList:
      if (value.kind == Kind::kMap) return Wrong(value, where, "text or a list of texts");
      return {};
    case Takes::kMap:
      if (value.kind != Kind::kMap) return Wrong(value, where, "a map");
      return {};
    case Takes::kList:
      if (value.kind != Kind::kList) return Wrong(value, where, "a list");
      return {};
    case Takes::kAnything:
      return {};
  }
  return {};
}

base::Result<> CheckRules(StepType type, const YamlNode& settings, const std::string& where) {
  if (type != StepType::kRoute && type != StepType::kEnrich) return {};
  const auto rules = ReadRules(boost::json::serialize(ToJson(settings)),
                               type == StepType::kRoute ? RuleKind::kRoute : RuleKind::kEnrich);
  if (!rules) return base::Fail(rules.error().Within(where));
  return {};
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row.back();
}

}  // namespace

std::string_view Nearest(std::string_view key, Words known) {
  std::string_view best;
  size_t best_distance = key.size() / 3 + 2;  // more than a third wrong is another word
  for (const std::string_view candidate : known) {
    if (candidate.ends_with('*') || key.size() > 100) continue;
    const size_t distance = EditDistance(key, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string UnknownKey(const YamlNode& value, std::string_view key, std::string_view where,
                       Words known) {
  std::string text = "line " + std::to_string(value.line) + ": unknown key '" + std::string(key) +
                     "' in " + std::string(where) + " is kept but has no effect here";
  if (const std::string_view near = Nearest(key, known); !near.empty()) {
    text += "; did you mean '" + std::string(near) + "'?";
  } else if (!known.empty()) {
    text += " (known: " + AnyOf(known) + ")";
  }
  return text;
}

std::string AnyOf(Words words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

base::Result<> CheckStepSettings(StepType type, const YamlNode& settings,
                                 std::vector<std::string>& warnings) {
  const std::string where = "config." + std::string(StepName(type));
  for (const auto& [key, value] : settings.fields) {
    const auto row =
        std::ranges::find_if(kKnown, [&](const Known& known) { return Covers(known, type, key); });
    if (row == std::end(kKnown)) {
      warnings.push_back(UnknownKey(value, key, where, KeysOf(type)));
    } else {
      SI_TRY(CheckValue(*row, value, where + "." + key));
    }
  }
  if (const YamlNode* data_dir = settings.Find("data_dir"); type == StepType::kStore && data_dir) {
    if (data_dir->kind != Kind::kNull) SI_TRY(CheckDataDir(data_dir->text));
  }
  return CheckRules(type, settings, where);
}

}  // namespace workflow
