#include "docling/document.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <utility>

#include "base/hash.h"

namespace docling {
namespace {

Group Root(Ref self, Layer layer) {
  Group root;
  root.self = self;
  root.layer = layer;
  root.name = "_root_";
  return root;
}

template <typename Array>
auto* At(Array& array, Ref ref) {
  return ref.index < array.size() ? &array[ref.index] : nullptr;
}

// One lookup for const and mutable documents: hands the node to `use` as its own type, or nullptr.
template <typename Doc, typename Use>
auto Dispatch(Doc& document, Ref ref, Use use) {
  switch (ref.kind) {
    case Ref::Kind::kBody:
      return use(&document.body);
    case Ref::Kind::kFurniture:
      return use(&document.furniture);
    case Ref::Kind::kGroup:
      return use(At(document.groups, ref));
    case Ref::Kind::kText:
      return use(At(document.texts, ref));
    case Ref::Kind::kPicture:
      return use(At(document.pictures, ref));
    case Ref::Kind::kTable:
      return use(At(document.tables, ref));
    case Ref::Kind::kKeyValue:
      return use(At(document.key_value_items, ref));
    case Ref::Kind::kForm:
      return use(At(document.form_items, ref));
    case Ref::Kind::kFieldRegion:
      return use(At(document.field_regions, ref));
    case Ref::Kind::kFieldItem:
      return use(At(document.field_items, ref));
    case Ref::Kind::kNone:
      break;
  }
  return use(decltype(&document.body){nullptr});
}

}  // namespace

void Text::SetOrig(std::string orig) {
  if (orig == text) {
    raw.reset();
  } else {
    raw = std::move(orig);
  }
}

uint64_t BinaryHash(std::string_view bytes) {
  const std::string digest = base::Sha256Hex(bytes);
  uint64_t hash = 0;
  std::from_chars(digest.data() + digest.size() - 16, digest.data() + digest.size(), hash, 16);
  return hash;
}

Document::Document(std::string n)
    : name(std::move(n)),
      body(Root(Ref::Body(), Layer::kBody)),
      furniture(Root(Ref::Furniture(), Layer::kFurniture)) {}

// --- building

template <typename T>
T& Document::Append(std::deque<T>& array, Ref::Kind kind, Place place) {
  T& node = array.emplace_back();
  node.self = {kind, uint32_t(array.size() - 1)};
  node.parent = place.parent;
  node.layer = place.layer;
  Node* parent = Find(place.parent);
  assert(parent != nullptr);
  parent->children.push_back(node.self);
  return node;
}

Text& Document::AddText(Label label, std::string text, Place place) {
  Text& item = Append(texts, Ref::Kind::kText, place);
  item.label = label;
  item.text = std::move(text);
  if (label == Label::kCode) item.code.Ensure();
  return item;
}

Text& Document::AddTitle(std::string text, Place place) {
  return AddText(Label::kTitle, std::move(text), place);
}

Text& Document::AddHeading(std::string text, int level, Place place) {
  Text& item = AddText(Label::kSectionHeader, std::move(text), place);
  item.level = int16_t(std::clamp(level, 1, 100));
  return item;
}

Text& Document::AddListItem(std::string text, Place place) {
  return AddText(Label::kListItem, std::move(text), place);
}

Text& Document::AddCode(std::string text, std::string_view language, Place place) {
  Text& item = AddText(Label::kCode, std::move(text), place);
  item.code->language = language;
  return item;
}

Text& Document::AddFormula(std::string latex, Place place) {
  return AddText(Label::kFormula, std::move(latex), place);
}

Group& Document::AddGroup(GroupLabel label, std::string group_name, Place place) {
  Group& group = Append(groups, Ref::Kind::kGroup, place);
  group.label = label;
  group.name = std::move(group_name);
  return group;
}

Table& Document::AddTable(TableData data, Place place) {
  Table& table = Append(tables, Ref::Kind::kTable, place);
  table.data = std::move(data);
  return table;
}

Picture& Document::AddPicture(Place place) { return Append(pictures, Ref::Kind::kPicture, place); }

GraphItem& Document::AddGraph(Label label, Place place) {
  GraphItem& item = label == Label::kForm ? Append(form_items, Ref::Kind::kForm, place)
                                          : Append(key_value_items, Ref::Kind::kKeyValue, place);
  item.label = label;
  return item;
}

Item& Document::AddField(Label label, Place place) {
  Item& item = label == Label::kFieldItem ? Append(field_items, Ref::Kind::kFieldItem, place)
                                          : Append(field_regions, Ref::Kind::kFieldRegion, place);
  item.label = label;
  return item;
}

Text& Document::AddCaption(Ref owner, std::string text, Place place) {
  Text& caption = AddText(Label::kCaption, std::move(text), place);
  if (Floating* floating = FindFloating(owner)) floating->captions.push_back(caption.self);
  return caption;
}

// --- access

const Node* Document::Find(Ref ref) const {
  return Dispatch(*this, ref, [](auto* node) -> const Node* { return node; });
}

Node* Document::Find(Ref ref) {
  return Dispatch(*this, ref, [](auto* node) -> Node* { return node; });
}

const Item* Document::FindItem(Ref ref) const {
  return ref.IsItem() ? static_cast<const Item*>(Find(ref)) : nullptr;
}

const Group* Document::FindGroup(Ref ref) const {
  return ref.IsGroup() ? static_cast<const Group*>(Find(ref)) : nullptr;
}

const Text* Document::FindText(Ref ref) const {
  return ref.kind == Ref::Kind::kText ? At(texts, ref) : nullptr;
}

const Table* Document::FindTable(Ref ref) const {
  return ref.kind == Ref::Kind::kTable ? At(tables, ref) : nullptr;
}

const Picture* Document::FindPicture(Ref ref) const {
  return ref.kind == Ref::Kind::kPicture ? At(pictures, ref) : nullptr;
}

Floating* Document::FindFloating(Ref ref) {
  switch (ref.kind) {
    case Ref::Kind::kText: {
      Text* text = At(texts, ref);
      return text != nullptr && text->code ? &*text->code : nullptr;
    }
    case Ref::Kind::kPicture:
      return At(pictures, ref);
    case Ref::Kind::kTable:
      return At(tables, ref);
    case Ref::Kind::kKeyValue:
      return At(key_value_items, ref);
    case Ref::Kind::kForm:
      return At(form_items, ref);
    default:
      return nullptr;
  }
}

const Floating* Document::FindFloating(Ref ref) const {
  return const_cast<Document*>(this)->FindFloating(ref);
}

size_t Document::NodeCount() const {
  return groups.size() + texts.size() + pictures.size() + tables.size() + key_value_items.size() +
         form_items.size() + field_regions.size() + field_items.size();
}

}  // namespace docling
