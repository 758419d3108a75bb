// Private: appends JSON text to a string, token by token. Call order: value, or Key then value,
// inside Begin/End pairs; commas and indentation come by themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace docling {

class JsonWriter {
 public:
  JsonWriter(std::string& out, int indent) : out_(out), indent_(indent) {}

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }
  void Key(std::string_view key);

  void String(std::string_view value);
  void Int(int64_t value);
  void Unsigned(uint64_t value);
  void Double(double value);
  void Bool(bool value);
  // A value that is JSON text already.
  void Raw(std::string_view json);

  void Field(std::string_view key, std::string_view value) { Key(key), String(value); }
  void Field(std::string_view key, bool value) { Key(key), Bool(value); }
  void Field(std::string_view key, int64_t value) { Key(key), Int(value); }
  void Field(std::string_view key, int32_t value) { Key(key), Int(value); }
  void Field(std::string_view key, double value) { Key(key), Double(value); }
  void Field(std::string_view key, const char* value) { Key(key), String(value); }

 private:
  void BeforeValue();
  void NewLine();
  void Open(char bracket);
  void Close(char bracket);

  std::string& out_;
  int indent_;
  int depth_ = 0;
  bool first_ = true;       // no member of the open object or array is written yet
  bool after_key_ = false;  // the next value belongs to the key just written
};

// `value` with quotes, escaping only what JSON demands. Invalid UTF-8 becomes U+FFFD.
void AppendJsonString(std::string_view value, std::string& out);

}  // namespace docling
