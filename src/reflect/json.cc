#include "reflect/json.h"

#include <boost/json.hpp>
#include <cmath>

namespace reflect {
namespace json = boost::json;
using base::Code;
using base::Fail;
using base::JsonText;
using base::Result;

namespace {

Result<json::value> Parse(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 64;  // what we read here is metadata, never a document
  json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return Fail(Code::kInvalidArgument, "not valid JSON: " + error.message());
  return value;
}

std::unexpected<base::Error> Expected(std::string_view path, std::string_view what) {
  return Fail(Code::kInvalidArgument, std::string(path) + " must be " + std::string(what));
}

// Through our writer: the library's own prints 1.5 as 1.5E0.
void Write(JsonWriter& writer, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return writer.Null();
    case json::kind::bool_:
      return writer.Bool(value.get_bool());
    case json::kind::int64:
      return writer.Int(value.get_int64());
    case json::kind::uint64:
      return writer.Unsigned(value.get_uint64());
    case json::kind::double_:
      return writer.Double(value.get_double());
    case json::kind::string:
      return writer.String(value.get_string());
    case json::kind::array:
      writer.BeginArray();
      for (const auto& item : value.get_array()) Write(writer, item);
      return writer.EndArray();
    case json::kind::object:
      writer.BeginObject();
      for (const auto& member : value.get_object()) {
        writer.Key(member.key());
        Write(writer, member.value());
      }
      return writer.EndObject();
  }
}

JsonText TextOf(const json::value& value) {
  JsonWriter writer;
  Write(writer, value);
  return {writer.Take()};
}

json::object ObjectOf(const JsonText& text) {
  auto value = Parse(text.text);
  if (!value || !value->is_object()) return {};
  return std::move(value->as_object());
}

}  // namespace

Result<JsonText> CheckJsonObject(std::string_view text, std::string_view what) {
  auto value = Parse(text);
  if (!value) return Fail(value.error().Within(what));
  if (!value->is_object()) return Expected(what, "a JSON object");
  return JsonText{std::string(text)};
}

JsonText MergeObjects(const JsonText& base, const JsonText& patch) {
  json::object merged = ObjectOf(base);
  for (auto& member : ObjectOf(patch)) {
    if (member.value().is_null()) {
      merged.stable_erase(member.key());
    } else {
      merged[member.key()] = member.value();
    }
  }
  return TextOf(merged);
}

namespace internal {

const json::value* Find(const json::value& object, std::string_view key) {
  return object.as_object().if_contains({key.data(), key.size()});
}

bool IsNull(const json::value& value) { return value.is_null(); }

Result<int64_t> AsInt(const json::value& value, std::string_view path) {
  json::error_code error;
  const auto number = value.to_number<int64_t>(error);
  if (error) return Expected(path, "a whole number");
  return number;
}

Result<double> AsDouble(const json::value& value, std::string_view path) {
  json::error_code error;
  const auto number = value.to_number<double>(error);
  if (error || !std::isfinite(number)) return Expected(path, "a number");
  return number;
}

Result<bool> AsBool(const json::value& value, std::string_view path) {
  if (!value.is_bool()) return Expected(path, "true or false");
  return value.get_bool();
}

Result<std::string> AsString(const json::value& value, std::string_view path) {
  if (!value.is_string()) return Expected(path, "a string");
  return std::string(value.get_string());
}

Result<> CheckObject(const json::value& value, std::string_view path) {
  if (!value.is_object()) return Expected(path, "an object");
  return {};
}

Result<std::vector<const json::value*>> Items(const json::value& value, std::string_view path) {
  if (!value.is_array()) return Expected(path, "an array");
  std::vector<const json::value*> items;
  for (const auto& item : value.get_array()) items.push_back(&item);
  return items;
}

Result<std::map<std::string, const json::value*>> Members(const json::value& value,
                                                          std::string_view path) {
  if (!value.is_object()) return Expected(path, "an object");
  std::map<std::string, const json::value*> members;
  for (const auto& member : value.get_object()) {
    members.emplace(std::string(member.key()), &member.value());
  }
  return members;
}

JsonText Serialize(const json::value& value) { return TextOf(value); }

std::unexpected<base::Error> OutOfRange(std::string_view path) {
  return Fail(Code::kInvalidArgument, std::string(path) + " is out of range");
}

std::unexpected<base::Error> Missing(std::string_view path) {
  return Fail(Code::kInvalidArgument, std::string(path) + " is missing");
}

Result<Parsed> Parsed::From(std::string_view text) {
  SI_ASSIGN(auto value, Parse(text));
  Parsed parsed;
  parsed.value_ = std::make_shared<const json::value>(std::move(value));
  return parsed;
}

}  // namespace internal
}  // namespace reflect
