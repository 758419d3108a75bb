// Paragraphs: titles, headings, formulas, code and plain text.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "docling/code_language.h"
#include "formats/office/docx_converter.h"
#include "text/utf8.h"

namespace office {
namespace {

using docling::Label;
using docling::Layer;
using docling::Ref;

constexpr int kMaxHeading = 100;
constexpr int64_t kMaxListLevel = 60;

std::optional<Label> CheckboxOf(Element paragraph) {
  const Element box = Descendant(paragraph, "w14:checkbox");
  if (!box) return std::nullopt;
  const bool checked = Attribute(Descendant(box, "w14:checked"), "w14:val") == "1";
  return checked ? Label::kCheckboxSelected : Label::kCheckboxUnselected;
}

std::vector<std::string> CommentsOn(Element paragraph) {
  std::vector<std::string> ids;
  ForEachBelow(paragraph, [&](Element element) {
    const bool marker = Is(element, "w:commentRangeStart") || Is(element, "w:commentRangeEnd") ||
                        Is(element, "w:commentReference");
    if (!marker) return true;
    std::string id(Attribute(element, "w:id"));
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
    return true;
  });
  return ids;
}

bool IsCaption(std::string_view text) {
  const std::string lower = text::ToLower(text.substr(0, 40));
  for (const std::string_view word : {"figure", "table", "listing"}) {
    if (!lower.starts_with(word)) continue;
    const std::string_view rest = std::string_view(lower).substr(word.size());
    const std::string_view number = text::StripLeft(rest);
    if (number.size() < rest.size() && !number.empty() && number[0] >= '0' && number[0] <= '9') {
      return true;
    }
  }
  return false;
}

bool IsInCell(Element element) {
  for (Element up = element.parent(); up; up = up.parent()) {
    if (Is(up, "w:tc")) return true;
  }
  return false;
}

// Pieces as one text, stripped at both ends of the whole.
std::vector<Piece> Stripped(std::vector<Piece> pieces) {
  while (!pieces.empty() && !pieces.front().formula) {
    pieces.front().text = text::StripLeft(pieces.front().text);
    if (!pieces.front().text.empty()) break;
    pieces.erase(pieces.begin());
  }
  while (!pieces.empty() && !pieces.back().formula) {
    pieces.back().text = text::StripRight(pieces.back().text);
    if (!pieces.back().text.empty()) break;
    pieces.pop_back();
  }
  return pieces;
}

}  // namespace

bool DocxConverter::Paragraph::IsBlank() const {
  return formulas.empty() && text::Strip(text).empty();
}

DocxConverter::Paragraph DocxConverter::Analyse(Element element) {
  Paragraph paragraph{.element = element, .style = source_.styles.Of(element)};
  const std::vector<Run> content = ContentOf(element, source_.styles, source_.relationships);
  paragraph.groups = Grouped(content);
  paragraph.text = Join(content);
  paragraph.formulas = FormulasOf(element, paragraph.text);
  paragraph.checkbox = CheckboxOf(element);
  paragraph.place = Numberings::PlaceOf(element, paragraph.style);
  std::tie(paragraph.label, paragraph.level) = source_.styles.Classify(paragraph.style, [&] {
    return source_.styles.IsCode(paragraph.style) || IsCodeByFont(element, paragraph.style);
  });
  if (paragraph.place.id == 0) paragraph.place.id.reset();
  auto& list_level = paragraph.place.level;
  if (list_level) list_level = std::clamp<int64_t>(*list_level, 0, kMaxListLevel);
  return paragraph;
}

// Set in a monospaced font, and with the signs of a program, or an indented line right after code.
bool DocxConverter::IsCodeByFont(Element element, Element style) const {
  if (layer_ == Layer::kFurniture) return false;
  const std::string style_name = text::ToLower(StyleName(style));
  for (const std::string_view word : {"caption", "figure", "table", "label"}) {
    if (style_name.contains(word)) return false;
  }
  const std::string raw = PlainText(element);
  const std::string_view stripped = text::Strip(raw);
  if (stripped.empty() || IsCaption(stripped)) return false;
  const std::string font = source_.styles.FontOf(style);
  if (!IsMonospaced(element, font) || IsInCell(element)) return false;
  const NumberingPlace place = Numberings::PlaceOf(element, style);
  if (place.id.value_or(0) != 0 && place.level) return false;
  if (LooksLikeCode(stripped)) return true;
  const Ref parent = Here().parent;
  const auto& children = document_.Find(parent)->children;
  const docling::Text* last = children.empty() ? nullptr : document_.FindText(children.back());
  return last != nullptr && last->code && raw.size() != text::StripLeft(raw).size();
}

DocxConverter::Refs DocxConverter::Text(Element element, Blanks blanks) {
  Paragraph paragraph = Analyse(element);
  Refs added;
  if (IsListItem(paragraph)) {
    ListItem(paragraph, added);
  } else {
    CloseList(paragraph);
    AddBlock(paragraph, blanks, added);
    std::vector<std::string> comments = CommentsOn(element);
    if (!comments.empty() && !added.empty()) commented_.push_back({std::move(comments), added});
  }
  list_.previous_id = paragraph.place.id;
  list_.previous_level = paragraph.place.level;
  return added;
}

void DocxConverter::AddBlock(Paragraph& paragraph, Blanks blanks, Refs& added) {
  if (paragraph.label == "Title") {
    ClearSlotsFrom(0);
    slots_[0] = document_.AddTitle(std::string(text::Strip(paragraph.text)), In({})).self;
    added.push_back(slots_[0]);
  } else if (paragraph.IsHeading()) {
    Heading(paragraph, added);
  } else if (!paragraph.formulas.empty()) {
    Formulas(paragraph, added);
  } else if (paragraph.label == "Code" && !paragraph.checkbox) {
    Code(paragraph, added);
  } else {
    Plain(paragraph, blanks, added);
  }
}

// Levels that were jumped over get a group each. Groups and headings are in the body even where
// they stand in furniture.
void DocxConverter::OpenSections(size_t level, Refs& added) {
  const size_t open = OpenSlot();
  if (level < open) return ClearSlotsFrom(level);
  for (size_t slot = open; slot < level; ++slot) {
    const Ref above = Slot(int64_t(slot) - 1);
    slots_[slot] = document_
                       .AddGroup(docling::GroupLabel::kSection, fmt::format("header-{}", slot),
                                 {.parent = above ? above : Ref::Body()})
                       .self;
    added.push_back(slots_[slot]);
  }
}

void DocxConverter::Heading(const Paragraph& paragraph, Refs& added) {
  const int level = std::clamp(paragraph.level.value_or(1), 1, kMaxHeading);
  int64_t slot = level_;
  if (paragraph.level) {
    OpenSections(size_t(level), added);
    slot = level;
  }
  std::string text(text::Strip(paragraph.text));
  if (source_.numberings.IsVisible(paragraph.place)) text = Numbered(level, std::move(text));
  const Ref above = Slot(slot - 1);
  const Ref heading =
      document_.AddHeading(std::move(text), level, {.parent = above ? above : Ref::Body()}).self;
  if (slot >= 0 && slot < int64_t(kSlots)) slots_[size_t(slot)] = heading;
  added.push_back(heading);
}

// "1.2 text": no level above is ever 0.
std::string DocxConverter::Numbered(int level, std::string text) {
  text = fmt::format("{} {}", ++heading_numbers_[level], text);
  for (int deeper = level + 1; heading_numbers_.contains(deeper); ++deeper) {
    heading_numbers_[deeper] = 0;
  }
  for (int above = level - 1; heading_numbers_.contains(above); --above) {
    int& number = heading_numbers_[above];
    number = std::max(number, 1);
    text = fmt::format("{}.{}", number, text);
  }
  return text;
}

// Nothing but formulas: each is an item. Among text they stand in an inline group.
void DocxConverter::Formulas(const Paragraph& paragraph, Refs& added) {
  if (text::Strip(PlainText(paragraph.element)).empty()) {
    for (const Piece& piece : paragraph.formulas) {
      if (piece.formula) added.push_back(document_.AddFormula(piece.text, Here()).self);
    }
    return;
  }
  const Ref group = document_.AddInlineGroup(Here()).self;
  added.push_back(group);
  AddPieces(paragraph.formulas, group, &added);
}

void DocxConverter::AddPieces(const std::vector<Piece>& pieces, Ref parent, Refs* added) {
  std::string text;
  const auto add = [&](docling::Text& item) {
    if (added != nullptr) added->push_back(item.self);
  };
  for (const Piece& piece : Stripped(pieces)) {
    if (!piece.formula) {
      text += piece.text;
      continue;
    }
    if (!text.empty()) add(document_.AddText(Label::kText, std::exchange(text, {}), In(parent)));
    add(document_.AddFormula(piece.text, In(parent)));
  }
  if (!text.empty()) {
    add(document_.AddText(Label::kText, std::string(text::Strip(text)), In(parent)));
  }
}

// The code item that more code continues: the newest text of all, and the last child here.
docling::Text* DocxConverter::LastCode(Ref parent) {
  const auto& children = document_.Find(parent)->children;
  if (new_code_block_ || children.empty() || document_.texts.empty()) return nullptr;
  docling::Text& last = document_.texts.back();
  const bool continues = last.code && last.self == children.back() && last.layer == layer_;
  return continues ? &last : nullptr;
}

void DocxConverter::Code(const Paragraph& paragraph, Refs& added) {
  const docling::Place place = Here();
  std::string code(text::StripRight(paragraph.text));
  if (docling::Text* block = LastCode(place.parent)) {
    if (code.empty()) {
      ++blank_code_lines_;  // written only if more code follows
    } else {
      block->text.append(std::exchange(blank_code_lines_, 0) + 1, '\n');
      block->text += code;
      if (block->code->language == "unknown") {
        block->code->language = docling::CodeLanguage("", block->text);
      }
    }
    added.push_back(block->self);
  } else if (!code.empty()) {
    blank_code_lines_ = 0;
    const std::string language = docling::CodeLanguage("", code);
    added.push_back(document_.AddCode(std::move(code), language, place).self);
    new_code_block_ = false;
  }
}

void DocxConverter::Plain(const Paragraph& paragraph, Blanks blanks, Refs& added) {
  if (!paragraph.IsBlank()) ForgetList();
  docling::Place place = Here();
  if (paragraph.groups.size() > 1) place.parent = document_.AddInlineGroup(place).self;
  for (const Run& run : paragraph.groups) {
    std::string text = paragraph.checkbox ? WithoutBox(run.text) : run.text;
    if (blanks == Blanks::kSkipped && text::Strip(text).empty()) continue;
    docling::Text& item =
        document_.AddText(paragraph.checkbox.value_or(Label::kText), std::move(text), place);
    item.formatting = run.formatting;
    if (!run.link.empty()) item.hyperlink = run.link;
    added.push_back(item.self);
  }
}

}  // namespace office
