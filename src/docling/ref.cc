// Grammar: "#" | "#/body" | "#/furniture" | "#/" array "/" digits
#include "docling/ref.h"

#include <charconv>
#include <utility>

namespace docling {
namespace {

constexpr std::pair<Ref::Kind, std::string_view> kArrays[] = {
    {Ref::Kind::kText, "texts"},
    {Ref::Kind::kGroup, "groups"},
    {Ref::Kind::kTable, "tables"},
    {Ref::Kind::kPicture, "pictures"},
    {Ref::Kind::kKeyValue, "key_value_items"},
    {Ref::Kind::kForm, "form_items"},
    {Ref::Kind::kFieldRegion, "field_regions"},
    {Ref::Kind::kFieldItem, "field_items"},
};

}  // namespace

std::string Ref::ToString() const {
  if (kind == Kind::kBody) return "#/body";
  if (kind == Kind::kFurniture) return "#/furniture";
  for (const auto& [array, name] : kArrays) {
    if (array == kind) return "#/" + std::string(name) + "/" + std::to_string(index);
  }
  return "#";
}

std::optional<Ref> Ref::Parse(std::string_view pointer) {
  if (pointer == "#/body") return Body();
  if (pointer == "#/furniture") return Furniture();
  if (!pointer.starts_with("#/")) return std::nullopt;
  pointer.remove_prefix(2);
  const size_t slash = pointer.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view digits = pointer.substr(slash + 1);
  Ref ref;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), ref.index);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  for (const auto& [array, name] : kArrays) {
    if (name != pointer.substr(0, slash)) continue;
    ref.kind = array;
    return ref;
  }
  return std::nullopt;
}

}  // namespace docling
