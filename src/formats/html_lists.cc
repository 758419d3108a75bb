// Lists of an HTML page: ul, ol and dl.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "formats/html_converter.h"
#include "text/utf8.h"

namespace formats {
namespace {

using docling::GroupLabel;
using docling::Ref;

constexpr TagSet kOwnLater = {Tag::kUl, Tag::kOl, Tag::kDl, Tag::kTable};

std::optional<int64_t> StartOf(const HtmlTree& tree, NodeId list) {
  const std::string* start = tree.Attribute(list, "start");
  if (start == nullptr) return std::nullopt;
  int32_t value = 0;
  const auto [end, error] = std::from_chars(start->data(), start->data() + start->size(), value);
  if (error != std::errc{} || end != start->data() + start->size()) return std::nullopt;
  return value;
}

// Breaks are white space inside list items.
Runs WithoutBreaks(Runs runs) {
  for (Run& run : runs) run.text = CollapseSpace(run.text);
  std::erase_if(runs, [](const Run& run) { return run.text.empty(); });
  return runs;
}

}  // namespace

void HtmlConverter::List(NodeId list, const Style& style) {
  if (tree_[list].tag == Tag::kDl) return DescriptionList(list, style);
  Numbering numbering{.enumerated = tree_[list].tag == Tag::kOl};
  std::string name = numbering.enumerated ? "ordered list" : "list";
  if (const auto start = StartOf(tree_, list); start && numbering.enumerated) {
    numbering.numbered = true;
    numbering.next = *start;
    name += fmt::format(" start {}", *start);
  }
  const Ref group = document_.AddGroup(GroupLabel::kList, std::move(name), Here()).self;
  {
    const Nested nested(*this, group);
    ListChildren(list, style, numbering);
  }
  Emitted(group);
}

void HtmlConverter::ListChildren(NodeId element, const Style& style, Numbering& numbering) {
  for (NodeId id = tree_[element].first_child; id != kNoNode; id = tree_[id].next) {
    if (tree_[id].tag == Tag::kText) {
      Runs stray{{CollapseSpace(tree_[id].text), style}};
      Flush(stray);
    } else if (page_.IsInvisible(id)) {
      continue;
    } else if (tree_[id].tag == Tag::kLi) {
      ListItem(id, style, numbering);
    } else if (kLists.Has(tree_[id].tag)) {
      List(id, style);
    } else {
      Runs none;
      tree_.Find(id, Tag::kLi) != kNoNode ? ListChildren(id, Enter(id, style), numbering)
                                          : DispatchElement(id, style, none);
      Flush(none);
    }
  }
}

void HtmlConverter::ListItem(NodeId item, const Style& style, Numbering& numbering) {
  Runs runs;
  Collect(item, style, kOwnLater, runs);
  runs = WithoutBreaks(Merge(std::move(runs)));
  if (runs.empty()) return ItemContent(item, style, Images::kDropped);
  std::string marker = numbering.numbered ? fmt::format("{}.", numbering.next) : "";
  const Ref added = AddItem(std::move(runs), std::move(marker), numbering.enumerated);
  ++numbering.next;
  const Nested nested(*this, added);
  ItemContent(item, style);
}

// A list item of these runs (at least one) under the current parent.
Ref HtmlConverter::AddItem(Runs runs, std::string marker, bool enumerated) {
  const bool single = runs.size() == 1;
  docling::Text& item =
      document_.AddListItem(single ? Normalise(runs[0].text) : std::string(), Here());
  item.marker = std::move(marker);
  item.enumerated = enumerated;
  if (single) {
    item.SetOrig(runs[0].text);
    Decorate(item, runs[0].style);
    return item.self;
  }
  const Ref self = item.self;
  const Ref group = document_.AddInlineGroup({.parent = self, .layer = position_.layer}).self;
  for (const Run& run : runs) AddRun(run, {.parent = group, .layer = position_.layer});
  return self;
}

// What stands in an item (or, when it has no text, in its place) beside its own text: form controls
// first, then the rest in order.
void HtmlConverter::ItemContent(NodeId item, const Style& style, Images images) {
  for (NodeId id = tree_.Next(item, item); id != kNoNode;) {
    const bool skip = kOwnLater.Has(tree_[id].tag) || page_.IsInvisible(id);
    if (!skip && page_.IsInput(id)) Input(id);
    id = tree_.Next(id, item, skip);
  }
  NestedContent(item, style, images);
}

void HtmlConverter::NestedContent(NodeId element, const Style& style, Images images) {
  for (NodeId id = tree_[element].first_child; id != kNoNode; id = tree_[id].next) {
    const Tag tag = tree_[id].tag;
    if (tag == Tag::kText || page_.IsInvisible(id)) continue;
    if (tag == Tag::kImg) {
      if (images == Images::kKept) Image(id, style);
    } else if (kLists.Has(tag)) {
      List(id, style);
    } else if (tag == Tag::kTable) {
      Table(id, style);
    } else if (page_.HasBlock(id)) {
      NestedContent(id, Enter(id, style), images);
    }
  }
}

void HtmlConverter::DescriptionList(NodeId list, const Style& style) {
  const Ref group = document_.AddGroup(GroupLabel::kList, "description list", Here()).self;
  {
    const Nested nested(*this, group);
    Ref term;
    Ref descriptions;
    Descriptions(list, style, term, descriptions);
  }
  Emitted(group);
}

// The dt and dd below `element`, through the elements that group them.
void HtmlConverter::Descriptions(NodeId element, const Style& style, Ref& term, Ref& descriptions) {
  for (NodeId id = tree_[element].first_child; id != kNoNode; id = tree_[id].next) {
    const Tag tag = tree_[id].tag;
    Runs stray;
    if (tag == Tag::kText) {
      stray.push_back({CollapseSpace(tree_[id].text), style});
    } else if (page_.IsInvisible(id)) {
      continue;
    } else if (tag == Tag::kDt) {
      term = Term(id, style);
      descriptions = {};
    } else if (tag == Tag::kDd) {
      Description(id, style, term, descriptions);
    } else if (tree_.Find(id, Tag::kDt) != kNoNode || tree_.Find(id, Tag::kDd) != kNoNode) {
      Descriptions(id, Enter(id, style), term, descriptions);
    } else {
      DispatchElement(id, style, stray);
    }
    Flush(stray);
  }
}

// A dt: an item in bold. Returns it, or nobody when there is no text.
Ref HtmlConverter::Term(NodeId dt, const Style& style) {
  Style bold = style;
  docling::Formatting formatting = style.formatting.value_or(docling::Formatting{});
  formatting.bold = true;
  bold.formatting = formatting;
  Runs runs;
  Collect(dt, bold, kOwnLater, runs);
  runs = WithoutBreaks(Merge(std::move(runs)));
  if (runs.empty()) {
    ItemContent(dt, style, Images::kDropped);
    return {};
  }
  const Ref item = AddItem(std::move(runs), "", false);
  const Nested nested(*this, item);
  ItemContent(dt, style);
  return item;
}

// A dd: an item in the term's list of descriptions. One that only wraps another dl contributes
// that, under the term.
void HtmlConverter::Description(NodeId dd, const Style& style, Ref term, Ref& descriptions) {
  std::optional<Nested> below_term;
  if (term) below_term.emplace(*this, term);
  Runs runs;
  Collect(dd, style, kOwnLater, runs);
  runs = WithoutBreaks(Merge(std::move(runs)));
  for (NodeId id = tree_[dd].first_child; id != kNoNode; id = tree_[id].next) {
    if (tree_[id].tag != Tag::kDl) continue;
    if (!runs.empty()) Dropped("a description's text beside its nested list was left out");
    return NestedContent(dd, style, Images::kKept);
  }
  if (runs.empty()) return ItemContent(dd, style);
  std::optional<Nested> below_group;
  if (term) {
    if (!descriptions) {
      descriptions = document_.AddGroup(GroupLabel::kList, "descriptions", Here()).self;
    }
    below_group.emplace(*this, descriptions);
  }
  const Ref item = AddItem(std::move(runs), "", false);
  const Nested below_item(*this, item);
  ItemContent(dd, style);
}

}  // namespace formats
