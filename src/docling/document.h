// A converted document: the tree every format reader builds and every consumer (JSON, Markdown,
// chunkers, the vector store) reads. It is docling's DoclingDocument, schema 1.10.
//
// Nodes live in arrays in the order they were made; the reading order is the depth-first walk of
// `children` from body (walk.h). Building:
//
//   Document document("report");
//   document.AddTitle("Report");
//   Text& heading = document.AddHeading("Scope", 1);
//   Group& list = document.AddGroup(GroupLabel::kList, "list", {.parent = heading.self});
//   document.AddListItem("first", {.parent = list.self}).enumerated = true;
//
// References to nodes stay valid while nodes are added, not over Delete. A value type: owns all it
// holds. Not thread-safe to change; const use from many threads is fine.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "docling/node.h"

namespace docling {

// The file a document was read from.
struct Origin {
  std::string mimetype;
  uint64_t binary_hash = 0;  // the last 64 bits of the file's SHA-256; see BinaryHash
  std::string filename;
  std::optional<std::string> uri;
};

// The binary_hash of a file with these bytes.
uint64_t BinaryHash(std::string_view bytes);

// Size in points (PDF) or in the format's own units.
struct Page {
  double width = 0;
  double height = 0;
  Rare<ImageRef> image;
};

// Where a new node goes: appended to the children of `parent`, in `layer`.
struct Place {
  Ref parent = Ref::Body();
  Layer layer = Layer::kBody;
};

class Document {
 public:
  explicit Document(std::string name = "file");

  std::string name;  // file stem
  std::optional<Origin> origin;
  std::map<int32_t, Page> pages;  // by page number, 1-based

  // --- Building. The new node is returned for the caller to fill in.
  Text& AddText(Label label, std::string text, Place place = {});
  Text& AddTitle(std::string text, Place place = {});
  Text& AddHeading(std::string text, int level, Place place = {});
  // `place.parent` must be a group labelled kList.
  Text& AddListItem(std::string text, Place place);
  Text& AddCode(std::string text, std::string_view language, Place place = {});
  Text& AddFormula(std::string latex, Place place = {});
  Group& AddGroup(GroupLabel label, std::string name, Place place = {});
  Group& AddInlineGroup(Place place = {}) { return AddGroup(GroupLabel::kInline, "group", place); }
  Table& AddTable(TableData data = {}, Place place = {});
  Picture& AddPicture(Place place = {});
  // `label`: kKeyValueRegion or kForm.
  GraphItem& AddGraph(Label label, Place place = {});
  // `label`: kFieldRegion or kFieldItem.
  Item& AddField(Label label, Place place = {});
  // A caption item at `place`, referenced by the floating item `owner` (table, picture, code, …).
  Text& AddCaption(Ref owner, std::string text, Place place);

  // --- Restructuring.
  // Moves `node` with its subtree to the end of the children of `parent`, which must not be inside
  // that subtree.
  void Move(Ref node, Ref parent);
  // Gives `node` and everything below it the layer.
  void SetLayer(Ref node, Layer layer);
  // Deletes the nodes with their subtrees and renumbers the rest; captions, comments, rich cells
  // and graph cells that pointed at them lose the pointer. All references and Refs to nodes are
  // void afterwards. O(document): collect and delete once.
  void Delete(std::span<const Ref> nodes);
  // Deletes the newest text item. It must have no children and nobody may refer to it. O(1).
  void DeleteLastText();

  // --- Access. Find returns nullptr when there is no such node; the others require it.
  const Node* Find(Ref ref) const;
  Node* Find(Ref ref);
  const Item* FindItem(Ref ref) const;
  const Group* FindGroup(Ref ref) const;
  const Text* FindText(Ref ref) const;
  const Table* FindTable(Ref ref) const;
  const Picture* FindPicture(Ref ref) const;
  // The floating part of a table, picture, graph or code item; nullptr for other nodes.
  const Floating* FindFloating(Ref ref) const;
  Floating* FindFloating(Ref ref);

  // The arrays. Change members through these freely; add and remove through the functions above.
  Group body;
  Group furniture;  // deprecated root: stays empty, furniture hangs under body with its layer
  std::deque<Group> groups;
  std::deque<Text> texts;
  std::deque<Picture> pictures;
  std::deque<Table> tables;
  std::deque<GraphItem> key_value_items;
  std::deque<GraphItem> form_items;
  std::deque<Item> field_regions;
  std::deque<Item> field_items;

  // The number of nodes in the arrays.
  size_t NodeCount() const;

 private:
  template <typename T>
  T& Append(std::deque<T>& array, Ref::Kind kind, Place place);
};

}  // namespace docling
