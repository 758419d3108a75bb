// Session: a BERT sentence encoder compiled for this machine's processor: token ids in, unit
// vectors out. Knows nothing of text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/result.h"

namespace inference {

enum class Precision : uint8_t {
  kAuto,  // bf16 where the processor computes in it, else f32
  kF32,
  kBf16,
};

struct SessionOptions {
  // Runs at the same time, each on one core.
  size_t threads = 1;
  Precision precision = Precision::kAuto;
};

// A batch of rows of equal length. Shorter texts are filled up with any id and have 0 in `mask`.
struct TokenBatch {
  size_t rows = 0;
  size_t columns = 0;
  std::span<const int32_t> ids;  // rows × columns
  std::span<const float> mask;   // rows × columns of 1 and 0; each row has at least one 1
};

// One run at a time: a Request belongs to one thread. Must not outlive its Session.
class Request {
 public:
  virtual ~Request() = default;
  // Writes rows × Session::Width() floats: the mean of each row's token vectors, at unit length.
  virtual base::Result<> Run(const TokenBatch& batch, std::span<float> out) = 0;
};

// Immutable after Load, thread-safe. Takes about 60 MB for the runtime and 50 to 100 MB for a model
// of the size of all-MiniLM-L6-v2.
//
// An interface so that the runtime's headers stay out of this one.
class Session {
 public:
  // Reads `config.json` and `model.safetensors` of a BERT model in the layout of the transformers
  // package. kUnsupported for another architecture, kDamaged when the files contradict each other.
  static base::Result<std::unique_ptr<Session>> Load(const std::filesystem::path& folder,
                                                     const SessionOptions& options = {});
  virtual ~Session() = default;

  virtual base::Result<std::unique_ptr<Request>> NewRequest() = 0;
  virtual size_t Width() const = 0;         // of the vectors
  virtual size_t MaxPositions() const = 0;  // the most columns a batch may have
  virtual size_t VocabSize() const = 0;
  virtual Precision UsedPrecision() const = 0;  // kF32 or kBf16
};

}  // namespace inference
