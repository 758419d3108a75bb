#include "haiku/python_json.h"

#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <string_view>

#include "base/json_quote.h"
#include "text/utf8.h"

namespace haiku {
namespace {

namespace json = boost::json;

void AppendEscape(uint32_t unit, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out.push_back(kHex[unit >> shift & 0xf]);
}

void AppendCodePoint(char32_t code_point, std::string& out) {
  const std::string_view escape =
      code_point < 0x80 ? base::ShortJsonEscape(static_cast<char>(code_point)) : "";
  if (!escape.empty()) {
    out += escape;
    return;
  }
  if (code_point >= 0x20 && code_point < 0x7f) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x10000) {
    AppendEscape(code_point, out);
  } else {
    AppendEscape(0xd800 + ((code_point - 0x10000) >> 10), out);
    AppendEscape(0xdc00 + ((code_point - 0x10000) & 0x3ff), out);
  }
}

void AppendString(std::string_view text, std::string& out) {
  out.push_back('"');
  for (size_t at = 0; at < text.size();) {
    const text::Decoded decoded = text::DecodeAt(text, at);
    AppendCodePoint(decoded.code_point, out);
    at += decoded.length;
  }
  out.push_back('"');
}

// repr(float): the shortest digits that read back the same, 1e16 and above and below 1e-4 with an
// exponent, else with a point.
void AppendDouble(double value, std::string& out) {
  if (!std::isfinite(value)) {
    out += std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  char buffer[64];
  const double size = std::abs(value);
  const bool exponent = value != 0 && (size >= 1e16 || size < 1e-4);
  const auto format = exponent ? std::chars_format::scientific : std::chars_format::fixed;
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, format).ptr;
  const std::string_view digits(buffer, end);
  out += digits;
  if (!exponent && !digits.contains('.')) out += ".0";
}

void Append(const json::value& value, std::string& out);

void AppendArray(const json::array& array, std::string& out) {
  out.push_back('[');
  bool first = true;
  for (const json::value& element : array) {
    if (!first) out += ", ";
    first = false;
    Append(element, out);
  }
  out.push_back(']');
}

void AppendObject(const json::object& object, std::string& out) {
  out.push_back('{');
  bool first = true;
  for (const auto& [key, element] : object) {
    if (!first) out += ", ";
    first = false;
    AppendString(key, out);
    out += ": ";
    Append(element, out);
  }
  out.push_back('}');
}

void Append(const json::value& value, std::string& out) {
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      break;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case json::kind::int64:
      out += std::to_string(value.get_int64());
      break;
    case json::kind::uint64:
      out += std::to_string(value.get_uint64());
      break;
    case json::kind::double_:
      AppendDouble(value.get_double(), out);
      break;
    case json::kind::string:
      AppendString(value.get_string(), out);
      break;
    case json::kind::array:
      AppendArray(value.get_array(), out);
      break;
    case json::kind::object:
      AppendObject(value.get_object(), out);
      break;
  }
}

}  // namespace

std::string PythonJson(const json::value& value) {
  std::string out;
  Append(value, out);
  return out;
}

}  // namespace haiku
