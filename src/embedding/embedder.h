// Embedder: texts → vectors. The embed step and the search both ask through this door.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace embedding {

// Thread-safe; calls block until their vectors are there.
//
// An interface because vectors come from a model in this process (LocalEmbedder), from a service
// (RemoteEmbedder: OpenAI-compatible, ollama) or from a script (FakeEmbedder).
class Embedder {
 public:
  virtual ~Embedder() = default;

  // Row-major texts.size() × Dimension(), each row of unit length, in the order of `texts`. All or
  // nothing: one text that cannot be embedded fails the call.
  virtual base::Result<std::vector<float>> Embed(std::span<const std::string> texts) = 0;
  virtual size_t Dimension() const = 0;
  // The id under which vectors of this model are stored: vectors of two models never mix.
  virtual const std::string& Model() const = 0;
  // How many tokens at the end of `text` the model does not see, because its window is full; 0 also
  // when that is not known here. Embed cuts silently, so who embeds documents asks and reports.
  virtual size_t TokensBeyondWindow(std::string_view) const { return 0; }
};

}  // namespace embedding
