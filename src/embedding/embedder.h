// Embedder: texts → vectors. The embed step and the search both ask through this door.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace embedding {

// Thread-safe; calls block until their vectors are there.
//
// An interface because vectors come from a model in this process (LocalEmbedder), from a service
// (OpenAiEmbedder, also for ollama) or from a script (FakeEmbedder).
class Embedder {
 public:
  virtual ~Embedder() = default;

  // Row-major texts.size() × Dimension(), each row of unit length, in the order of `texts`.
  virtual base::Result<std::vector<float>> Embed(std::span<const std::string> texts) = 0;
  virtual size_t Dimension() const = 0;
  // The id under which vectors of this model are stored: vectors of two models never mix.
  virtual const std::string& Model() const = 0;
  // How many tokens of a text the model sees, special tokens included; 0 = not known here. What is
  // beyond is cut off silently, so who embeds documents compares and reports.
  virtual size_t MaxTokens() const { return 0; }
};

}  // namespace embedding
