// A pointer to a node, "#/texts/12" in JSON: the array and the position in it. Valid until the
// document deletes nodes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace docling {

struct Ref {
  enum class Kind : uint8_t {
    kNone,  // nobody: the parent of the roots
    kBody,
    kFurniture,
    kGroup,
    kText,
    kPicture,
    kTable,
    kKeyValue,
    kForm,
    kFieldRegion,
    kFieldItem,
  };

  Kind kind = Kind::kNone;
  uint32_t index = 0;  // 0 for the roots

  static constexpr Ref Body() { return {Kind::kBody, 0}; }
  static constexpr Ref Furniture() { return {Kind::kFurniture, 0}; }

  explicit operator bool() const { return kind != Kind::kNone; }
  bool IsGroup() const { return kind >= Kind::kBody && kind <= Kind::kGroup; }
  bool IsItem() const { return kind > Kind::kGroup; }
  friend auto operator<=>(const Ref&, const Ref&) = default;

  // "#/texts/12"; "#" for nobody.
  std::string ToString() const;
  // nullopt unless `pointer` has the form above and names an array of the schema.
  static std::optional<Ref> Parse(std::string_view pointer);
};

}  // namespace docling

template <>
struct std::hash<docling::Ref> {
  size_t operator()(docling::Ref ref) const noexcept {
    return std::hash<uint64_t>()(uint64_t(ref.kind) << 32 | ref.index);
  }
};
