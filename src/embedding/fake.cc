#include "embedding/fake.h"

#include <algorithm>

#include "embedding/unit_length.h"
#include "text/utf8.h"

namespace embedding {
namespace {

// FNV-1a with a final mix: the same everywhere, unlike std::hash.
uint64_t Hash(std::string_view text, uint64_t seed) {
  uint64_t value = 0xCBF29CE484222325U ^ seed;
  for (const char c : text) value = (value ^ static_cast<uint8_t>(c)) * 0x100000001B3U;
  value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCDU;
  return value ^ (value >> 33);
}

}  // namespace

std::vector<float> FakeEmbedder::VectorOf(const std::string& text) const {
  std::vector<float> vector(options_.dimension, 0.0F);
  if (const auto scripted = options_.script.find(text); scripted != options_.script.end()) {
    std::copy_n(scripted->second.begin(), std::min(scripted->second.size(), vector.size()),
                vector.begin());
  } else {
    const std::string lower = text::ToLower(text);
    for (const std::string_view word : text::SplitOnSpace(lower)) {
      for (size_t i = 0; i < vector.size(); ++i) {
        vector[i] += static_cast<float>(Hash(word, i) >> 40) * 0x1.0p-23F - 1.0F;
      }
    }
  }
  if (!ToUnitLength(vector) && !vector.empty()) vector[0] = 1.0F;
  return vector;
}

base::Result<std::vector<float>> FakeEmbedder::Embed(std::span<const std::string> texts) {
  const auto failure = state_.With([&](State& state) -> std::optional<base::Error> {
    if (state.failures_left > 0) {
      --state.failures_left;
      return state.failure;
    }
    state.texts += texts.size();
    return std::nullopt;
  });
  if (failure) return base::Fail(*failure);
  std::vector<float> out;
  out.reserve(texts.size() * options_.dimension);
  for (const std::string& text : texts) {
    const std::vector<float> vector = VectorOf(text);
    out.insert(out.end(), vector.begin(), vector.end());
  }
  return out;
}

size_t FakeEmbedder::TokensBeyondWindow(std::string_view text) const {
  const size_t words = text::SplitOnSpace(text).size();
  return options_.window_words > 0 && words > options_.window_words ? words - options_.window_words
                                                                    : 0;
}

void FakeEmbedder::FailNext(base::Error error, size_t calls) {
  state_.With([&](State& state) {
    state.failure = std::move(error);
    state.failures_left = calls;
  });
}

size_t FakeEmbedder::TextCount() const {
  return state_.With([](const State& state) { return state.texts; });
}

}  // namespace embedding
