#include "retrieval/conditions.h"

#include <fmt/format.h>

#include <algorithm>

#include "text/utf8.h"
#include "vectors/filter.h"

namespace retrieval {
namespace {

// A text of SQL.
std::string Quote(std::string_view text) {
  std::string sql = "'";
  for (const char c : text) sql += c == '\'' ? std::string("''") : std::string(1, c);
  return sql + "'";
}

// The short escapes of JSON.
char ShortEscape(char32_t c) {
  switch (c) {
    case '"':
    case '\\':
      return static_cast<char>(c);
    case '\n':
      return 'n';
    case '\t':
      return 't';
    case '\r':
      return 'r';
    default:
      return 0;
  }
}

// A JSON text as Python's json.dumps writes it, in which the metadata is stored: ASCII only.
std::string PythonJson(std::string_view text) {
  std::string json = "\"";
  for (size_t at = 0; at < text.size();) {
    const text::Decoded next = text::DecodeAt(text, at);
    at += next.length;
    const auto unit = static_cast<unsigned>(next.code_point);
    if (const char escape = ShortEscape(next.code_point); escape != 0) {
      json += std::string("\\") + escape;
    } else if (unit >= 0x20 && unit <= 0x7f) {
      json += static_cast<char>(unit);
    } else if (unit < 0x10000) {
      json += fmt::format("\\u{:04x}", unit);
    } else {
      const unsigned rest = unit - 0x10000;
      json += fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
    }
  }
  return json + "\"";
}

// Whether JSON writes the value without quotes.
bool IsBare(std::string_view value) {
  if (value == "true" || value == "false" || value == "null") return true;
  const bool numeric = std::ranges::all_of(value, [](char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
  });
  return numeric && std::ranges::any_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

std::string Holds(const std::string& key, const std::string& value) {
  const std::string start = PythonJson(key) + ": ";
  const auto contains = [](const std::string& part) {
    return "contains(metadata, " + Quote(part) + ")";
  };
  std::string sql = contains(start + PythonJson(value));
  if (IsBare(value)) {
    for (const char* end : {",", "}"}) sql += " OR " + contains(start + value + end);
  }
  return "(" + sql + ")";
}

// Glob -> LIKE.
std::string Pattern(const std::string& glob) {
  std::string like;
  for (const char c : glob) {
    if (c == '*') {
      like += '%';
    } else if (c == '?') {
      like += '_';
    } else {
      if (c == '%' || c == '_' || c == '\\') like += '\\';
      like += c;
    }
  }
  return "uri LIKE " + Quote(like);
}

}  // namespace

base::Result<std::pair<std::string, std::string>> ReadPair(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return base::Fail(base::Code::kInvalidArgument,
                      "parameter 'metadata' must be key=value, not '" + text.substr(0, 60) + "'");
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

base::Result<std::string> ToFilter(const Conditions& conditions) {
  std::vector<std::string> all;
  if (!conditions.source.empty()) all.push_back(Holds("source", conditions.source));
  if (!conditions.uri.empty()) all.push_back(Pattern(conditions.uri));
  for (const auto& [key, value] : conditions.metadata) all.push_back(Holds(key, value));
  // Read for itself, so that its brackets cannot close ours.
  SI_ASSIGN(const std::string filter, vectors::ReadFilter(conditions.filter));
  if (!filter.empty()) all.push_back("(" + filter + ")");
  return fmt::format("{}", fmt::join(all, " AND "));
}

}  // namespace retrieval
