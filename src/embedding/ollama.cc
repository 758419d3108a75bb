#include "embedding/ollama.h"

namespace embedding {

OpenAiOptions ToOpenAi(const OllamaOptions& options) {
  std::string base_url = options.base_url;
  while (base_url.ends_with('/')) base_url.pop_back();
  if (!base_url.ends_with("/v1")) base_url += "/v1";
  return {.base_url = std::move(base_url),
          .model = options.model,
          .dimension = options.dimension,
          // Some proxies refuse a request without any key; this is what other clients send.
          .api_key = options.api_key.empty() ? "api-key-not-set" : options.api_key};
}

}  // namespace embedding
