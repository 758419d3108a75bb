// Dispatch, containers and the document; items are in serializer_items.cc, tables in
// serializer_table.cc.
#include "docling/serializer.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace docling {
namespace {

// Containers nested deeper than this are rendered as if they were not there: their content follows
// as plain blocks. Bounds the recursion and the work.
constexpr int kMaxDepth = 64;

constexpr std::string_view kBlank = "\n\n";

std::string Join(const std::vector<Rendered>& parts, std::string_view separator) {
  size_t size = 0;
  for (const Rendered& part : parts) size += part.text.size() + separator.size();
  std::string out;
  out.reserve(size);
  for (const Rendered& part : parts) {
    if (part.text.empty()) continue;
    if (!out.empty()) out += separator;
    out += part.text;
  }
  return out;
}

std::vector<Ref> AllItems(const std::vector<Rendered>& parts) {
  std::vector<Ref> items;
  for (const Rendered& part : parts)
    items.insert(items.end(), part.items.begin(), part.items.end());
  return items;
}

bool IsListOrInline(const Document& document, const Node& node) {
  const Group* group = document.FindGroup(node.self);
  return group != nullptr &&
         (group->label == GroupLabel::kList || group->label == GroupLabel::kInline);
}

// Finds the page breaks of one pass over a part of the document. A break stands before the first
// item of a page, or before the list or inline group that begins with it. The numbers begin at 0 in
// every pass, and a number is only shown once per document, which is what docling does.
class PageBreaks {
 public:
  PageBreaks(const Document& document, Layers layers, bool into_pictures)
      : document_(document), layers_(layers), into_pictures_(into_pictures) {}

  // The number of the break before `node`, if there is one.
  std::optional<size_t> Before(const Node& node) {
    if (IsListOrInline(document_, node) && seen_.insert(node.self).second) {
      const auto page = FirstPage(node);
      const bool is_new = page && previous_ && *page > *previous_;
      return is_new ? std::optional(number_) : std::nullopt;
    }
    const Item* item = document_.FindItem(node.self);
    if (item == nullptr || item->prov.empty()) return std::nullopt;
    const int32_t page = item->prov[0].page_no;
    if (previous_ && page <= *previous_) return std::nullopt;
    return std::exchange(previous_, page) ? std::optional(number_++) : std::nullopt;
  }

 private:
  std::optional<int32_t> FirstPage(const Node& group) {
    Walk walk(
        document_,
        {.root = group.self, .layers = layers_, .groups = true, .into_pictures = into_pictures_});
    while (const Node* node = walk.Next()) {
      if (IsListOrInline(document_, *node)) seen_.insert(node->self);
      const Item* item = document_.FindItem(node->self);
      if (item != nullptr && !item->prov.empty()) return item->prov[0].page_no;
    }
    return std::nullopt;
  }

  const Document& document_;
  const Layers layers_;
  const bool into_pictures_;
  std::unordered_set<Ref> seen_;
  std::optional<int32_t> previous_;
  size_t number_ = 0;
};

}  // namespace

Serializer::Serializer(const Document& document, const SerializerOptions& options)
    : document_(document), options_(options), owned_(document), repeated_(document) {
  const auto own = [&](const Floating& floating) {
    for (const Ref ref : floating.captions) owned_.Add(ref);
    for (const Ref ref : floating.footnotes) owned_.Add(ref);
  };
  for (const Table& table : document.tables) own(table);
  for (const Picture& picture : document.pictures) own(picture);
  for (const GraphItem& item : document.key_value_items) own(item);
  for (const GraphItem& item : document.form_items) own(item);
  for (const Text& text : document.texts) {
    if (text.code) own(*text.code);
  }
}

bool Serializer::IsExcluded(const Item& item) const {
  const MarkdownOptions& options = options_.markdown;
  if (!options.layers.Has(item.layer)) return false;  // the walk leaves it out
  switch (item.label) {
    case Label::kChart:
    case Label::kGradingScale:
    case Label::kFieldRegion:
    case Label::kFieldItem:
      return true;
    default:
      break;
  }
  if (options.omit.contains(item.label)) return true;
  if (!options.pages) return false;
  return item.prov.empty() || !options.pages->contains(item.prov[0].page_no);
}

void Serializer::DropRepeats(std::vector<Ref>& items) {
  if (items.size() < 2) return;
  repeated_.Clear();
  std::erase_if(items, [&](Ref ref) { return !repeated_.Add(ref); });
}

Rendered Serializer::SerializeDocument() {
  Visited visited(document_);
  visited.nodes.Add(document_.body.self);
  const std::vector<Rendered> parts = Parts(document_.body, visited, {});
  Rendered result{Join(parts, kBlank), AllItems(parts)};
  DropRepeats(result.items);
  const std::string meta = MetaText(document_.body);
  if (!meta.empty() && !result.text.empty()) result.text += kBlank;
  result.text += meta;
  return result;
}

Rendered Serializer::Serialize(const Node& node, Visited& visited, Scope scope) {
  visited.nodes.Add(node.self);
  if (node.self.kind == Ref::Kind::kText && IsOwned(node.self)) return {};
  ++scope.depth;
  Rendered result = SerializeContent(node, visited, scope);
  const std::string meta = MetaText(node);
  if (!meta.empty()) {
    if (!result.text.empty()) result.text += kBlank;
    result.text += meta;
    if (node.self.IsItem()) result.items.push_back(node.self);
  }
  DropRepeats(result.items);
  return result;
}

Rendered Serializer::SerializeContent(const Node& node, Visited& visited, const Scope& scope) {
  if (const Group* group = document_.FindGroup(node.self)) {
    return SerializeGroup(*group, visited, scope);
  }
  return SerializeItem(*document_.FindItem(node.self), visited, scope);
}

Rendered Serializer::SerializeItem(const Item& item, Visited& visited, const Scope& scope) {
  switch (item.self.kind) {
    case Ref::Kind::kText: {
      if (IsExcluded(item)) return {};
      return SerializeText(*document_.FindText(item.self), visited, scope);
    }
    case Ref::Kind::kTable:
      return SerializeTable(*document_.FindTable(item.self), visited, scope);
    case Ref::Kind::kPicture:
      return SerializePicture(*document_.FindPicture(item.self));
    case Ref::Kind::kKeyValue:
      if (IsExcluded(item)) return {};
      return {"<!-- missing-key-value-item -->", {item.self}};
    case Ref::Kind::kForm:
      if (IsExcluded(item)) return {};
      return {"<!-- missing-form-item -->", {item.self}};
    default:
      return {"<!-- missing-text -->", {item.self}};
  }
}

std::vector<Rendered> Serializer::Parts(const Node& root, Visited& visited, const Scope& scope) {
  const MarkdownOptions& options = options_.markdown;
  std::vector<Rendered> parts;
  PageBreaks breaks(document_, options.layers, options.traverse_pictures);
  Walk walk(document_, {.root = root.self,
                        .layers = options.layers,
                        .groups = true,
                        .into_pictures = options.traverse_pictures});
  while (const Node* node = walk.Next()) {
    if (options.page_break) {
      const auto number = breaks.Before(*node);
      if (number && !visited.page_breaks.contains(*number)) {
        visited.page_breaks.insert(*number);
        parts.push_back({std::string(kPageBreakMark), {}});
      }
    }
    if (!visited.nodes.Add(node->self)) continue;
    Rendered part = Serialize(*node, visited, scope);
    if (!part.text.empty()) parts.push_back(std::move(part));
    // Everything below a container is visited now. Passing over it again is only good for breaks.
    const bool done = node->self.IsGroup() && scope.depth < kMaxDepth;
    if (done && !options.page_break) walk.SkipChildren();
  }
  return parts;
}

Rendered Serializer::SerializeGroup(const Group& group, Visited& visited, Scope scope) {
  if (scope.depth > kMaxDepth) return {};
  if (group.label == GroupLabel::kList) return SerializeList(group, visited, scope);
  if (group.label == GroupLabel::kInline) return SerializeInline(group, visited, scope);
  scope.list_level = 0;
  scope.in_line = false;
  const std::vector<Rendered> parts = Parts(group, visited, scope);
  Rendered result{Join(parts, kBlank), AllItems(parts)};
  if (options_.markdown.sheet_headings && group.label == GroupLabel::kSheet) {
    std::string heading = "## " + group.name;
    if (!result.text.empty()) heading += kBlank;
    result.text.insert(0, heading);
  }
  return result;
}

Rendered Serializer::SerializeInline(const Group& group, Visited& visited, Scope scope) {
  scope.in_line = true;
  const std::vector<Rendered> parts = Parts(group, visited, scope);
  return {Join(parts, " "), AllItems(parts)};
}

Rendered Serializer::SerializeList(const Group& group, Visited& visited, Scope scope) {
  const std::string indent(size_t(scope.list_level * std::max(options_.markdown.list_indent, 0)),
                           ' ');
  ++scope.list_level;
  std::vector<Rendered> lines;
  for (Rendered& part : Parts(group, visited, scope)) {
    // The runs of an item whose own text is empty: they go on after its marker.
    const Item* first = part.items.empty() ? nullptr : document_.FindItem(part.items[0]);
    const Group* parent = first != nullptr ? document_.FindGroup(first->parent) : nullptr;
    if (!lines.empty() && parent != nullptr && parent->label == GroupLabel::kInline) {
      lines.back().text += part.text;
      lines.back().items.insert(lines.back().items.end(), part.items.begin(), part.items.end());
    } else {
      lines.push_back(std::move(part));
    }
  }
  // The lines of nested lists are indented already.
  for (Rendered& line : lines) {
    if (!line.text.starts_with(' ')) line.text.insert(0, indent);
  }
  return {Join(lines, "\n"), AllItems(lines)};
}

}  // namespace docling
