// LocalEmbedder: sentence vectors from a model in this process; no service, no network.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "embedding/embedder.h"
#include "text/tokenizer.h"

namespace embedding {

struct LocalOptions {
  // A sentence-transformers folder of a BERT model: config.json, model.safetensors, vocab.txt or
  // tokenizer.json.
  std::filesystem::path folder;
  std::string model = "sentence-transformers/all-MiniLM-L6-v2";
  // Texts computed at the same time, each on one core; 0 = as many as the machine has cores.
  size_t threads = 0;
  // The model's window in tokens; 0 = what the folder says (256 for all-MiniLM-L6-v2).
  size_t max_tokens = 0;
  // kAuto: bf16 where the processor computes in it (twice as fast), else f32.
  enum class Precision { kAuto, kF32, kBf16 } precision = Precision::kAuto;
};

// What was done since the start. Speed of the embedder against that of the bare runtime:
// run_seconds / (threads × time during which somebody waited).
struct LocalStatistics {
  uint64_t texts = 0;
  uint64_t tokens = 0;         // special tokens included
  uint64_t padded_tokens = 0;  // the same with padding
  uint64_t batches = 0;
  uint64_t cut_texts = 0;  // longer than the window
  double run_seconds = 0;  // inside the runtime, summed over the threads
};

// Thread-safe. Texts of concurrent callers are batched together by length; short jobs go before
// long ones. Destroying it fails what still waits with kCancelled.
class LocalEmbedder : public Embedder {
 public:
  static base::Result<std::unique_ptr<LocalEmbedder>> Load(const LocalOptions& options);

  virtual LocalStatistics Statistics() const = 0;
  // The model's own; MaxTokens() is the window, its two special tokens included.
  virtual const text::Tokenizer& Tokenizer() const = 0;
};

}  // namespace embedding
