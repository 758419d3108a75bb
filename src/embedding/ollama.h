// Ollama speaks the OpenAI embeddings API; what differs is how its address and key are written.
#pragma once

#include <string>

#include "embedding/openai.h"

namespace embedding {

struct OllamaOptions {
  std::string base_url = "http://localhost:11434";  // with or without "/v1"
  std::string model;
  size_t dimension = 0;
  std::string api_key;  // only for a server behind a proxy that asks for one
};

// What to give OpenAiEmbedder::Create.
OpenAiOptions ToOpenAi(const OllamaOptions& options);

}  // namespace embedding
