#include <cstdint>
#include <string>
#include <string_view>

#include "http/answer.h"
#include "http/peers.h"
#include "http/ranges.h"

namespace {
struct Zeros final : http::ByteSource {
  uint64_t size() const override { return 1000; }
  base::Result<std::string> ReadAt(uint64_t, size_t n) override { return std::string(n, '0'); }
};
}  // namespace

// One text as the value of every header that an answer depends on.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  http::Request request;
  for (const char* name : {"Range", "If-Range", "If-None-Match", "Accept-Encoding", "Origin",
                           "X-Forwarded-For", "X-Forwarded-Proto", "X-Request-ID"})
    request.headers.Add(name, text);
  const auto proxies = http::AddressList::Parse({"127.0.0.1", "10.0.0.0/8"}).value();
  (void)http::ForwardedClient(request.headers, proxies);
  (void)http::ForwardedScheme(request.headers);
  (void)http::AddressList::Parse({text});
  request.id = http::GivenId(request.headers);
  http::Response file{.file = std::make_shared<Zeros>(), .etag = "t"};
  const auto part = http::Complete(request, std::move(file), {"*"});
  if (part.response.file && part.offset + part.length > 1000) __builtin_trap();
  const auto body = http::Complete(request, {.body = std::string(3000, 'x')}, {"*"});
  const std::string head = http::HeadText(body, http::Framing::kLength, true);
  if (head.find("\r\n\r\n") != head.size() - 4) __builtin_trap();
  return 0;
}
