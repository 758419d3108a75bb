// The models that parameter sets may name, each loaded once; and what vector databases were made
// with.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "embedding/local.h"
#include "http/client.h"
#include "steps/handlers.h"
#include "vectors/catalog.h"
#include "workflow/starter.h"

namespace app {

struct ModelOptions {
  std::filesystem::path local_folder;
  size_t threads = 0;  // of the local model; 0: one per processor
  std::string ollama_base_url;
  std::string openai_base_url;
  std::string openai_api_key;
};

// Thread-safe.
class ModelShelf final : public steps::Models {
 public:
  ModelShelf(ModelOptions options, http::Client& http)
      : options_(std::move(options)), http_(http) {}

  // The model in this process, loaded on first use.
  base::Result<std::shared_ptr<embedding::LocalEmbedder>> Local();

  base::Result<std::shared_ptr<embedding::Embedder>> Embedder(
      const workflow::EmbedSettings& settings) override;
  base::Result<std::shared_ptr<const text::Tokenizer>> Tokenizer(
      const std::string& name, const workflow::EmbedSettings& settings) override;

 private:
  base::Result<std::shared_ptr<embedding::Embedder>> Remote(
      const workflow::EmbedSettings& settings);

  const ModelOptions options_;
  http::Client& http_;
  std::mutex
      mutex_;  // guards what follows; held while a model is loaded, so that it is loaded once
  std::shared_ptr<embedding::LocalEmbedder> local_;
  std::map<std::string, std::shared_ptr<const text::Tokenizer>> tokenizers_;
};

// Answers from the databases themselves. Thread-safe.
class CatalogModels final : public workflow::DatabaseModels {
 public:
  explicit CatalogModels(vectors::Catalog& catalog) : catalog_(catalog) {}
  base::Result<std::optional<Held>> ModelOf(std::string_view data_dir) override;

 private:
  vectors::Catalog& catalog_;
};

}  // namespace app
