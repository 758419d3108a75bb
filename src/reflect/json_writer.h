// Writes JSON text piece by piece, without a tree in memory.
//
//   JsonWriter w;
//   w.BeginObject(); w.Key("id"); w.Int(7); w.Key("tags"); w.BeginArray(); w.String("a");
//   w.EndArray(); w.EndObject();
//   w.Take()  ->  {"id":7,"tags":["a"]}
//
// Order of calls: value = scalar | Raw | BeginObject (Key value)* EndObject
//                       | BeginArray value* EndArray
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reflect {

// Not thread-safe. The result is always valid UTF-8: bytes that are not become U+FFFD.
class JsonWriter {
 public:
  void BeginObject();
  void EndObject();
  void BeginArray();
  void EndArray();
  void Key(std::string_view key);

  void String(std::string_view text);
  void Int(int64_t value);
  void Unsigned(uint64_t value);
  // Shortest text that reads back as the same number; null for what JSON cannot say (NaN, inf).
  void Double(double value);
  void Float(float value);
  void Bool(bool value);
  void Null();
  // Text that is valid JSON already.
  void Raw(std::string_view json);

  std::string Take() { return std::move(text_); }

 private:
  void Separate();
  template <typename T>
  void Number(T value);
  void Quote(std::string_view text);

  std::string text_;
  bool first_ = true;  // nothing stands before the next value or key in its container
};

}  // namespace reflect
