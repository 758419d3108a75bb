#include "http/tokens.h"

#include <algorithm>
#include <charconv>

namespace http {

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> elements;
  size_t start = 0;
  bool quoted = false;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (i < text.size() && (quoted || text[i] != ',')) continue;
    if (const auto element = Trim(text.substr(start, i - start)); !element.empty())
      elements.emplace_back(element);
    start = i + 1;
  }
  return elements;
}

double Quality(std::string_view element) {
  for (size_t at = element.find(';'); at != std::string_view::npos;
       at = element.find(';', at + 1)) {
    const std::string_view parameter =
        Trim(element.substr(at + 1, element.find(';', at + 1) - at - 1));
    if (parameter.size() < 2 || (parameter[0] != 'q' && parameter[0] != 'Q') || parameter[1] != '=')
      continue;
    double value = 0;
    const char* end = parameter.data() + parameter.size();
    const auto parsed = std::from_chars(parameter.data() + 2, end, value);
    return parsed.ec == std::errc() && parsed.ptr == end && value >= 0 && value <= 1 ? value : 0;
  }
  return 1;
}

std::string_view WithoutParameters(std::string_view element) {
  return Trim(element.substr(0, element.find(';')));
}

}  // namespace http
