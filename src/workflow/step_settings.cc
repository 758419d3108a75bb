#include "workflow/step_settings.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "text/utf8.h"

namespace workflow {
namespace {

// Reads typed members of a JSON object; the first wrong one is kept as the error.
class Reader {
 public:
  explicit Reader(std::string_view config) {
    if (config.empty()) return;
    boost::system::error_code error;
    boost::json::value value = boost::json::parse(config, error);
    if (error || !value.is_object()) {
      Refuse("the settings", "a JSON object");
    } else {
      object_ = std::move(value.get_object());
    }
  }

  void Read(std::string_view key, bool& out) {
    if (const auto* value = Find(key)) {
      value->is_bool() ? void(out = value->get_bool()) : Refuse(key, "true or false");
    }
  }
  void Read(std::string_view key, int64_t& out) {
    const auto* value = Find(key);
    if (value == nullptr) return;
    boost::system::error_code error;
    const int64_t number = value->to_number<int64_t>(error);
    if (error || number <= 0) return Refuse(key, "a whole number over 0");
    out = number;
  }
  void Read(std::string_view key, std::string& out) {
    const auto* value = Find(key);
    if (value == nullptr) return;
    if (value->is_string()) {
      out = std::string(value->get_string());
    } else if (value->is_number()) {
      out = boost::json::serialize(*value);  // a folder named 2024 is a number to YAML
    } else {
      Refuse(key, "text");
    }
  }
  void Read(std::string_view key, std::vector<std::string>& out) {
    const auto* value = Find(key);
    if (value == nullptr) return;
    if (value->is_string()) out = {std::string(value->get_string())};
    if (!value->is_array()) return;
    for (const auto& item : value->get_array()) {
      if (item.is_string()) out.emplace_back(item.get_string());
    }
  }
  // The position of the text in `words`, or what it was.
  template <typename Enum>
  void Read(std::string_view key, std::initializer_list<std::pair<std::string_view, Enum>> words,
            Enum& out) {
    const auto* value = Find(key);
    if (value == nullptr) return;
    const auto at = std::ranges::find_if(words, [&](const auto& word) {
      return value->is_string() && value->get_string() == word.first;
    });
    if (at == words.end()) return Refuse(key, "one of its known words");
    out = at->second;
  }

  template <typename T>
  base::Result<T> Finish(T settings) {
    if (problem_.empty()) return settings;
    return base::Fail(base::Code::kInvalidArgument, problem_);
  }

 private:
  const boost::json::value* Find(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  void Refuse(std::string_view key, std::string_view allowed) {
    if (problem_.empty()) problem_ = std::string(key) + " must be " + std::string(allowed);
  }

  boost::json::object object_;
  std::string problem_;
};

}  // namespace

base::Result<ParseSettings> ReadParseSettings(std::string_view config) {
  using Engine = ParseSettings::Engine;
  ParseSettings settings;
  Reader reader(config);
  reader.Read("engine", {{"local", Engine::kLocal}, {"docling-serve", Engine::kDoclingServe}},
              settings.engine);
  reader.Read("do_ocr", settings.do_ocr);
  reader.Read("force_ocr", settings.force_ocr);
  reader.Read("ocr_lang", settings.ocr_languages);
  return reader.Finish(std::move(settings));
}

base::Result<ChunkSettings> ReadChunkSettings(std::string_view config) {
  using Chunker = ChunkSettings::Chunker;
  using Type = ChunkSettings::Type;
  ChunkSettings settings;
  Reader reader(config);
  reader.Read("chunker",
              {{"local", Chunker::kLocal},
               {"docling-local", Chunker::kLocal},
               {"docling-serve", Chunker::kDoclingServe}},
              settings.chunker);
  reader.Read("chunker_type", {{"hybrid", Type::kHybrid}, {"hierarchical", Type::kHierarchical}},
              settings.type);
  reader.Read("chunk_size", settings.chunk_size);
  reader.Read("chunking_tokenizer", settings.tokenizer);
  reader.Read("tokenizer", settings.tokenizer);
  reader.Read("chunking_merge_peers", settings.merge_peers);
  reader.Read("chunking_use_markdown_tables", settings.markdown_tables);
  return reader.Finish(std::move(settings));
}

base::Result<EmbedSettings> ReadEmbedSettings(std::string_view config) {
  EmbedSettings settings;
  Reader reader(config);
  reader.Read("provider", settings.provider);
  reader.Read("model", settings.model);
  reader.Read("vector_dim", settings.vector_dim);
  reader.Read("base_url", settings.base_url);
  // Vector databases and /v1/models know our own models by their full names.
  if (settings.provider == "local" && settings.model.find('/') == std::string::npos) {
    settings.model = "sentence-transformers/" + settings.model;
  }
  return reader.Finish(std::move(settings));
}

base::Result<StoreSettings> ReadStoreSettings(std::string_view config) {
  using Profile = StoreSettings::Profile;
  StoreSettings settings;
  Reader reader(config);
  reader.Read("profile", {{"current", Profile::kCurrent}, {"legacy", Profile::kLegacy}},
              settings.profile);
  reader.Read("data_dir", settings.data_dir);
  SI_ASSIGN(settings, reader.Finish(std::move(settings)));
  SI_TRY(CheckDataDir(settings.data_dir));
  return settings;
}

base::Result<> CheckDataDir(std::string_view data_dir) {
  if (data_dir.starts_with("s3://")) return {};
  const std::filesystem::path path(data_dir);
  const bool escapes = std::ranges::any_of(path, [](const auto& part) { return part == ".."; });
  const bool control =
      std::ranges::any_of(data_dir, [](unsigned char c) { return c < 0x20 || c == '\\'; });
  if (data_dir.empty() || path.is_absolute() || escapes || control ||
      !text::IsValidUtf8(data_dir)) {
    return base::Fail(base::Code::kInvalidArgument,
                      "data_dir '" + std::string(data_dir) +
                          "' is not allowed: a relative path without '..', or s3://…");
  }
  return {};
}

}  // namespace workflow
