// A lenient HTML tree, with the semantics of Python's html.parser under BeautifulSoup:
//   - an end tag closes everything up to the nearest open element of its name, and is ignored when
//     none is open; nothing is implied (an unclosed <p> or <li> nests the next one);
//   - void elements never open; `<x/>` is an empty element;
//   - comments, doctypes, processing instructions and CDATA sections are dropped, but they end a
//     text node; a text of nothing but white space becomes "\n" (if it has one) or " ", except
//     inside pre and textarea.
// Linear in the input, never recursive: elements deeper than kMaxDepth are kept as siblings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "docling/diagnostics.h"

namespace formats {

// Elements the readers know by name; all others are kOther. In the order of kTagNames in the .cc.
enum class Tag : uint8_t {
  // clang-format off
  kDocument, kText, kOther,
  kA, kAbbr, kAddress, kArea, kArticle, kAside, kB, kBase, kBdi, kBdo, kBlockquote, kBody, kBr, kCaption,
  kCite, kCode, kCol, kColgroup, kData, kDd, kDel, kDetails, kDfn, kDiv, kDl, kDt, kEm, kEmbed, kFieldset,
  kFigcaption, kFigure, kFont, kFooter, kForm, kH1, kH2, kH3, kH4, kH5, kH6, kHead, kHeader, kHr, kHtml, kI, kImg,
  kInput, kIns, kKbd, kLabel, kLi, kLink, kMain, kMark, kMeta, kNav, kNoscript, kOl, kP, kParam, kPre, kQ,
  kS, kSamp, kScript, kSection, kSignature, kSmall, kSource, kSpan, kStamp, kStrong, kStyle, kSub, kSummary,
  kSup, kTable, kTbody, kTd, kTemplate, kTextarea, kTfoot, kTh, kThead, kTime, kTitle, kTr, kTrack, kU, kUl, kVar, kWbr,
  kCount,
  // clang-format on
};

using NodeId = uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;

struct HtmlAttribute {
  std::string name;  // lower case
  std::string value;
};

// One node. `text` is set for kText only, `attributes` for elements only.
struct HtmlNode {
  Tag tag = Tag::kDocument;
  NodeId parent = kNoNode;
  NodeId first_child = kNoNode;
  NodeId last_child = kNoNode;
  NodeId previous = kNoNode;
  NodeId next = kNoNode;
  std::string text;
  std::vector<HtmlAttribute> attributes;
};

// Owns its nodes; NodeIds stay valid for its life. Not thread-safe.
class HtmlTree {
 public:
  static constexpr size_t kMaxDepth = 256;
  // Nobody writes this; tags that are never closed (<p> in long old pages) nest, too, so it is
  // high.
  static constexpr size_t kRefusedDepth = 100'000;
  static constexpr size_t kMaxNodes = 4'000'000;

  // `utf8` must be valid UTF-8. kTooLarge when there are more than kMaxNodes nodes.
  static base::Result<HtmlTree> Parse(std::string_view utf8, docling::DiagnosticSink& diagnostics);

  static constexpr NodeId kRoot = 0;
  const HtmlNode& operator[](NodeId id) const { return nodes_[id]; }
  size_t size() const { return nodes_.size(); }

  // The value of an attribute, or nullptr. The last one wins when it is given twice.
  const std::string* Attribute(NodeId id, std::string_view name) const;

  // The node after `id` in document order within `root`; with `skip_children` the first that is
  // not inside `id`. kNoNode at the end.
  NodeId Next(NodeId id, NodeId root, bool skip_children = false) const;
  // The first element `tag` below `root`, or kNoNode.
  NodeId Find(NodeId root, Tag tag) const;
  // Is there an ancestor `tag` of `id`?
  bool Inside(NodeId id, Tag tag) const;

  // Changes to the tree. An added node has no relatives until it is inserted.
  NodeId Add(Tag tag);
  void Append(NodeId parent, NodeId child);
  void InsertBefore(NodeId sibling, NodeId node);
  void Detach(NodeId id);
  void MakeText(NodeId id, std::string text);
  // Appends the text of `from` to that of `to` and detaches `from`.
  void MergeText(NodeId to, NodeId from);

 private:
  friend class HtmlTreeBuilder;
  std::vector<HtmlNode> nodes_;
};

// kOther for a name that is not known. `name` must be lower case.
Tag TagOf(std::string_view name);
// "h1"; "#other", "#text" and "#document" for what is no element known by name.
std::string_view NameOf(Tag tag);

// A set of tags, for the classes of elements that the rules name.
class TagSet {
 public:
  constexpr TagSet(std::initializer_list<Tag> tags) {
    for (const Tag tag : tags) has_[static_cast<size_t>(tag)] = true;
  }
  constexpr bool Has(Tag tag) const { return has_[static_cast<size_t>(tag)]; }

 private:
  bool has_[static_cast<size_t>(Tag::kCount)] = {};
};

}  // namespace formats
