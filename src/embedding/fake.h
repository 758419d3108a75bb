// FakeEmbedder: a true little Embedder for tests, without a model.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "embedding/embedder.h"

namespace embedding {

struct FakeOptions {
  size_t dimension = 8;
  std::string model = "fake";
  // What TokensBeyondWindow compares with, in words; 0 = no window.
  size_t window_words = 0;
  // Answers for certain texts (any length but zero; they are brought to unit length).
  std::map<std::string, std::vector<float>> script;
};

// Deterministic: the same text gives the same vector, everywhere. Texts that share words (any case)
// lie closer together than texts that do not, so a search over it makes sense. Thread-safe.
class FakeEmbedder final : public Embedder {
 public:
  explicit FakeEmbedder(FakeOptions options = {}) : options_(std::move(options)) {}

  base::Result<std::vector<float>> Embed(std::span<const std::string> texts) override;
  size_t Dimension() const override { return options_.dimension; }
  const std::string& Model() const override { return options_.model; }
  size_t TokensBeyondWindow(std::string_view text) const override;

  // The next `calls` calls of Embed fail with `error`.
  void FailNext(base::Error error, size_t calls = 1);
  // How many texts were embedded.
  size_t TextCount() const;

 private:
  struct State {
    std::optional<base::Error> failure;
    size_t failures_left = 0;
    size_t texts = 0;
  };
  std::vector<float> VectorOf(const std::string& text) const;

  const FakeOptions options_;
  base::Guarded<State> state_;
};

}  // namespace embedding
