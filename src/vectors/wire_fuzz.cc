// The engine's answers: whatever comes must decode or be refused.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vectors/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view answer(reinterpret_cast<const char*>(data), size);
  (void)vectors::DecodeHello(answer);
  (void)vectors::DecodeDone(answer);
  (void)vectors::DecodeUpsert(answer);
  (void)vectors::DecodeRemove(answer);
  (void)vectors::DecodeVerify(answer, "d");
  (void)vectors::DecodeSearch(answer);
  (void)vectors::DecodeDescribe(answer);
  (void)vectors::DecodeDocuments(answer);
  return 0;
}
