// WordPiece, the tokenizer of BERT models (all-MiniLM-L6-v2 among them).
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "text/tokenizer.h"

namespace text {

struct WordPieceOptions {
  // What MaxTokens() says. The files do not tell the length a model was trained with.
  size_t max_tokens = 0;
};

// A Tokenizer that also knows the ids a model wants around a text. Immutable, thread-safe; about
// 2 MB.
class WordPiece : public Tokenizer {
 public:
  // The ids of [CLS], [SEP] and [PAD].
  virtual int32_t ClsId() const = 0;
  virtual int32_t SepId() const = 0;
  virtual int32_t PadId() const = 0;
};

// Reads a `vocab.txt` (one entry a line, uncased model assumed) or a `tokenizer.json`, told apart
// by content. kUnsupported when the file describes another kind of tokenizer, kDamaged when it
// describes none.
base::Result<std::unique_ptr<WordPiece>> LoadWordPiece(const std::filesystem::path& path,
                                                       const WordPieceOptions& options = {});
// The same from the file's content.
base::Result<std::unique_ptr<WordPiece>> ParseWordPiece(std::string_view content,
                                                        const WordPieceOptions& options = {});

}  // namespace text
