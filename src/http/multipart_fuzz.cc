#include <cstdint>
#include <string_view>

#include "http/multipart.h"

namespace {
struct Sink final : http::MultipartListener {
  base::Result<> OnPart(const Part&) override { return {}; }
  base::Result<> OnData(std::string_view) override { return {}; }
  base::Result<> OnPartEnd() override { return {}; }
};
}  // namespace

// The first byte says in which pieces the rest arrives.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece = 1 + data[0];
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)http::BoundaryOf(rest);
  Sink sink;
  http::MultipartParser parser("B", sink);
  while (!rest.empty()) {
    if (!parser.Feed(rest.substr(0, piece))) return 0;
    rest.remove_prefix(std::min(piece, rest.size()));
  }
  (void)parser.Finish();
  return 0;
}
