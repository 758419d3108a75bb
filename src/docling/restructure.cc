// The functions of Document that change the tree after it was built: Move, SetLayer, Delete.
#include <algorithm>
#include <cassert>
#include <utility>

#include "docling/document.h"

namespace docling {
namespace {

constexpr Ref::Kind kArrayKinds[] = {
    Ref::Kind::kGroup,    Ref::Kind::kText, Ref::Kind::kPicture,     Ref::Kind::kTable,
    Ref::Kind::kKeyValue, Ref::Kind::kForm, Ref::Kind::kFieldRegion, Ref::Kind::kFieldItem,
};

// New places of all nodes after a deletion: renumbered[kind][old index] = new index or kGone.
class Renumbering {
 public:
  static constexpr uint32_t kGone = UINT32_MAX;

  void Mark(Ref ref, size_t array_size) {
    auto& indices = New(ref.kind);
    indices.resize(array_size, 0);
    indices[ref.index] = kGone;
  }

  bool IsGone(Ref ref) const {
    const auto& indices = indices_[size_t(ref.kind)];
    return ref.index < indices.size() && indices[ref.index] == kGone;
  }

  // Turns the marks into new indices.
  void Number(Ref::Kind kind) {
    uint32_t next = 0;
    for (uint32_t& index : New(kind)) {
      if (index != kGone) index = next++;
    }
  }

  // Rewrites `ref`; to nobody if the node is gone.
  void Apply(Ref& ref) const {
    const auto& indices = indices_[size_t(ref.kind)];
    if (ref.index >= indices.size()) return;  // nothing of this kind was deleted
    ref = indices[ref.index] == kGone ? Ref{} : Ref{ref.kind, indices[ref.index]};
  }

  void Apply(std::vector<Ref>& refs) const {
    for (Ref& ref : refs) Apply(ref);
    std::erase(refs, Ref{});
  }

 private:
  std::vector<uint32_t>& New(Ref::Kind kind) { return indices_[size_t(kind)]; }

  std::vector<uint32_t> indices_[size_t(Ref::Kind::kFieldItem) + 1];
};

void RewriteNode(Node& node, const Renumbering& numbers) {
  numbers.Apply(node.self);
  numbers.Apply(node.parent);
  numbers.Apply(node.children);
}

void RewriteFloating(Floating& floating, const Renumbering& numbers) {
  numbers.Apply(floating.captions);
  numbers.Apply(floating.references);
  numbers.Apply(floating.footnotes);
}

// Pointers that only some kinds of node have.
void RewriteParts(Group&, const Renumbering&) {}
void RewriteParts(Item& item, const Renumbering& numbers) {
  if (!item.comments) return;
  for (Comment& comment : *item.comments) numbers.Apply(comment.ref);
  std::erase_if(*item.comments, [](const Comment& comment) { return !comment.ref; });
}
void RewriteParts(Text& text, const Renumbering& numbers) {
  RewriteParts(static_cast<Item&>(text), numbers);
  if (text.code) RewriteFloating(*text.code, numbers);
}
void RewriteParts(Picture& picture, const Renumbering& numbers) {
  RewriteParts(static_cast<Item&>(picture), numbers);
  RewriteFloating(picture, numbers);
}
void RewriteParts(Table& table, const Renumbering& numbers) {
  RewriteParts(static_cast<Item&>(table), numbers);
  RewriteFloating(table, numbers);
  for (TableCell& cell : table.data.cells) numbers.Apply(cell.ref);
}
void RewriteParts(GraphItem& graph, const Renumbering& numbers) {
  RewriteParts(static_cast<Item&>(graph), numbers);
  RewriteFloating(graph, numbers);
  for (GraphCell& cell : graph.cells) numbers.Apply(cell.item_ref);
}

template <typename T>
void RewriteArray(std::deque<T>& array, const Renumbering& numbers) {
  std::erase_if(array, [&](const T& node) { return numbers.IsGone(node.self); });
  for (T& node : array) {
    RewriteNode(node, numbers);
    RewriteParts(node, numbers);
  }
}

// Calls `use` for each array of the document.
template <typename Use>
void ForEachArray(Document& document, Use use) {
  use(document.groups);
  use(document.texts);
  use(document.pictures);
  use(document.tables);
  use(document.key_value_items);
  use(document.form_items);
  use(document.field_regions);
  use(document.field_items);
}

size_t ArraySize(Document& document, Ref::Kind kind) {
  size_t size = 0;
  ForEachArray(document, [&](auto& array) {
    if (!array.empty() && array.front().self.kind == kind) size = array.size();
  });
  return size;
}

void Detach(Document& document, const Node& node) {
  Node* parent = document.Find(node.parent);
  if (parent == nullptr) return;
  auto& children = parent->children;
  // What moves or goes was mostly added last.
  const auto found = std::find(children.rbegin(), children.rend(), node.self);
  if (found != children.rend()) children.erase(std::next(found).base());
}

}  // namespace

void Document::Move(Ref node_ref, Ref parent_ref) {
  Node* node = Find(node_ref);
  Node* parent = Find(parent_ref);
  assert(node != nullptr && parent != nullptr);
  Detach(*this, *node);
  node->parent = parent_ref;
  parent->children.push_back(node_ref);
}

void Document::SetLayer(Ref root, Layer layer) {
  std::vector<Ref> open = {root};
  while (!open.empty()) {
    Node* node = Find(open.back());
    open.pop_back();
    node->layer = layer;
    open.insert(open.end(), node->children.begin(), node->children.end());
  }
}

void Document::Delete(std::span<const Ref> nodes) {
  Renumbering numbers;
  std::vector<Ref> open(nodes.begin(), nodes.end());
  while (!open.empty()) {
    const Ref ref = open.back();
    open.pop_back();
    const Node* node = Find(ref);
    if (node == nullptr || ref == body.self || ref == furniture.self || numbers.IsGone(ref)) {
      continue;
    }
    numbers.Mark(ref, ArraySize(*this, ref.kind));
    open.insert(open.end(), node->children.begin(), node->children.end());
  }
  for (const Ref::Kind kind : kArrayKinds) numbers.Number(kind);
  RewriteNode(body, numbers);
  RewriteNode(furniture, numbers);
  ForEachArray(*this, [&](auto& array) { RewriteArray(array, numbers); });
}

void Document::DeleteLastText() {
  assert(!texts.empty() && texts.back().children.empty());
  Detach(*this, texts.back());
  texts.pop_back();
}

}  // namespace docling
