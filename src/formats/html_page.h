// An HTML tree made ready for conversion: scripts and what nobody can see removed, paragraphs with
// blocks inside taken apart, line breaks turned into a mark inside the text, and for every element
// the answer to "does it contain a block?". Linear in the size of the tree.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/css.h"
#include "formats/html_tree.h"

namespace formats {

// Stands for <br> inside texts. Never part of a page's own text.
inline constexpr char kBreakMark = '\x01';

// What the head says about the page.
struct HtmlMetadata {
  std::string title;
  std::string author;
  std::string description;
  std::string keywords;
};

// The elements that always stand on their own.
inline constexpr TagSet kBlocks = {
    Tag::kAddress, Tag::kDetails,   Tag::kDl,    Tag::kFigure,  Tag::kFooter, Tag::kImg, Tag::kH1,
    Tag::kH2,      Tag::kH3,        Tag::kH4,    Tag::kH5,      Tag::kH6,     Tag::kOl,  Tag::kP,
    Tag::kPre,     Tag::kSignature, Tag::kStamp, Tag::kSummary, Tag::kTable,  Tag::kUl};
inline constexpr TagSet kHeadings = {Tag::kH1, Tag::kH2, Tag::kH3, Tag::kH4, Tag::kH5, Tag::kH6};
inline constexpr TagSet kLists = {Tag::kUl, Tag::kOl, Tag::kDl};

class HtmlPage {
 public:
  static base::Result<HtmlPage> Load(std::string_view utf8, docling::DiagnosticSink& diagnostics);

  const HtmlTree& tree() const { return tree_; }
  const HtmlMetadata& metadata() const { return metadata_; }
  NodeId content() const { return content_; }  // body, or the whole when there is none

  bool HasBlock(NodeId id) const { return (flags_[id] & kHasBlock) != 0; }
  bool HasBlockOrInput(NodeId id) const { return (flags_[id] & (kHasBlock | kHasInput)) != 0; }
  bool HasInput(NodeId id) const { return (flags_[id] & kHasInput) != 0; }
  bool HasHeading() const { return has_heading_; }  // one outside tables, in the content

  // A form control, or an element that a class makes one.
  bool IsInput(NodeId id) const;
  // What docling passes by: aria-hidden, and an inline style that hides. (All else that cannot be
  // seen is gone already, see html_unseen.h.)
  bool IsInvisible(NodeId id) const;
  // A div that an inline style makes part of the line.
  bool IsInlineDiv(NodeId id) const;
  bool HasClass(NodeId id, std::string_view name) const;

  // The labels that name the control `id` in their `for`, and the element with that id (kNoNode
  // when there is none). Only for pages with controls.
  std::span<const NodeId> LabelsFor(std::string_view id) const;
  NodeId ById(std::string_view id) const;

 private:
  static constexpr uint8_t kHasBlock = 1;
  static constexpr uint8_t kHasInput = 2;
  static constexpr uint8_t kHasBreaker = 4;

  void ReadHead();
  StyleSheets ReadStyles() const;
  void RemoveScripts();
  void FindContent();
  void ComputeFlags();
  void DissolveParagraphs();
  NodeId Dissolve(NodeId paragraph);
  void MarkBreaks();
  void IndexLabels();
  std::string StyleOf(NodeId id) const;

  HtmlTree tree_;
  HtmlMetadata metadata_;
  NodeId content_ = HtmlTree::kRoot;
  std::vector<uint8_t> flags_;  // by node: what is below it
  bool has_heading_ = false;
  std::map<std::string, std::vector<NodeId>, std::less<>> labels_;  // by the id they are for
  std::map<std::string, NodeId, std::less<>> by_id_;
};

}  // namespace formats
