// The nodes of a document. Every node is in one array of the Document (`self` = array and position)
// and in the `children` of its `parent`. Fields may be changed freely except self, parent and
// children, which the Document keeps consistent. Parts most nodes lack are Rare, because a book has
// 10^5 nodes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "docling/geometry.h"
#include "docling/labels.h"
#include "docling/meta.h"
#include "docling/rare.h"
#include "docling/ref.h"
#include "docling/table.h"

namespace docling {

struct Node {
  Ref self;
  Ref parent;
  std::vector<Ref> children;
  Layer layer = Layer::kBody;
  Rare<Meta> meta;
};

struct Group : Node {
  GroupLabel label = GroupLabel::kUnspecified;
  std::string name = "group";
};

// A comment on an item: the comment's text (or its group), and the part of the item it is about.
struct Comment {
  Ref ref;
  std::optional<std::pair<int32_t, int32_t>> range;
};

// Where in a recording an item was said, in seconds.
struct Track {
  double start_time = 0;
  double end_time = 0;
  std::optional<std::string> identifier;
  std::optional<std::string> voice;
};

// A node with content.
struct Item : Node {
  Label label = Label::kText;
  std::vector<Prov> prov;
  Rare<std::vector<Track>> source;
  Rare<std::vector<Comment>> comments;
};

enum class Script : uint8_t { kBaseline, kSub, kSuper };

struct Formatting {
  bool bold = false;
  bool italic = false;
  bool underline = false;
  bool strikethrough = false;
  Script script = Script::kBaseline;

  friend bool operator==(const Formatting&, const Formatting&) = default;
};

// An image: `uri` is data:…;base64,…, a URL or a relative path.
struct ImageRef {
  std::string mimetype = "image/png";
  int32_t dpi = 72;
  double width = 0;
  double height = 0;
  std::string uri;
};

// What tables, pictures, forms and code have around them: the items that explain them.
struct Floating {
  std::vector<Ref> captions;
  std::vector<Ref> references;
  std::vector<Ref> footnotes;
  Rare<ImageRef> image;
};

// What only code items have.
struct Code : Floating {
  std::string language = "unknown";  // IsCodeLanguage
};

// One of the array `texts`; the label says which fields below count.
struct Text : Item {
  std::string text;                      // sanitised
  Rare<std::string> raw;                 // `orig`, where it differs from text
  std::optional<Formatting> formatting;  // present-but-plain differs from absent in JSON
  Rare<std::string> hyperlink;           // see NormaliseHyperlink in hyperlink.h
  std::string marker;                    // kListItem: "1.", "-", "" when not known
  Rare<Code> code;                       // kCode only, always set there
  int16_t level = 1;                     // kSectionHeader, kFieldHeading: 1..100
  bool enumerated = false;               // kListItem
  bool fillable = false;                 // kFieldValue

  const std::string& orig() const { return raw ? *raw : text; }
  // Stores `orig` only if it is not what `text` says already.
  void SetOrig(std::string orig);
};

struct Picture : Item, Floating {
  Picture() { label = Label::kPicture; }
};

struct Table : Item, Floating {
  Table() { label = Label::kTable; }
  TableData data;
};

struct GraphCell {
  std::string label = "unspecified";  // unspecified, key, value, checkbox
  int64_t cell_id = 0;
  std::string text;
  std::string orig;
  Rare<Prov> prov;
  Ref item_ref;
};

struct GraphLink {
  std::string label = "unspecified";  // unspecified, to_value, to_key, to_parent, to_child
  int64_t source_cell_id = 0;
  int64_t target_cell_id = 0;
};

// key_value_items and form_items: cells linked as key and value.
struct GraphItem : Item, Floating {
  std::vector<GraphCell> cells;
  std::vector<GraphLink> links;
};

}  // namespace docling
