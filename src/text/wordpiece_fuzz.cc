// Any text through a fixed small vocabulary, and any bytes as a vocabulary file.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "text/wordpiece.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static const auto tokenizer =
      text::ParseWordPiece("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##a\nb\n##b\n,\n").value();
  if (tokenizer->Count(bytes) != tokenizer->Encode(bytes).size()) std::abort();
  if (const auto loaded = text::ParseWordPiece(bytes)) (*loaded)->Count("a text, [SEP] and more");
  return 0;
}
