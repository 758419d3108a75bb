// Any bytes as a safetensors file and as a config.json; tensors handed out lie inside the file.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "inference/bert_config.h"
#include "inference/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  if (const auto file = inference::Safetensors::Parse(bytes)) {
    for (const char* name : {"a", "embeddings.word_embeddings.weight"}) {
      const auto* tensor = (*file)->Find(name);
      if (tensor == nullptr || tensor->bytes.empty()) continue;
      const std::byte* end = tensor->bytes.data() + tensor->bytes.size();
      if (tensor->bytes.data() < bytes.data() || end > bytes.data() + size) std::abort();
    }
  }
  const auto config = inference::ParseBertConfig({reinterpret_cast<const char*>(data), size});
  if (config && config->head_width() * config->heads != config->width) std::abort();
  return 0;
}
