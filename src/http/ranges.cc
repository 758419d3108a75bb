#include "http/ranges.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "http/tokens.h"

namespace http {
namespace {

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end != text.data() + text.size()) return std::nullopt;
  return error == std::errc::result_out_of_range ? UINT64_MAX : value;
}

}  // namespace

Range ParseRange(std::string_view header, uint64_t size) {
  static constexpr std::string_view kUnit = "bytes=";
  if (!EqualsIgnoringCase(header.substr(0, kUnit.size()), kUnit)) return {};
  const std::string_view spec = Trim(header.substr(kUnit.size()));
  const size_t dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return {};
  const auto first = Number(spec.substr(0, dash));
  const auto last = Number(spec.substr(dash + 1));
  if (dash == 0) {  // "-500": the last 500 bytes
    if (!last) return {};
    if (*last == 0 || size == 0) return {.kind = Range::Kind::kUnsatisfiable};
    return {Range::Kind::kPart, size - std::min(*last, size), size - 1};
  }
  if (!first || (!last && dash + 1 < spec.size()) || (last && *last < *first)) return {};
  if (*first >= size) return {.kind = Range::Kind::kUnsatisfiable};
  return {Range::Kind::kPart, *first, std::min(last.value_or(UINT64_MAX), size - 1)};
}

}  // namespace http
