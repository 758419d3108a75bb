#include "docling/labels.h"

#include <algorithm>
#include <array>
#include <utility>

namespace docling {
namespace {

template <typename E>
using Names = std::pair<E, std::string_view>;

constexpr Names<Label> kLabels[] = {
    {Label::kText, "text"},
    {Label::kTitle, "title"},
    {Label::kSectionHeader, "section_header"},
    {Label::kListItem, "list_item"},
    {Label::kCode, "code"},
    {Label::kFormula, "formula"},
    {Label::kCaption, "caption"},
    {Label::kFootnote, "footnote"},
    {Label::kPageHeader, "page_header"},
    {Label::kPageFooter, "page_footer"},
    {Label::kParagraph, "paragraph"},
    {Label::kReference, "reference"},
    {Label::kCheckboxSelected, "checkbox_selected"},
    {Label::kCheckboxUnselected, "checkbox_unselected"},
    {Label::kHandwrittenText, "handwritten_text"},
    {Label::kEmptyValue, "empty_value"},
    {Label::kGradingScale, "grading_scale"},
    {Label::kMarker, "marker"},
    {Label::kFieldHeading, "field_heading"},
    {Label::kFieldKey, "field_key"},
    {Label::kFieldValue, "field_value"},
    {Label::kFieldHint, "field_hint"},
    {Label::kTable, "table"},
    {Label::kDocumentIndex, "document_index"},
    {Label::kPicture, "picture"},
    {Label::kChart, "chart"},
    {Label::kForm, "form"},
    {Label::kKeyValueRegion, "key_value_region"},
    {Label::kFieldRegion, "field_region"},
    {Label::kFieldItem, "field_item"},
};

constexpr Names<GroupLabel> kGroupLabels[] = {
    {GroupLabel::kUnspecified, "unspecified"},
    {GroupLabel::kList, "list"},
    {GroupLabel::kInline, "inline"},
    {GroupLabel::kChapter, "chapter"},
    {GroupLabel::kSection, "section"},
    {GroupLabel::kSheet, "sheet"},
    {GroupLabel::kSlide, "slide"},
    {GroupLabel::kFormArea, "form_area"},
    {GroupLabel::kKeyValueArea, "key_value_area"},
    {GroupLabel::kCommentSection, "comment_section"},
    {GroupLabel::kPictureArea, "picture_area"},
    {GroupLabel::kList, "ordered_list"},
};

constexpr Names<Layer> kLayers[] = {
    {Layer::kBody, "body"},
    {Layer::kFurniture, "furniture"},
    {Layer::kBackground, "background"},
    {Layer::kInvisible, "invisible"},
    {Layer::kNotes, "notes"},
};

constexpr std::string_view kCodeLanguages[] = {
    "Ada",        "Awk",     "Bash",        "bc",      "C",       "C#",         "C++",     "CMake",
    "COBOL",      "CSS",     "Ceylon",      "Clojure", "Crystal", "Cuda",       "Cython",  "D",
    "Dart",       "dc",      "Dockerfile",  "DocLang", "Elixir",  "Erlang",     "FORTRAN", "Forth",
    "Go",         "HTML",    "Haskell",     "Haxe",    "Java",    "JavaScript", "JSON",    "Julia",
    "Kotlin",     "Latex",   "Lisp",        "Lua",     "Matlab",  "MoonScript", "Nim",     "OCaml",
    "ObjectiveC", "Octave",  "PHP",         "Pascal",  "Perl",    "Prolog",     "Python",  "Racket",
    "Ruby",       "Rust",    "SML",         "SQL",     "Scala",   "Scheme",     "Swift",   "Tikz",
    "TypeScript", "unknown", "VisualBasic", "XML",     "YAML",
};

template <typename E, size_t n>
std::string_view NameIn(const Names<E> (&table)[n], E value) {
  for (const auto& [key, name] : table) {
    if (key == value) return name;
  }
  return {};
}

template <typename E, size_t n>
std::optional<E> ParseIn(const Names<E> (&table)[n], std::string_view text) {
  for (const auto& [key, name] : table) {
    if (name == text) return key;
  }
  return std::nullopt;
}

}  // namespace

std::string_view Name(Label label) { return NameIn(kLabels, label); }
std::string_view Name(GroupLabel label) { return NameIn(kGroupLabels, label); }
std::string_view Name(Layer layer) { return NameIn(kLayers, layer); }

std::optional<Label> ParseLabel(std::string_view name) { return ParseIn(kLabels, name); }
std::optional<GroupLabel> ParseGroupLabel(std::string_view name) {
  return ParseIn(kGroupLabels, name);
}
std::optional<Layer> ParseLayer(std::string_view name) { return ParseIn(kLayers, name); }

bool IsCodeLanguage(std::string_view name) {
  return std::ranges::find(kCodeLanguages, name) != std::end(kCodeLanguages);
}

}  // namespace docling
