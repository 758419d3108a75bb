#include "workflow/python_json.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>

#include "text/utf8.h"

namespace workflow {
namespace {

void AppendUnit(char32_t unit, std::string& out) {
  std::array<char, 8> text;
  std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(unit));
  out += text.data();
}

// ensure_ascii: everything beyond ASCII as \uXXXX, in UTF-16 units.
void AppendString(std::string_view value, std::string& out) {
  out += '"';
  for (size_t at = 0; at < value.size();) {
    const text::Decoded c = text::DecodeAt(value, at);
    at += c.length;
    constexpr std::string_view kShort = "\"\\\n\r\t\b\f";
    constexpr std::string_view kLetter = "\"\\nrtbf";
    if (const size_t i = c.code_point < 0x80 ? kShort.find(static_cast<char>(c.code_point))
                                             : std::string_view::npos;
        i != std::string_view::npos) {
      out += {'\\', kLetter[i]};
    } else if (c.code_point >= 0x20 && c.code_point < 0x7f) {
      out += static_cast<char>(c.code_point);
    } else if (c.code_point == 0x7f) {
      out += '\x7f';
    } else if (c.code_point < 0x10000) {
      AppendUnit(c.code_point, out);
    } else {
      AppendUnit(0xD800 + ((c.code_point - 0x10000) >> 10), out);
      AppendUnit(0xDC00 + ((c.code_point - 0x10000) & 0x3FF), out);
    }
  }
  out += '"';
}

void AppendNumber(double value, std::string& out) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  const std::string_view digits(text.data(), static_cast<size_t>(end - text.data()));
  out += digits;
  if (digits.find_first_of(".en") == std::string_view::npos) out += ".0";
}

void Append(const boost::json::value& value, size_t indent, std::string& out);

void NewLine(size_t indent, std::string& out) {
  out += '\n';
  out.append(indent * 4, ' ');
}

void AppendArray(const boost::json::array& array, size_t indent, std::string& out) {
  out += '[';
  for (size_t i = 0; i < array.size(); ++i) {
    if (i > 0) out += ',';
    NewLine(indent + 1, out);
    Append(array[i], indent + 1, out);
  }
  if (!array.empty()) NewLine(indent, out);
  out += ']';
}

void AppendObject(const boost::json::object& object, size_t indent, std::string& out) {
  out += '{';
  bool first = true;
  for (const auto& [key, value] : object) {
    if (!std::exchange(first, false)) out += ',';
    NewLine(indent + 1, out);
    AppendString(key, out);
    out += ": ";
    Append(value, indent + 1, out);
  }
  if (!object.empty()) NewLine(indent, out);
  out += '}';
}

void Append(const boost::json::value& value, size_t indent, std::string& out) {
  switch (value.kind()) {
    case boost::json::kind::object:
      return AppendObject(value.get_object(), indent, out);
    case boost::json::kind::array:
      return AppendArray(value.get_array(), indent, out);
    case boost::json::kind::string:
      return AppendString(value.get_string(), out);
    case boost::json::kind::double_:
      return AppendNumber(value.get_double(), out);
    default:
      out += boost::json::serialize(value);
  }
}

}  // namespace

std::string PythonJson(const boost::json::value& value) {
  std::string out;
  Append(value, 0, out);
  return out;
}

}  // namespace workflow
