#include "docling/check.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "docling/walk.h"

namespace docling {
namespace {

using base::Code;
using base::Fail;
using base::Result;

template <typename Use>
void ForEachItem(Document& document, Use use) {
  for (Item& item : document.texts) use(item);
  for (Item& item : document.pictures) use(item);
  for (Item& item : document.tables) use(item);
  for (Item& item : document.key_value_items) use(item);
  for (Item& item : document.form_items) use(item);
  for (Item& item : document.field_regions) use(item);
  for (Item& item : document.field_items) use(item);
}

template <typename Use>
void ForEachNode(Document& document, Use use) {
  use(static_cast<Node&>(document.body));
  use(static_cast<Node&>(document.furniture));
  for (Node& node : document.groups) use(node);
  ForEachItem(document, [&](Item& item) { use(static_cast<Node&>(item)); });
}

using Refs = std::unordered_set<Ref>;

void DropRepeats(std::vector<Ref>& refs) {
  Refs seen;
  std::erase_if(refs, [&](Ref ref) { return !seen.insert(ref).second; });
}

Result<> CheckChildren(Document& document, const Node& node) {
  for (const Ref ref : node.children) {
    const Node* child = document.Find(ref);
    if (child == nullptr) {
      return Fail(Code::kDamaged,
                  node.self.ToString() + ": the child " + ref.ToString() + " does not exist");
    }
    if (child->parent != node.self) {
      return Fail(Code::kDamaged, ref.ToString() + ": is listed by " + node.self.ToString() +
                                      " but its parent is " + child->parent.ToString());
    }
  }
  return {};
}

// Checks everything below `root`; every node is reached once, because each child names its parent.
Result<> CheckBelow(Document& document, Node& root, Refs& reached) {
  std::vector<Node*> open = {&root};
  while (!open.empty()) {
    Node* node = open.back();
    open.pop_back();
    reached.insert(node->self);
    DropRepeats(node->children);
    SI_TRY(CheckChildren(document, *node));
    for (const Ref child : node->children) open.push_back(document.Find(child));
  }
  return {};
}

// Nodes that the roots do not reach: islands are tolerated, but must not be cycles.
Result<> CheckIslands(Document& document, Refs& reached) {
  std::vector<Node*> islands;
  ForEachNode(document, [&](Node& node) {
    if (!reached.contains(node.self)) islands.push_back(&node);
  });
  Refs listed;
  for (Node* node : islands) {
    DropRepeats(node->children);
    std::erase_if(node->children, [&](Ref ref) {
      const Node* child = document.Find(ref);
      return child == nullptr || child->parent != node->self;
    });
    listed.insert(node->children.begin(), node->children.end());
  }
  for (Node* node : islands) {
    if (!listed.contains(node->self)) SI_TRY(CheckBelow(document, *node, reached));
  }
  for (const Node* node : islands) {
    if (!reached.contains(node->self)) {
      return Fail(Code::kDamaged, node->self.ToString() + ": is below itself");
    }
  }
  return {};
}

Result<> CheckPointers(const Document& document, const Item& item, const std::vector<Ref>& refs) {
  for (const Ref ref : refs) {
    if (document.Find(ref) == nullptr) {
      return Fail(Code::kDamaged, item.self.ToString() + ": points at " + ref.ToString() +
                                      ", which does not exist");
    }
  }
  return {};
}

Result<> CheckItem(const Document& document, const Item& item) {
  if (const Floating* floating = document.FindFloating(item.self)) {
    SI_TRY(CheckPointers(document, item, floating->captions));
    SI_TRY(CheckPointers(document, item, floating->references));
    SI_TRY(CheckPointers(document, item, floating->footnotes));
  }
  if (item.comments) {
    for (const Comment& comment : *item.comments) {
      SI_TRY(CheckPointers(document, item, {comment.ref}));
    }
  }
  return {};
}

Result<> CheckRichCells(const Document& document, const Table& table) {
  for (const TableCell& cell : table.data.cells) {
    if (!cell.ref) continue;
    const Node* target = document.Find(cell.ref);
    if (target == nullptr || target->parent != table.self) {
      return Fail(Code::kDamaged, table.self.ToString() + ": a cell points at " +
                                      cell.ref.ToString() + ", which is not a child of the table");
    }
  }
  return {};
}

Result<> CheckGraph(const Document& document, const GraphItem& item) {
  for (const GraphCell& cell : item.cells) {
    if (cell.item_ref) SI_TRY(CheckPointers(document, item, {cell.item_ref}));
  }
  return {};
}

bool IsInList(const Document& document, const Node& node) {
  const Group* parent = document.FindGroup(node.parent);
  return parent != nullptr && parent->label == GroupLabel::kList;
}

bool IsListItem(const Document& document, const Node* node) {
  const Text* text = node != nullptr ? document.FindText(node->self) : nullptr;
  return text != nullptr && text->label == Label::kListItem;
}

// The stray list items, those that follow each other directly under body put together.
std::vector<std::vector<Ref>> StrayRuns(const Document& document) {
  std::vector<std::vector<Ref>> runs;
  Walk walk(document, {.layers = Layers::All(), .groups = true, .into_pictures = true});
  const Node* previous = nullptr;
  while (const Node* node = walk.Next()) {
    if (IsListItem(document, node) && !IsInList(document, *node)) {
      const bool continues = IsListItem(document, previous) && !runs.empty() &&
                             previous->parent == Ref::Body() && node->parent == Ref::Body();
      if (!continues) runs.emplace_back();
      runs.back().push_back(node->self);
    }
    previous = node;
  }
  return runs;
}

}  // namespace

Result<> CheckTree(Document& document) {
  Refs reached;
  SI_TRY(CheckBelow(document, document.body, reached));
  SI_TRY(CheckBelow(document, document.furniture, reached));
  SI_TRY(CheckIslands(document, reached));
  Result<> result;
  ForEachItem(document, [&](const Item& item) {
    if (result) result = CheckItem(document, item);
  });
  SI_TRY(std::move(result));
  for (const Table& table : document.tables) SI_TRY(CheckRichCells(document, table));
  for (const GraphItem& item : document.key_value_items) SI_TRY(CheckGraph(document, item));
  for (const GraphItem& item : document.form_items) SI_TRY(CheckGraph(document, item));
  return {};
}

void MoveHeadersToFurniture(Document& document) {
  for (Text& text : document.texts) {
    if (text.label == Label::kPageHeader || text.label == Label::kPageFooter) {
      text.layer = Layer::kFurniture;
    }
  }
}

void ClampBoxes(Document& document) {
  ForEachItem(document, [&](Item& item) {
    for (Prov& prov : item.prov) {
      const auto page = document.pages.find(prov.page_no);
      if (page == document.pages.end()) continue;
      const double width = std::max(page->second.width, 0.0);
      const double height = std::max(page->second.height, 0.0);
      prov.bbox.l = std::clamp(prov.bbox.l, 0.0, width);
      prov.bbox.r = std::clamp(prov.bbox.r, 0.0, width);
      prov.bbox.t = std::clamp(prov.bbox.t, 0.0, height);
      prov.bbox.b = std::clamp(prov.bbox.b, 0.0, height);
    }
  });
}

void GroupStrayListItems(Document& document) {
  std::unordered_map<Ref, Ref> list_at;  // the first item of a run → the list that takes its place
  std::unordered_map<Ref, Ref> list_of;  // every item of a run → its list
  std::unordered_set<Ref> parents;
  for (const std::vector<Ref>& run : StrayRuns(document)) {
    const Ref parent = document.Find(run.front())->parent;
    const Ref list = document.AddGroup(GroupLabel::kList, "group", {.parent = parent}).self;
    document.Find(parent)->children.pop_back();  // it gets its place below
    list_at[run.front()] = list;
    for (const Ref item : run) {
      parents.insert(document.Find(item)->parent);
      list_of[item] = list;
      document.Find(item)->parent = list;
      document.Find(list)->children.push_back(item);
    }
  }
  for (Table& table : document.tables) {
    for (TableCell& cell : table.data.cells) {
      const auto list = list_of.find(cell.ref);
      if (list != list_of.end()) cell.ref = list->second;
    }
  }
  for (const Ref parent : parents) {
    std::vector<Ref> children;
    for (const Ref child : document.Find(parent)->children) {
      const auto list = list_at.find(child);
      if (list != list_at.end()) children.push_back(list->second);
      if (!list_of.contains(child)) children.push_back(child);
    }
    document.Find(parent)->children = std::move(children);
  }
}

}  // namespace docling
