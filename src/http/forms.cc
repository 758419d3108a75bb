#include "http/forms.h"

#include <fmt/format.h>

namespace http {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

base::Result<std::string> PercentDecode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::kSpace) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return base::Fail(base::Code::kInvalidArgument,
                          fmt::format("'{}' holds a % that is not followed by two hex digits",
                                      text.substr(0, 100)));
      }
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::string PercentEncode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

base::Result<Pairs> ParseForm(std::string_view text, size_t max_fields) {
  Pairs pairs;
  while (!text.empty()) {
    const size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    if (pairs.size() == max_fields) {
      return base::Fail(base::Code::kInvalidArgument,
                        fmt::format("more than {} fields", max_fields));
    }
    const size_t equals = std::min(pair.find('='), pair.size());
    SI_ASSIGN(std::string name, PercentDecode(pair.substr(0, equals), Plus::kSpace));
    SI_ASSIGN(std::string value,
              PercentDecode(pair.substr(std::min(equals + 1, pair.size())), Plus::kSpace));
    pairs.emplace_back(std::move(name), std::move(value));
  }
  return pairs;
}

}  // namespace http
