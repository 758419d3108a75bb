#include <cstdint>
#include <string>
#include <string_view>

#include "http/head.h"

// The first byte says in which pieces the rest arrives, as from a slow client.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece = 1 + data[0];
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const http::Limits limits{.max_header_bytes = 4096, .max_headers = 20, .max_fields = 20};
  http::HeadParser parser(limits);
  std::string buffer;
  while (!parser.done()) {
    if (rest.empty()) return 0;
    buffer += rest.substr(0, piece);
    rest.remove_prefix(std::min(piece, rest.size()));
    const auto used = parser.Feed(buffer);
    if (!used) return 0;
    buffer.erase(0, *used);
  }
  http::Request request;
  if (!parser.Describe(request, "/root")) return 0;
  if (request.query.size() > limits.max_fields || request.path.find('?') != std::string::npos)
    __builtin_trap();
  return 0;
}
