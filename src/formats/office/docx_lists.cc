// Lists: which group an item goes into, and its marker.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "formats/office/docx_converter.h"
#include "text/utf8.h"

namespace office {
namespace {

using docling::GroupLabel;
using docling::Label;
using docling::Ref;

// "Proposal %1:": has a placeholder, and more than signs around it.
bool SaysMoreThanNumbers(std::string_view pattern) {
  bool placeholder = false;
  bool more = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool number = pattern[i] == '%' && i + 1 < pattern.size() && pattern[i + 1] >= '0' &&
                        pattern[i + 1] <= '9';
    if (number) {
      placeholder = true;
      while (i + 1 < pattern.size() && pattern[i + 1] >= '0' && pattern[i + 1] <= '9') ++i;
    } else if (!std::string_view(" .)(:[]").contains(pattern[i])) {
      more = true;
    }
  }
  return placeholder && more;
}

}  // namespace

bool DocxConverter::IsList(Ref ref) const {
  const docling::Group* group = ref ? document_.FindGroup(ref) : nullptr;
  return group != nullptr && group->label == GroupLabel::kList;
}

void DocxConverter::ForgetList() {
  list_.group = {};
  list_.group_id.reset();
  list_.group_parent = {};
}

bool DocxConverter::IsListItem(const Paragraph& paragraph) const {
  const std::string& label = paragraph.label;
  return paragraph.place.id && paragraph.place.level && label != "Title" && label != "Heading" &&
         label != "Code";
}

void DocxConverter::ListItem(const Paragraph& paragraph, Refs& added) {
  const int64_t id = *paragraph.place.id;
  const int64_t level = *paragraph.place.level;
  const bool enumerated = source_.numberings.IsVisible(paragraph.place);
  const size_t slot = PlaceItem(id, level, added);
  const std::string marker = enumerated ? NextMarker(id, level) : std::string();
  const Ref group = Slot(int64_t(slot));
  if (!IsList(group)) return Warn("a list item outside of any list was left out");
  const bool single = paragraph.formulas.empty() && paragraph.groups.size() == 1;
  if (single && paragraph.groups.front().text.empty()) return;
  docling::Text& item = document_.AddListItem("", {.parent = group});
  item.marker = marker;
  item.enumerated = enumerated;
  if (single) {
    const Run& run = paragraph.groups.front();
    item.text = run.text;
    item.formatting = run.formatting;
    if (!run.link.empty()) item.hyperlink = run.link;
    return;
  }
  const Ref inline_group = document_.AddInlineGroup({.parent = item.self}).self;
  if (!paragraph.formulas.empty()) {
    document_.groups[inline_group.index].layer = layer_;
    return AddPieces(paragraph.formulas, inline_group, nullptr);
  }
  for (const Run& run : paragraph.groups) {
    if (run.text.empty()) continue;
    docling::Text& text = document_.AddText(Label::kText, run.text, In(inline_group));
    text.formatting = run.formatting;
    if (!run.link.empty()) text.hyperlink = run.link;
  }
}

// Finds or opens the group for an item; returns its slot.
size_t DocxConverter::PlaceItem(int64_t id, int64_t level, Refs& added) {
  const size_t open = OpenSlot();
  const bool same = list_.previous_id == id;
  if (!list_.previous_id || (same && !list_.base)) {  // a new run of lists
    list_.base = open;
    slots_[open] = OpenList(id, Slot(int64_t(open) - 1), added);
    return open;
  }
  if (same && list_.previous_level && *list_.previous_level < level) {  // deeper
    const size_t deepest = std::min(*list_.base + size_t(level), kSlots - 1);
    for (size_t slot = *list_.base + size_t(*list_.previous_level) + 1; slot <= deepest; ++slot) {
      slots_[slot] =
          document_.AddGroup(GroupLabel::kList, "list", In(Slot(int64_t(slot) - 1))).self;
      added.push_back(slots_[slot]);
    }
    return deepest;
  }
  if (same && list_.previous_level && level < *list_.previous_level) {  // back up
    ClearSlotsFrom(*list_.base + size_t(level) + 1);
    return *list_.base + size_t(level);
  }
  if (same && IsList(Slot(int64_t(open) - 1))) return open - 1;
  size_t slot = open;  // another list
  if (list_.base) {
    slot = std::min(*list_.base + size_t(level), kSlots - 1);
    ClearSlotsFrom(slot + 1);
  } else {
    list_.base = slot;
  }
  slots_[slot] = OpenList(id, Slot(int64_t(slot) - 1), added);
  return slot;
}

// The group remembered for this numbering under this parent, or a new one. A blank text between the
// two parts of a list goes.
Ref DocxConverter::OpenList(int64_t id, Ref parent, Refs& added) {
  if (started_.insert(id).second) {
    const auto first = counters_.lower_bound({id, INT64_MIN});
    for (auto it = first; it != counters_.end() && it->first.first == id; ++it) it->second = 0;
  }
  const bool reuse =
      list_.last_id == id && list_.group && list_.group_id == id && list_.group_parent == parent;
  list_.last_id = id;
  if (reuse) {
    const docling::Text* last = document_.texts.empty() ? nullptr : &document_.texts.back();
    if (last != nullptr && last->children.empty() && text::Strip(last->text).empty()) {
      for (Commented& commented : commented_) std::erase(commented.items, last->self);
      std::erase(added, last->self);
      document_.DeleteLastText();
    }
    return list_.group;
  }
  const Ref group = document_.AddGroup(GroupLabel::kList, "list", In(parent)).self;
  added.push_back(group);
  list_.group = group;
  list_.group_id = id;
  list_.group_parent = parent;
  return group;
}

// A paragraph that is no item ends the list. If it is blank the list may go on after it.
void DocxConverter::CloseList(const Paragraph& paragraph) {
  const std::string& label = paragraph.label;
  const bool closes = list_.previous_id && label != "Title" && label != "Heading" &&
                      (!paragraph.place.id || label == "Code");
  if (!closes) return;
  list_.last_id = list_.previous_id;
  const size_t base = list_.base.value_or(0);
  if (!paragraph.IsBlank()) {
    ForgetList();
  } else if (base > 0 && IsList(slots_[base])) {
    list_.group = slots_[base];
    list_.group_id = list_.last_id;
    list_.group_parent = Slot(int64_t(base) - 1);
  }
  if (base > 0) {
    ClearSlotsFrom(base);
    level_ = int64_t(base) - 1;
    list_.base.reset();
  } else {  // a list directly in the body: its base stays remembered
    ClearSlotsFrom(0);
    level_ = 0;
  }
}

int64_t DocxConverter::Counter(int64_t id, int64_t level) const {
  const auto found = counters_.find({id, level});
  return found != counters_.end() ? found->second : source_.numberings.Start(id, level);
}

std::string DocxConverter::NextMarker(int64_t id, int64_t level) {
  const auto [counter, added] = counters_.try_emplace({id, level}, 0);
  if (added) counter->second = source_.numberings.Start(id, level) - 1;
  ++counter->second;
  for (auto it = std::next(counter); it != counters_.end() && it->first.first == id; ++it) {
    it->second = 0;
  }
  const std::string_view pattern = source_.numberings.Template(id, level);
  std::string marker;
  if (!SaysMoreThanNumbers(pattern)) {
    for (int64_t above = 0; above <= level; ++above)
      marker += fmt::format("{}.", Counter(id, above));
    return marker;
  }
  for (size_t i = 0; i < pattern.size(); ++i) {
    size_t end = i + 1;
    int64_t number = 0;
    while (end < pattern.size() && pattern[end] >= '0' && pattern[end] <= '9' && number < 1000) {
      number = (number * 10) + (pattern[end++] - '0');
    }
    if (pattern[i] == '%' && end > i + 1) {
      marker += std::to_string(Counter(id, number - 1));
      i = end - 1;
    } else {
      marker += pattern[i];
    }
  }
  return marker;
}

}  // namespace office
