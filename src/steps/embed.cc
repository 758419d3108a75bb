#include <algorithm>
#include <cmath>
#include <span>

#include "base/hash.h"
#include "steps/chunk_json.h"
#include "steps/each.h"
#include "steps/embeddings_file.h"
#include "steps/step_artifacts.h"

namespace steps {
namespace {

using artifacts::Type;

class Embed final : public workflow::StepHandler {
 public:
  explicit Embed(const Dependencies& deps)
      : store_(deps.artifacts),
        models_(deps.models),
        batch_(std::max<size_t>(1, deps.options.embed_batch_size)) {}

  base::Result<workflow::StepOutcome> Run(const workflow::StepContext& context) override {
    const StepArtifacts artifacts(store_, context);
    workflow::StepOutcome outcome;
    SI_ASSIGN(outcome.reused, artifacts.Exist({Type::kEmbeddings}, outcome.artifacts));
    if (outcome.reused) return outcome;

    SI_ASSIGN(const workflow::EmbedSettings settings, workflow::ReadEmbedSettings(context.config));
    SI_ASSIGN(const auto embedder, models_.Embedder(settings));
    SI_TRY(CheckDimension(settings, *embedder));
    SI_ASSIGN(const std::string chunks_json, artifacts.Get(Type::kChunks));
    SI_ASSIGN(const ReadChunksResult read, ReadChunks(chunks_json));

    Embeddings embeddings{.model = embedder->Model(),
                          .dimension = embedder->Dimension(),
                          .count = read.chunks.size(),
                          .chunks_sha256 = base::Sha256Hex(chunks_json),
                          .vectors = {}};
    SI_ASSIGN(embeddings.vectors, EmbedAll(context, *embedder, read.chunks, outcome));
    SI_ASSIGN(auto row, artifacts.Put(Type::kEmbeddings, WriteEmbeddings(embeddings)));
    outcome.artifacts = {std::move(row)};
    outcome.status_meta.text = "{\"vectors\":" + std::to_string(embeddings.count) + "}";
    return outcome;
  }

 private:
  static base::Result<> CheckDimension(const workflow::EmbedSettings& settings,
                                       const embedding::Embedder& embedder) {
    if (embedder.Dimension() == static_cast<size_t>(settings.vector_dim)) return {};
    return base::Fail(base::Code::kInvalidArgument,
                      "model " + embedder.Model() + " gives vectors of " +
                          std::to_string(embedder.Dimension()) +
                          " dimensions, the parameter set says vector_dim: " +
                          std::to_string(settings.vector_dim));
  }

  base::Result<std::vector<float>> EmbedAll(const workflow::StepContext& context,
                                            embedding::Embedder& embedder,
                                            const std::vector<haiku::Chunk>& chunks,
                                            workflow::StepOutcome& outcome) const {
    std::vector<std::string> texts;
    texts.reserve(chunks.size());
    for (const haiku::Chunk& chunk : chunks) {
      texts.push_back(haiku::TextToEmbed(chunk));
      if (const size_t cut = embedder.TokensBeyondWindow(texts.back()); cut > 0) {
        outcome.diagnostics.push_back(
            {.severity = "warning",
             .what = "chunk is " + std::to_string(cut) +
                     " tokens longer than the model's window; its end is not in the vector",
             .location = "chunk " + std::to_string(texts.size() - 1)});
      }
    }
    std::vector<float> vectors;
    vectors.reserve(texts.size() * embedder.Dimension());
    for (size_t at = 0; at < texts.size(); at += batch_) {
      SI_TRY(CheckStop(context));
      const size_t count = std::min(batch_, texts.size() - at);
      SI_ASSIGN(const auto part, embedder.Embed(std::span(texts).subspan(at, count)));
      SI_TRY(CheckVectors(part, count, embedder.Dimension()));
      vectors.insert(vectors.end(), part.begin(), part.end());
      context.progress->OnProgress(static_cast<int64_t>(at + count),
                                   static_cast<int64_t>(texts.size()));
    }
    return vectors;
  }

  // What a service answers is not taken on trust.
  static base::Result<> CheckVectors(const std::vector<float>& vectors, size_t count,
                                     size_t dimension) {
    if (vectors.size() != count * dimension) {
      return base::Fail(base::Code::kInternal,
                        "the embedder gave " + std::to_string(vectors.size()) + " numbers for " +
                            std::to_string(count) + " texts of " + std::to_string(dimension) +
                            " dimensions");
    }
    if (!std::ranges::all_of(vectors, [](float x) { return std::isfinite(x); })) {
      return base::Fail(base::Code::kInternal, "the embedder gave a number that is not finite");
    }
    return {};
  }

  artifacts::Store& store_;
  Models& models_;
  const size_t batch_;
};

}  // namespace

std::unique_ptr<workflow::StepHandler> NewEmbed(const Dependencies& dependencies) {
  return std::make_unique<Embed>(dependencies);
}

}  // namespace steps
