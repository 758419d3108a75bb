// The JSON of the OpenAI embeddings API.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "embedding/openai.h"

namespace embedding {

std::string WriteOpenAiRequest(const OpenAiOptions& options, std::span<const std::string> texts);

// Reads an answer to `rows` texts into `out` (rows × dimension), in the order of the texts, at unit
// length. Outside bytes: kDamaged when it is not exactly that.
base::Result<> ReadOpenAiAnswer(std::string_view body, size_t rows, size_t dimension,
                                std::span<float> out);

// What the service says went wrong: the `error.message` or `error` of a JSON body, or its first
// bytes.
std::string ReadOpenAiError(std::string_view body);

}  // namespace embedding
