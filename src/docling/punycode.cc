#include "docling/punycode.h"

#include <algorithm>
#include <cstdint>

#include "text/utf8.h"

namespace docling {
namespace {

// Parameters of RFC 3492, section 5.
constexpr uint32_t kBase = 36;
constexpr uint32_t kMin = 1;
constexpr uint32_t kMax = 26;
constexpr uint32_t kSkew = 38;
constexpr uint32_t kDamp = 700;
constexpr uint32_t kInitialBias = 72;
constexpr uint32_t kInitialN = 128;

constexpr size_t kMaxHost = 253;  // DNS

uint32_t Adapt(uint32_t delta, uint32_t points, bool first) {
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / points;
  uint32_t k = 0;
  for (; delta > (kBase - kMin) * kMax / 2; k += kBase) delta /= kBase - kMin;
  return k + (kBase - kMin + 1) * delta / (delta + kSkew);
}

char Digit(uint32_t value) { return char(value < 26 ? 'a' + value : '0' + value - 26); }

// One delta as a generalised variable-length integer.
void AppendDelta(uint32_t delta, uint32_t bias, std::string& out) {
  for (uint32_t k = kBase;; k += kBase) {
    const uint32_t t = k <= bias ? kMin : std::min(k - bias, kMax);
    if (delta < t) break;
    out += Digit(t + (delta - t) % (kBase - t));
    delta = (delta - t) / (kBase - t);
  }
  out += Digit(delta);
}

std::string EncodeLabel(std::u32string_view label) {
  std::string out = "xn--";
  for (const char32_t c : label) {
    if (c < kInitialN) out += char(c);
  }
  auto handled = uint32_t(out.size() - 4);
  const uint32_t basic = handled;
  if (basic > 0) out += '-';
  uint32_t n = kInitialN;
  uint32_t delta = 0;
  uint32_t bias = kInitialBias;
  while (handled < label.size()) {
    uint32_t next = UINT32_MAX;
    for (const char32_t c : label) {
      if (c >= n) next = std::min(next, uint32_t(c));
    }
    delta += (next - n) * (handled + 1);
    n = next;
    for (const char32_t c : label) {
      if (c < n) ++delta;
      if (c != n) continue;
      AppendDelta(delta, bias, out);
      bias = Adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return out;
}

}  // namespace

std::optional<std::string> ToPunycodeHost(std::string_view host) {
  if (host.size() > kMaxHost || !text::IsValidUtf8(host)) return std::nullopt;
  const std::u32string points = text::ToUtf32(text::ToLower(text::ToNfkc(host)));
  std::string out;
  for (size_t at = 0; at <= points.size();) {
    const size_t end = std::min(points.find(U'.', at), points.size());
    const auto label = std::u32string_view(points).substr(at, end - at);
    const bool ascii = std::ranges::all_of(label, [](char32_t c) { return c < kInitialN; });
    out += ascii ? text::ToUtf8(label) : EncodeLabel(label);
    if (end < points.size()) out += '.';
    at = end + 1;
  }
  return out;
}

}  // namespace docling
