// The settings of a parameter set as the steps use them: typed, with our defaults.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace workflow {

struct ParseSettings {
  enum class Engine : uint8_t { kLocal, kDoclingServe } engine = Engine::kLocal;
  bool do_ocr = false;
  bool force_ocr = false;
  std::vector<std::string> ocr_languages;
};

struct ChunkSettings {
  enum class Chunker : uint8_t { kLocal, kDoclingServe } chunker = Chunker::kLocal;
  enum class Type : uint8_t { kHybrid, kHierarchical } type = Type::kHybrid;
  int64_t chunk_size = 254;
  std::string tokenizer;  // a path or name; "" = that of the embedding model
  bool merge_peers = true;
  bool markdown_tables = false;
};

struct EmbedSettings {
  std::string provider = "local";                                // local, ollama, openai
  std::string model = "sentence-transformers/all-MiniLM-L6-v2";  // local: also its short name
  int64_t vector_dim = 384;
  std::string base_url;

  friend bool operator==(const EmbedSettings&, const EmbedSettings&) = default;
};

struct StoreSettings {
  enum class Profile : uint8_t { kCurrent, kLegacy } profile = Profile::kCurrent;
  std::string data_dir = "default";  // below LANCEDB_DIR, or s3://…
};

// `config` is a step's settings as a JSON object (ParamSet::config, StepContext::config); "" is {}.
// Unknown keys are passed over; kInvalidArgument for a value of the wrong kind.
base::Result<ParseSettings> ReadParseSettings(std::string_view config);
base::Result<ChunkSettings> ReadChunkSettings(std::string_view config);
base::Result<EmbedSettings> ReadEmbedSettings(std::string_view config);
// Also checks that data_dir stays below its folder.
base::Result<StoreSettings> ReadStoreSettings(std::string_view config);

// kInvalidArgument unless `data_dir` is a relative path without "..", or s3://….
base::Result<> CheckDataDir(std::string_view data_dir);

}  // namespace workflow
