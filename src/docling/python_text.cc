#include "docling/python_text.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "text/utf8.h"

namespace docling {
namespace {

// Python switches to an exponent below 1e-4 and from 1e16 on.
constexpr int kMinFixed = -4;
constexpr int kMaxFixed = 16;

// `digits` d1d2d3… stand for d1.d2d3… * 10^exponent.
void AppendFixed(std::string_view digits, int exponent, std::string& out) {
  if (exponent < 0) {
    out += "0.";
    out.append(size_t(-exponent - 1), '0');
    out += digits;
    return;
  }
  const size_t whole = size_t(exponent) + 1;
  if (digits.size() <= whole) {
    out += digits;
    out.append(whole - digits.size(), '0');
    out += ".0";
  } else {
    out += digits.substr(0, whole);
    out += '.';
    out += digits.substr(whole);
  }
}

void AppendScientific(std::string_view digits, int exponent, std::string& out) {
  out += digits[0];
  if (digits.size() > 1) {
    out += '.';
    out += digits.substr(1);
  }
  out += exponent < 0 ? "e-" : "e+";
  if (std::abs(exponent) < 10) out += '0';
  out += std::to_string(std::abs(exponent));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Blocks of ten decimal digits that int() and float() take as well as ASCII's.
constexpr char32_t kZeros[] = {0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66,
                               0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x0ED0, 0xFF10};

// Stripped, with other scripts' digits as ASCII ones.
std::string Normalised(std::string_view cell) {
  cell = text::Strip(cell);
  if (std::ranges::all_of(cell, [](char c) { return (c & 0x80) == 0; })) return std::string(cell);
  std::string out;
  for (size_t at = 0; at < cell.size();) {
    const text::Decoded decoded = text::DecodeAt(cell, at);
    char32_t c = decoded.code_point;
    for (const char32_t zero : kZeros) {
      if (c >= zero && c < zero + 10) c = c - zero + U'0';
    }
    text::AppendUtf8(c, out);
    at += decoded.length;
  }
  return out;
}

// Takes digits with single underscores between them off the front of `text`; false if there are
// none.
bool TakeDigits(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() &&
         (IsDigit(text[end]) || (text[end] == '_' && end > 0 && IsDigit(text[end - 1]) &&
                                 end + 1 < text.size() && IsDigit(text[end + 1])))) {
    ++end;
  }
  text.remove_prefix(end);
  return end > 0;
}

void TakeSign(std::string_view& text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
}

bool IsInt(std::string_view text) {
  TakeSign(text);
  return TakeDigits(text) && text.empty();
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? char(a - 'A' + 'a') : a) == b;
  });
}

// [sign] (digits ["." [digits]] | "." digits) [e [sign] digits], and finite.
bool IsFiniteFloat(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '_');
  TakeSign(text);
  bool any = TakeDigits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (TakeDigits(text)) any = true;
  }
  if (!any) return false;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    TakeSign(text);
    if (!TakeDigits(text)) return false;
  }
  if (!text.empty()) return false;
  if (digits.starts_with('+')) digits.erase(0, 1);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  // Out of range is also said of what is too small, which float() rounds to 0.
  return error != std::errc::result_out_of_range || digits.find("e-") != std::string::npos ||
         digits.find("E-") != std::string::npos;
}

// [sign] 1-3 digits, then groups of ",ddd", then optionally "." digits
bool HasThousands(std::string_view text) {
  TakeSign(text);
  size_t lead = 0;
  while (lead < text.size() && IsDigit(text[lead])) ++lead;
  if (lead < 1 || lead > 3) return false;
  text.remove_prefix(lead);
  while (text.size() >= 4 && text[0] == ',' && IsDigit(text[1]) && IsDigit(text[2]) &&
         IsDigit(text[3])) {
    text.remove_prefix(4);
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    return std::ranges::all_of(text, IsDigit);
  }
  return text.empty();
}

void AppendRepr(const boost::json::value& value, std::string& out);

void AppendStringRepr(std::string_view value, std::string& out) {
  const bool double_quotes =
      value.find('\'') != std::string_view::npos && value.find('"') == std::string_view::npos;
  const char quote = double_quotes ? '"' : '\'';
  out += quote;
  for (const char c : value) {
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  out += quote;
}

void AppendObjectRepr(const boost::json::object& object, std::string& out) {
  out += '{';
  for (const auto& member : object) {
    if (out.back() != '{') out += ", ";
    AppendStringRepr(std::string_view(member.key()), out);
    out += ": ";
    AppendRepr(member.value(), out);
  }
  out += '}';
}

void AppendArrayRepr(const boost::json::array& array, std::string& out) {
  out += '[';
  for (size_t i = 0; i < array.size(); ++i) {
    if (i > 0) out += ", ";
    AppendRepr(array[i], out);
  }
  out += ']';
}

void AppendRepr(const boost::json::value& value, std::string& out) {
  using boost::json::kind;
  switch (value.kind()) {
    case kind::null:
      out += "None";
      break;
    case kind::bool_:
      out += value.get_bool() ? "True" : "False";
      break;
    case kind::int64:
      out += std::to_string(value.get_int64());
      break;
    case kind::uint64:
      out += std::to_string(value.get_uint64());
      break;
    case kind::double_:
      AppendPythonFloat(value.get_double(), out);
      break;
    case kind::string:
      AppendStringRepr(std::string_view(value.get_string()), out);
      break;
    case kind::array:
      AppendArrayRepr(value.get_array(), out);
      break;
    case kind::object:
      AppendObjectRepr(value.get_object(), out);
      break;
  }
}

}  // namespace

CellType TypeOf(std::string_view cell) {
  if (cell.empty()) return CellType::kNone;
  if (cell == "True" || cell == "False") return CellType::kBool;
  const std::string number = Normalised(cell);
  const bool thousands = HasThousands(cell);
  if (IsInt(number) || (thousands && cell.find('.') == std::string_view::npos)) {
    return CellType::kInt;
  }
  if (IsFiniteFloat(number) || thousands) return CellType::kFloat;
  for (const char* name : {"inf", "-inf", "nan"}) {
    if (EqualsIgnoringCase(cell, name)) return CellType::kFloat;
  }
  return CellType::kString;
}

std::string PythonStr(std::string_view json) {
  boost::json::error_code error;
  boost::json::parse_options options;
  options.max_depth = 200;
  const auto value = boost::json::parse({json.data(), json.size()}, error, {}, options);
  if (error) return std::string(json);
  if (value.is_string()) return std::string(value.get_string());
  std::string out;
  AppendRepr(value, out);
  return out;
}

void AppendPythonFloat(double value, std::string& out) {
  if (!std::isfinite(value)) value = 0;
  if (std::signbit(value)) out += '-';
  value = std::fabs(value);
  if (value == 0) {
    out += "0.0";
    return;
  }
  char buffer[32];  // d.ddde±xx
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  const std::string_view printed(buffer, size_t(end - buffer));
  const size_t e = printed.find('e');
  const int exponent = std::atoi(std::string(printed.substr(e + 1)).c_str());
  std::string digits(printed.substr(0, 1));
  if (e > 2) digits += printed.substr(2, e - 2);
  if (exponent < kMinFixed || exponent >= kMaxFixed) {
    AppendScientific(digits, exponent, out);
  } else {
    AppendFixed(digits, exponent, out);
  }
}

}  // namespace docling
