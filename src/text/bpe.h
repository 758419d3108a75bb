// Byte-level BPE, the tokenizer of Qwen3-Embedding, GPT-2, Llama 3 and their kin, from the
// `tokenizer.json` of the model.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "text/tokenizer.h"

namespace text {

struct BpeOptions {
  // What MaxTokens() says; the file does not tell the model's window.
  size_t max_tokens = 0;
};

// kUnsupported when the file asks for something we do not do (another pre-tokenisation pattern,
// byte fallback, dropout …), naming it; kDamaged when it contradicts itself. A model of 150,000
// tokens takes about half a second and 20 MB.
base::Result<std::unique_ptr<Tokenizer>> LoadBpe(const std::filesystem::path& path,
                                                 const BpeOptions& options = {});
base::Result<std::unique_ptr<Tokenizer>> ParseBpe(std::string_view content,
                                                  const BpeOptions& options = {});

// Whatever tokenizer a file holds: vocab.txt or tokenizer.json, WordPiece or byte-level BPE.
base::Result<std::unique_ptr<Tokenizer>> LoadTokenizer(const std::filesystem::path& path,
                                                       size_t max_tokens = 0);

}  // namespace text
