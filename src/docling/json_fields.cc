#include "docling/json_fields.h"

#include <boost/json/array.hpp>
#include <cmath>
#include <limits>

#include "docling/json_writer.h"

namespace docling {
namespace {

namespace json = boost::json;

const json::object kNoObject;
const json::array kNoArray;
const json::value kNull;

void WriteValue(JsonWriter& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return out.Raw("null");
    case json::kind::bool_:
      return out.Bool(value.get_bool());
    case json::kind::int64:
      return out.Int(value.get_int64());
    case json::kind::uint64:
      return out.Unsigned(value.get_uint64());
    case json::kind::double_:
      return out.Double(value.get_double());
    case json::kind::string:
      return out.String(std::string_view(value.get_string()));
    case json::kind::array:
      out.BeginArray();
      for (const json::value& element : value.get_array()) WriteValue(out, element);
      return out.EndArray();
    case json::kind::object:
      out.BeginObject();
      for (const auto& member : value.get_object()) {
        out.Key(std::string_view(member.key()));
        WriteValue(out, member.value());
      }
      return out.EndObject();
  }
}

bool IsCustomName(std::string_view key) {
  const size_t delimiter = key.find("__");
  return delimiter != std::string_view::npos && delimiter > 0 && delimiter + 2 < key.size();
}

}  // namespace

std::string ToJsonText(const json::value& value) {
  std::string out;
  JsonWriter writer(out, 0);
  WriteValue(writer, value);
  return out;
}

void Problem::Set(base::Code code, std::string_view what) {
  if (error_) return;
  std::string message;
  if (!section_.empty()) message = section_ + "/" + std::to_string(index_) + ": ";
  error_ = base::Error(code, message + std::string(what));
}

Fields::Fields(const json::value& value, Problem& problem)
    : object_(value.if_object()), problem_(problem) {
  if (object_ == nullptr) {
    object_ = &kNoObject;
    problem_.Set("an object was expected");
  }
  taken_.resize(object_->size());
}

const json::value* Fields::Take(std::string_view key) {
  const auto found = object_->find(key);
  if (found == object_->end()) return nullptr;
  taken_[size_t(found - object_->begin())] = true;
  return &found->value();
}

void Fields::Wrong(std::string_view key, std::string_view expected) {
  problem_.Set("'" + std::string(key) + "' must be " + std::string(expected));
}

const json::value& Fields::Required(std::string_view key) {
  const json::value* value = Take(key);
  if (value != nullptr) return *value;
  problem_.Set("'" + std::string(key) + "' is missing");
  return kNull;
}

std::string Fields::AsText(std::string_view key, const json::value& value) {
  const json::string* text = value.if_string();
  if (text != nullptr) return std::string(*text);
  Wrong(key, "a string");
  return {};
}

double Fields::AsNumber(std::string_view key, const json::value& value) {
  if (value.is_double()) return value.get_double();
  if (value.is_int64()) return double(value.get_int64());
  if (value.is_uint64()) return double(value.get_uint64());
  Wrong(key, "a number");
  return 0;
}

int64_t Fields::AsLong(std::string_view key, const json::value& value, int64_t min, int64_t max) {
  int64_t number = 0;
  if (value.is_int64()) {
    number = value.get_int64();
  } else if (value.is_double() && std::fabs(value.get_double()) < 9e15 &&
             value.get_double() == std::floor(value.get_double())) {
    number = int64_t(value.get_double());
  } else {
    Wrong(key, "an integer");
    return 0;
  }
  if (number >= min && number <= max) return number;
  problem_.Set("'" + std::string(key) + "' is out of range");
  return 0;
}

std::string Fields::Text(std::string_view key) { return AsText(key, Required(key)); }

double Fields::Number(std::string_view key) { return AsNumber(key, Required(key)); }

int32_t Fields::Int(std::string_view key) {
  using Limits = std::numeric_limits<int32_t>;
  return int32_t(AsLong(key, Required(key), Limits::min(), Limits::max()));
}

int64_t Fields::Long(std::string_view key) {
  using Limits = std::numeric_limits<int64_t>;
  return AsLong(key, Required(key), Limits::min(), Limits::max());
}

const json::value& Fields::Any(std::string_view key) { return Required(key); }

std::string Fields::TextOr(std::string_view key, std::string_view otherwise) {
  const json::value* value = Take(key);
  return value != nullptr ? AsText(key, *value) : std::string(otherwise);
}

int32_t Fields::IntOr(std::string_view key, int32_t otherwise) {
  return Has(key) ? Int(key) : otherwise;
}

bool Fields::BoolOr(std::string_view key, bool otherwise) {
  const json::value* value = Take(key);
  if (value == nullptr) return otherwise;
  if (value->is_bool()) return value->get_bool();
  Wrong(key, "true or false");
  return otherwise;
}

const json::array& Fields::Array(std::string_view key) {
  const json::value* value = Take(key);
  if (value == nullptr) return kNoArray;
  if (value->is_array()) return value->get_array();
  Wrong(key, "an array");
  return kNoArray;
}

std::optional<std::string> Fields::OptionalText(std::string_view key) {
  const json::value* value = Optional(key);
  return value != nullptr ? std::optional(AsText(key, *value)) : std::nullopt;
}

std::optional<double> Fields::OptionalNumber(std::string_view key) {
  const json::value* value = Optional(key);
  return value != nullptr ? std::optional(AsNumber(key, *value)) : std::nullopt;
}

const json::value* Fields::Optional(std::string_view key) {
  const json::value* value = Take(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string Fields::PointerText() {
  const json::value* name = Take("cref");
  const json::value* alias = Take("$ref");
  if (alias != nullptr) name = alias;
  if (name != nullptr) return AsText("$ref", *name);
  problem_.Set("a reference without '$ref'");
  return {};
}

Ref Fields::Pointer(const json::value& value) {
  Fields fields(value, problem_);
  const std::string pointer = fields.PointerText();
  const auto ref = Ref::Parse(pointer);
  if (!ref) problem_.Set("'" + pointer.substr(0, 100) + "' does not point at a node");
  return ref.value_or(Ref{});
}

std::vector<Ref> Fields::Pointers(std::string_view key) {
  const json::array& array = Array(key);
  std::vector<Ref> refs;
  refs.reserve(array.size());
  for (const json::value& value : array) {
    refs.push_back(Pointer(value));
    if (problem_) break;
  }
  return refs;
}

void Fields::NothingElse() {
  for (size_t i = 0; i < taken_.size(); ++i) {
    if (taken_[i]) continue;
    const std::string key((object_->begin() + i)->key());
    problem_.Set("unknown key '" + key.substr(0, 100) + "'");
    return;
  }
}

CustomFields Fields::Custom() {
  CustomFields custom;
  for (size_t i = 0; i < taken_.size(); ++i) {
    if (taken_[i]) continue;
    const auto& member = *(object_->begin() + i);
    const std::string key(member.key());
    if (!IsCustomName(key)) {
      problem_.Set("unknown key '" + key.substr(0, 100) + "' (custom keys: namespace__name)");
      return {};
    }
    if (!member.value().is_null()) custom.emplace_back(key, ToJsonText(member.value()));
  }
  return custom;
}

}  // namespace docling
