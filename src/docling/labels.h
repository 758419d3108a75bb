// The closed vocabularies of the DoclingDocument schema 1.10 and their names in JSON. The names are
// a file format: do not rename. Enumerators may be reordered.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace docling {

// What an item is. Text items take any label but table, document_index, picture, chart, form,
// key_value_region, field_region and field_item, which belong to their own arrays.
enum class Label : uint8_t {
  kText,
  kTitle,
  kSectionHeader,
  kListItem,
  kCode,
  kFormula,
  kCaption,
  kFootnote,
  kPageHeader,
  kPageFooter,
  kParagraph,
  kReference,
  kCheckboxSelected,
  kCheckboxUnselected,
  kHandwrittenText,
  kEmptyValue,
  kGradingScale,
  kMarker,
  kFieldHeading,
  kFieldKey,
  kFieldValue,
  kFieldHint,
  kTable,
  kDocumentIndex,
  kPicture,
  kChart,
  kForm,
  kKeyValueRegion,
  kFieldRegion,
  kFieldItem,
};

enum class GroupLabel : uint8_t {
  kUnspecified,
  kList,
  kInline,
  kChapter,
  kSection,
  kSheet,
  kSlide,
  kFormArea,
  kKeyValueArea,
  kCommentSection,
  kPictureArea,
};

// Which reading of the document a node belongs to. Consumers want kBody unless they say otherwise.
enum class Layer : uint8_t { kBody, kFurniture, kBackground, kInvisible, kNotes };

// A set of layers.
class Layers {
 public:
  constexpr Layers(Layer layer) : bits_(uint8_t(1U << uint8_t(layer))) {}  // NOLINT: a set of one
  static constexpr Layers All() { return Layers(uint8_t{0x1f}); }

  constexpr bool Has(Layer layer) const { return (bits_ >> uint8_t(layer) & 1U) != 0; }
  constexpr Layers operator|(Layers other) const { return Layers(uint8_t(bits_ | other.bits_)); }

 private:
  constexpr explicit Layers(uint8_t bits) : bits_(bits) {}
  uint8_t bits_;
};

std::string_view Name(Label label);
std::string_view Name(GroupLabel label);
std::string_view Name(Layer layer);

// nullopt for a name outside the vocabulary. "ordered_list" (deprecated) reads as kList.
std::optional<Label> ParseLabel(std::string_view name);
std::optional<GroupLabel> ParseGroupLabel(std::string_view name);
std::optional<Layer> ParseLayer(std::string_view name);

// Whether `name` is one of the programming languages a code item may state ("C++", "unknown", …).
bool IsCodeLanguage(std::string_view name);

// Whether Python's mimetypes (with docling's additions) knows `type`; others are refused as an
// origin.
bool IsKnownMimeType(std::string_view type);

}  // namespace docling
