#include "reflect/json_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/json_quote.h"

namespace reflect {
void JsonWriter::Separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

void JsonWriter::BeginObject() {
  Separate();
  text_ += '{';
  first_ = true;
}

void JsonWriter::EndObject() {
  text_ += '}';
  first_ = false;
}

void JsonWriter::BeginArray() {
  Separate();
  text_ += '[';
  first_ = true;
}

void JsonWriter::EndArray() {
  text_ += ']';
  first_ = false;
}

void JsonWriter::Key(std::string_view key) {
  Separate();
  Quote(key);
  text_ += ':';
  first_ = true;  // the value that follows takes no comma
}

void JsonWriter::Quote(std::string_view text) { base::AppendJsonQuoted(text, text_); }

void JsonWriter::String(std::string_view text) {
  Separate();
  Quote(text);
}

void JsonWriter::Int(int64_t value) {
  Separate();
  fmt::format_to(std::back_inserter(text_), "{}", value);
}

void JsonWriter::Unsigned(uint64_t value) {
  Separate();
  fmt::format_to(std::back_inserter(text_), "{}", value);
}

void JsonWriter::Double(double value) { Number(value); }

void JsonWriter::Float(float value) { Number(value); }

template <typename T>
void JsonWriter::Number(T value) {
  Separate();
  if (!std::isfinite(value)) {
    text_ += "null";
    return;
  }
  const std::string digits = fmt::format("{}", value);
  text_ += digits;
  // A whole number keeps its kind: 90.0 is not 90 to every reader.
  if (digits.find_first_of(".e") == std::string::npos) text_ += ".0";
}

void JsonWriter::Bool(bool value) {
  Separate();
  text_ += value ? "true" : "false";
}

void JsonWriter::Null() {
  Separate();
  text_ += "null";
}

void JsonWriter::Raw(std::string_view json) {
  Separate();
  text_ += json;
}

}  // namespace reflect
