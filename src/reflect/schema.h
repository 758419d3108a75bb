// JSON Schema (the 3.1 OpenAPI dialect) of described types.
//
//   Schemas schemas;
//   AddSchema<std::vector<model::RunStep>>(schemas)
//       -> {"type":"array","items":{"$ref":"#/components/schemas/RunStep"}}
//   and schemas["RunStep"] holds {"type":"object","properties":{…},"required":[…]}
//
// It says what WriteJson prints: every member is always there, an empty optional is null, a time
// has no zone ("date-time-local" of OpenAPI's format registry), a variant is any of its types.
#pragma once

#include <map>
#include <string>

#include "reflect/json.h"

namespace reflect {

// Schema name -> schema as JSON text: the content of components/schemas.
using Schemas = std::map<std::string, std::string>;

template <typename T>
std::string AddSchema(Schemas& schemas);

// The schema of what fits one of `schemas`.
std::string AnyOf(const std::vector<std::string>& schemas);

namespace internal {

// The schema of a nullable `schema`.
std::string Nullable(const std::string& schema);
std::string ArrayOf(const std::string& items);
std::string MapOf(const std::string& values);
std::string Reference(std::string_view name);
std::string EnumOf(const std::vector<std::string>& values);

template <typename... T>
std::string VariantSchema(Schemas& schemas, const std::variant<T...>*) {
  return AnyOf({AddSchema<T>(schemas)...});
}

template <DescribedStruct T>
std::string ObjectSchema(Schemas& schemas) {
  JsonWriter properties;
  std::vector<std::string> required;
  const auto add = [&]<typename M>(std::string_view name, const M&) {
    properties.Key(name);
    properties.Raw(AddSchema<M>(schemas));
    required.emplace_back(name);  // always written, null when empty
  };
  properties.BeginObject();
  const T object{};
  ForEachMember(object, add);
  ForEachComputed(object, add);
  properties.EndObject();
  return R"({"type":"object","properties":)" + properties.Take() + R"(,"required":)" +
         ToJson(required) + "}";
}

}  // namespace internal

// The schema of T; described structs are put into `schemas` and referred to.
template <typename T>
std::string AddSchema(Schemas& schemas) {
  if constexpr (std::same_as<T, bool>) {
    return R"({"type":"boolean"})";
  } else if constexpr (std::integral<T>) {
    return R"({"type":"integer"})";
  } else if constexpr (std::floating_point<T>) {
    return R"({"type":"number"})";
  } else if constexpr (std::same_as<T, base::Time>) {
    return R"({"type":"string","format":"date-time-local"})";
  } else if constexpr (std::same_as<T, base::JsonText>) {
    return R"({"type":"object","additionalProperties":true})";
  } else if constexpr (std::same_as<T, std::string>) {
    return R"({"type":"string"})";
  } else if constexpr (internal::kIsOptional<T>) {
    return internal::Nullable(AddSchema<typename T::value_type>(schemas));
  } else if constexpr (internal::kIsVector<T>) {
    return internal::ArrayOf(AddSchema<typename T::value_type>(schemas));
  } else if constexpr (internal::kIsMap<T>) {
    return internal::MapOf(AddSchema<typename T::mapped_type>(schemas));
  } else if constexpr (internal::kIsVariant<T>) {
    return internal::VariantSchema(schemas, static_cast<const T*>(nullptr));
  } else if constexpr (DescribedEnum<T>) {
    std::vector<std::string> values;
    for (const T value : AllOf<T>()) values.emplace_back(Wire(value));
    schemas.try_emplace(std::string(TypeName<T>()), internal::EnumOf(values));
    return internal::Reference(TypeName<T>());
  } else {
    const bool added = schemas.try_emplace(std::string(TypeName<T>())).second;
    if (added) schemas[std::string(TypeName<T>())] = internal::ObjectSchema<T>(schemas);
    return internal::Reference(TypeName<T>());
  }
}

}  // namespace reflect
