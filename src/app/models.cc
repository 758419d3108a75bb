#include "app/models.h"

#include "embedding/ollama.h"
#include "embedding/openai.h"
#include "text/bpe.h"

namespace app {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr std::string_view kLocal = "sentence-transformers/all-MiniLM-L6-v2";

// Also by its short name, and by none.
bool IsLocalModel(std::string_view name) {
  return name.empty() || name == kLocal || name == kLocal.substr(kLocal.find('/') + 1);
}

}  // namespace

Result<std::shared_ptr<embedding::LocalEmbedder>> ModelShelf::Local() {
  const std::lock_guard lock(mutex_);
  if (!local_) {
    SI_ASSIGN(local_, embedding::LocalEmbedder::Load(
                          {.folder = options_.local_folder, .threads = options_.threads}));
  }
  return local_;
}

Result<std::shared_ptr<embedding::Embedder>> ModelShelf::Embedder(
    const workflow::EmbedSettings& settings) {
  if (settings.provider != "local") return Remote(settings);
  if (!IsLocalModel(settings.model)) {
    return Fail(Code::kInvalidArgument, "embed.model '" + settings.model +
                                            "' is not available locally, only " +
                                            std::string(kLocal));
  }
  return Local();
}

Result<std::shared_ptr<embedding::Embedder>> ModelShelf::Remote(
    const workflow::EmbedSettings& settings) {
  const auto url = [&](const std::string& otherwise) {
    return settings.base_url.empty() ? otherwise : settings.base_url;
  };
  embedding::OpenAiOptions remote;
  if (settings.provider == "ollama") {
    remote =
        embedding::ToOpenAi({.base_url = url(options_.ollama_base_url), .model = settings.model});
  } else {
    remote = {.base_url = url(options_.openai_base_url),
              .model = settings.model,
              .api_key = options_.openai_api_key};
  }
  remote.dimension = static_cast<size_t>(settings.vector_dim);
  return embedding::OpenAiEmbedder::Create(std::move(remote), http_);
}

Result<std::shared_ptr<const text::Tokenizer>> ModelShelf::Tokenizer(
    const std::string& name, const workflow::EmbedSettings& settings) {
  if (IsLocalModel(name)) {
    if (settings.provider != "local" && name.empty()) {
      return Fail(
          Code::kInvalidArgument,
          "chunk.tokenizer must name the tokenizer.json of the model that embed.provider '" +
              settings.provider + "' serves");
    }
    SI_ASSIGN(const auto local, Local());
    return std::shared_ptr<const text::Tokenizer>(local, &local->Tokenizer());
  }
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const text::Tokenizer>& known = tokenizers_[name];
  if (!known) {
    auto loaded = text::LoadTokenizer(name);
    if (!loaded) return Fail(loaded.error().Within("chunk.tokenizer '" + name + "'"));
    known = std::move(*loaded);
  }
  return known;
}

Result<std::optional<CatalogModels::Held>> CatalogModels::ModelOf(std::string_view data_dir) {
  const auto facts = catalog_.Describe(data_dir);
  if (!facts && facts.error().code() == Code::kNotFound) return std::nullopt;
  if (!facts) return Fail(facts.error());
  if (!facts->model || !facts->dimension) return std::nullopt;
  return Held{*facts->model, static_cast<int64_t>(*facts->dimension)};
}

}  // namespace app
