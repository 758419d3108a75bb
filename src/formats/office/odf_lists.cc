// Lists of OpenDocument files.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "formats/office/odf_converter.h"
#include "text/utf8.h"

namespace office {
namespace {

using docling::GroupLabel;
using docling::Label;
using docling::Place;
using docling::Ref;

constexpr int64_t kMaxStart = 1'000'000'000;

std::vector<Element> Items(Element list) {
  std::vector<Element> items;
  for (const Element child : list.children()) {
    if (Is(child, "text:list-item")) items.push_back(child);
  }
  return items;
}

std::vector<Element> Nested(Element item) {
  std::vector<Element> lists;
  for (const Element child : item.children()) {
    if (Is(child, "text:list")) lists.push_back(child);
  }
  return lists;
}

bool IsParagraph(Element element) { return Is(element, "text:p") || Is(element, "text:h"); }

// The text of the item's own paragraphs; of an item without any and without lists, all its text.
std::string ItemText(Element item) {
  std::vector<std::string> lines;
  for (const Element child : item.children()) {
    if (!IsParagraph(child)) continue;
    for (std::string& line : LinesOf(child)) lines.push_back(std::move(line));
  }
  if (lines.empty() && Nested(item).empty()) lines = LinesOf(item);
  return JoinLines(lines, " ");
}

bool HasContent(Element list) {
  return std::ranges::any_of(Items(list), [](Element item) {
    return !ItemText(item).empty() || std::ranges::any_of(Nested(item), HasContent);
  });
}

bool HasOwnText(Element list) {
  return std::ranges::any_of(Items(list), [](Element item) { return !ItemText(item).empty(); });
}

// Its first item has no text but a list with some: it goes on where the list before ended.
bool StartsNested(Element list) {
  const std::vector<Element> items = Items(list);
  return !items.empty() && ItemText(items.front()).empty() &&
         std::ranges::any_of(Nested(items.front()), HasContent);
}

}  // namespace

void OdfConverter::NestedLists(Element item, Place place, bool enumerated, int level) {
  for (const Element list : Nested(item)) {
    if (HasContent(list)) List(list, place, enumerated, level, std::nullopt);
  }
}

std::optional<OdfConverter::ListState> OdfConverter::List(
    Element list, Place place, bool enumerated, int level,
    const std::optional<ListState>& continued) {
  if (!HasContent(list)) return std::nullopt;
  const Element style = styles_.ListLevel(list, level);
  if (style) enumerated = Is(style, "text:list-level-style-number");
  const bool continues = continued && continued->last_item && StartsNested(list);
  if (!continues && !HasOwnText(list)) {
    for (const Element item : Items(list)) NestedLists(item, place, enumerated, level + 1);
    return std::nullopt;
  }
  ListState state;
  if (continues) {
    state = *continued;
  } else {
    state.group = document_.AddGroup(GroupLabel::kList, "list", place).self;
    state.enumerated = enumerated;
    state.counter =
        std::clamp<int64_t>(IntAttribute(style, "text:start-value", 1), 1, kMaxStart) - 1;
  }
  const std::string_view suffix = Attribute(style, "style:num-suffix");
  for (const Element item : Items(list)) {
    if (ItemText(item).empty()) {
      const Ref parent = state.last_item ? state.last_item : state.group;
      NestedLists(item, {.parent = parent, .layer = place.layer}, enumerated, level + 1);
      continue;
    }
    ++state.counter;
    std::string marker;
    if (state.enumerated)
      marker = fmt::format("{}{}", state.counter, suffix.empty() ? "." : suffix);
    state.last_item = ListItem(item, state, std::move(marker), place.layer);
    NestedLists(item, {.parent = state.last_item, .layer = place.layer}, enumerated, level + 1);
  }
  return state;
}

Ref OdfConverter::ListItem(Element item, ListState& state, std::string marker,
                           docling::Layer layer) {
  std::vector<OdfRun> runs;
  for (const Element child : item.children()) {
    if (!IsParagraph(child)) continue;
    for (OdfRun& run : RunsOf(child, styles_)) runs.push_back(std::move(run));
  }
  if (runs.empty()) runs.push_back({.text = ItemText(item), .formatting = {}, .link = {}});
  runs = Normalised(std::move(runs));
  docling::Text& made = document_.AddListItem("", {.parent = state.group, .layer = layer});
  made.enumerated = state.enumerated;
  made.marker = std::move(marker);
  if (runs.size() == 1) {
    Decorate(made, std::move(runs.front()));
  } else if (!runs.empty()) {
    const Ref group = document_.AddInlineGroup({.parent = made.self, .layer = layer}).self;
    for (OdfRun& run : runs) {
      Decorate(document_.AddText(Label::kText, "", {.parent = group, .layer = layer}),
               std::move(run));
    }
  }
  return made.self;
}

}  // namespace office
