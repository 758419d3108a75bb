#include "docling/json_writer.h"

#include <charconv>

#include "docling/python_text.h"
#include "text/utf8.h"

namespace docling {
namespace {

template <typename T>
void AppendNumber(T value, std::string& out) {
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), value);
  out.append(digits, end);
}

// How many bytes from `at` on need no escape.
size_t PlainRun(std::string_view value, size_t at) {
  size_t end = at;
  while (end < value.size()) {
    const auto c = static_cast<unsigned char>(value[end]);
    if (c < 0x20 || c == '"' || c == '\\') break;
    ++end;
  }
  return end - at;
}

void AppendEscaped(unsigned char c, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    default:
      out += "\\u00";
      out += kHex[c >> 4U];
      out += kHex[c & 15U];
  }
}

}  // namespace

void AppendJsonString(std::string_view value, std::string& out) {
  if (!text::IsValidUtf8(value)) {
    AppendJsonString(text::Sanitise(value), out);
    return;
  }
  out += '"';
  for (size_t at = 0; at < value.size();) {
    const size_t plain = PlainRun(value, at);
    out.append(value, at, plain);
    at += plain;
    if (at < value.size()) AppendEscaped(static_cast<unsigned char>(value[at++]), out);
  }
  out += '"';
}

void JsonWriter::NewLine() {
  if (indent_ == 0) return;
  out_ += '\n';
  out_.append(size_t(indent_) * size_t(depth_), ' ');
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) out_ += ',';
  if (depth_ > 0) NewLine();
  first_ = false;
}

void JsonWriter::Open(char bracket) {
  BeforeValue();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::Close(char bracket) {
  --depth_;
  if (!first_) NewLine();
  out_ += bracket;
  first_ = false;
}

void JsonWriter::Key(std::string_view key) {
  BeforeValue();
  AppendJsonString(key, out_);
  out_ += indent_ == 0 ? ":" : ": ";
  after_key_ = true;
}

void JsonWriter::String(std::string_view value) {
  BeforeValue();
  AppendJsonString(value, out_);
}

void JsonWriter::Int(int64_t value) {
  BeforeValue();
  AppendNumber(value, out_);
}

void JsonWriter::Unsigned(uint64_t value) {
  BeforeValue();
  AppendNumber(value, out_);
}

void JsonWriter::Double(double value) {
  BeforeValue();
  AppendPythonFloat(value, out_);
}

void JsonWriter::Bool(bool value) {
  BeforeValue();
  out_ += value ? "true" : "false";
}

void JsonWriter::Raw(std::string_view json) {
  BeforeValue();
  out_ += json;
}

}  // namespace docling
