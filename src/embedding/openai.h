// OpenAiEmbedder: vectors from a service that speaks the OpenAI embeddings API (OpenAI, vLLM,
// LiteLLM, ollama …).
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "embedding/embedder.h"
#include "http/client.h"

namespace embedding {

struct OpenAiOptions {
  // Used as it stands: requests go to base_url + "/embeddings".
  std::string base_url = "https://api.openai.com/v1";
  std::string model;
  // What the vectors must have; not sent to the service.
  size_t dimension = 0;
  // Sent as bearer token; may be empty.
  std::string api_key;
  // How vectors travel. Base64 is half the bytes and exact; answers in the other form are read too.
  enum class Encoding { kBase64, kFloat } encoding = Encoding::kBase64;
  size_t batch_size = 512;                     // texts per request, one request after the other
  std::chrono::milliseconds timeout{120'000};  // per request
  size_t max_response = size_t{256} << 20;
};

// Thread-safe. Sends texts as they are, no prefix; brings the vectors to unit length.
//
// Errors: kExhausted (429) and kUnavailable (5xx, no connection) and kTimeout may be tried again (a
// Retry-After of the service is in the message); kPermissionDenied (401, 403), kNotFound (model or
// path), kInvalidArgument (other 4xx) not; kDamaged when the answer is not what was asked for.
// Messages hold what the service says, never the key.
class OpenAiEmbedder final : public Embedder {
 public:
  // kInvalidArgument when base_url, model or dimension is missing. `client` must outlive the
  // result.
  static base::Result<std::unique_ptr<OpenAiEmbedder>> Create(OpenAiOptions options,
                                                              http::Client& client);

  base::Result<std::vector<float>> Embed(std::span<const std::string> texts) override;
  size_t Dimension() const override { return options_.dimension; }
  const std::string& Model() const override { return options_.model; }

 private:
  OpenAiEmbedder(OpenAiOptions options, http::Client& client)
      : options_(std::move(options)), client_(client) {}
  base::Result<> EmbedBatch(std::span<const std::string> texts, std::span<float> out);

  const OpenAiOptions options_;
  http::Client& client_;
};

}  // namespace embedding
