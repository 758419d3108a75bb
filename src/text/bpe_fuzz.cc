// Any bytes as a tokenizer.json; what loads must be able to encode, and the cutting must advance.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "text/bpe.h"
#include "text/bpe_split.h"
#include "text/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto tokenizer = text::ParseBpe(bytes)) {
    (*tokenizer)->Encode("It's 2026: ein Bäcker  \n\n<|endoftext|> 中文");
    (*tokenizer)->Encode(bytes);
  }
  const std::string clean = text::Sanitise(bytes);
  for (const auto pattern :
       {text::BpePattern::kGpt2, text::BpePattern::kQwen, text::BpePattern::kLlama3}) {
    for (std::string_view rest = clean; !rest.empty();) {
      const size_t length = text::NextBpePiece(pattern, rest);
      if (length == 0 || length > rest.size()) std::abort();
      rest.remove_prefix(length);
    }
  }
  return 0;
}
