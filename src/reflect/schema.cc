#include "reflect/schema.h"

namespace reflect::internal {

std::string Nullable(const std::string& schema) {
  return R"({"anyOf":[)" + schema + R"(,{"type":"null"}]})";
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

}  // namespace reflect::internal
