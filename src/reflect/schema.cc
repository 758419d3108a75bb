#include "reflect/schema.h"

namespace reflect {
namespace internal {

std::string Nullable(const std::string& schema) {
  static constexpr std::string_view kType = R"({"type":)";
  if (!schema.starts_with(R"({"type":")")) return AnyOf({schema, R"({"type":"null"})"});
  const size_t end = schema.find('"', kType.size() + 1) + 1;
  const std::string type = schema.substr(kType.size(), end - kType.size());
  return std::string(kType) + "[" + type + R"(,"null"])" + schema.substr(end);
}

std::string ArrayOf(const std::string& items) {
  return R"({"type":"array","items":)" + items + "}";
}

std::string MapOf(const std::string& values) {
  return R"({"type":"object","additionalProperties":)" + values + "}";
}

std::string Reference(std::string_view name) {
  return R"({"$ref":"#/components/schemas/)" + std::string(name) + "\"}";
}

std::string EnumOf(const std::vector<std::string>& values) {
  return R"({"type":"string","enum":)" + ToJson(values) + "}";
}

}  // namespace internal

std::string AnyOf(const std::vector<std::string>& schemas) {
  std::string all;
  for (const std::string& schema : schemas) all += (all.empty() ? "" : ",") + schema;
  return R"({"anyOf":[)" + all + "]}";
}

}  // namespace reflect
