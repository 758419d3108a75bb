#include "formats/html_page.h"

#include <algorithm>

#include "docling/hidden_text.h"
#include "formats/html_runs.h"
#include "formats/html_unseen.h"
#include "text/utf8.h"

namespace formats {
namespace {

constexpr TagSet kRemoved = {Tag::kScript, Tag::kStyle, Tag::kNoscript};

// What may not stand inside a paragraph.
constexpr TagSet kBreakers = {
    Tag::kAddress,  Tag::kArticle,    Tag::kAside,   Tag::kBlockquote, Tag::kDiv,   Tag::kDl,
    Tag::kFieldset, Tag::kFigcaption, Tag::kFigure,  Tag::kFooter,     Tag::kForm,  Tag::kH1,
    Tag::kH2,       Tag::kH3,         Tag::kH4,      Tag::kH5,         Tag::kH6,    Tag::kHeader,
    Tag::kHr,       Tag::kMain,       Tag::kNav,     Tag::kOl,         Tag::kUl,    Tag::kLi,
    Tag::kP,        Tag::kPre,        Tag::kSection, Tag::kTable,      Tag::kThead, Tag::kTbody,
    Tag::kTfoot,    Tag::kTr,         Tag::kTd};

constexpr std::string_view kCheckboxClasses[] = {"checkbox", "checkbox-box", "checkbox-input"};

bool IsBlank(std::string_view text) { return text::Strip(text).empty(); }

}  // namespace

base::Result<HtmlPage> HtmlPage::Load(std::string_view utf8, docling::DiagnosticSink& diagnostics) {
  HtmlPage page;
  SI_ASSIGN(page.tree_, HtmlTree::Parse(utf8, diagnostics));
  page.ReadHead();
  const StyleSheets sheets = page.ReadStyles();
  page.RemoveScripts();
  page.FindContent();
  docling::HiddenText hidden;
  RemoveUnseen(
      page.tree_, HtmlTree::kRoot, sheets, [&](NodeId id) { return page.IsInvisible(id); }, hidden);
  hidden.Report(diagnostics);
  page.ComputeFlags();
  page.DissolveParagraphs();
  page.MarkBreaks();
  page.ComputeFlags();
  page.IndexLabels();
  return page;
}

void HtmlPage::ReadHead() {
  const auto text_of = [&](NodeId element) {
    std::string text;
    for (NodeId id = tree_.Next(element, element); id != kNoNode; id = tree_.Next(id, element)) {
      if (tree_[id].tag == Tag::kText) AppendWord(text, CollapseSpace(tree_[id].text));
    }
    return text;
  };
  const NodeId title = tree_.Find(HtmlTree::kRoot, Tag::kTitle);
  if (title != kNoNode) {
    metadata_.title = text_of(title);
    tree_.Detach(title);
  }
  for (NodeId id = HtmlTree::kRoot; id != kNoNode; id = tree_.Next(id, HtmlTree::kRoot)) {
    if (tree_[id].tag != Tag::kMeta) continue;
    const std::string* name = tree_.Attribute(id, "name");
    const std::string* content = tree_.Attribute(id, "content");
    if (name == nullptr || content == nullptr) continue;
    const std::string lower = text::ToLower(*name);
    if (lower == "author") metadata_.author = *content;
    if (lower == "description") metadata_.description = *content;
    if (lower == "keywords") metadata_.keywords = *content;
  }
}

StyleSheets HtmlPage::ReadStyles() const {
  StyleSheets sheets;
  for (NodeId id = HtmlTree::kRoot; id != kNoNode; id = tree_.Next(id, HtmlTree::kRoot)) {
    const std::string* rel = tree_.Attribute(id, "rel");
    if (tree_[id].tag == Tag::kLink && rel != nullptr &&
        text::ToLower(*rel).contains("stylesheet")) {
      sheets.AddUnknown();
    }
    const std::string* media = tree_.Attribute(id, "media");
    if (tree_[id].tag != Tag::kStyle || (media != nullptr && text::ToLower(*media) == "print")) {
      continue;
    }
    for (NodeId text = tree_[id].first_child; text != kNoNode; text = tree_[text].next) {
      sheets.Add(tree_[text].text);
    }
  }
  return sheets;
}

void HtmlPage::RemoveScripts() {
  for (NodeId id = tree_.Next(HtmlTree::kRoot, HtmlTree::kRoot); id != kNoNode;) {
    const bool removed = kRemoved.Has(tree_[id].tag);
    const NodeId next = tree_.Next(id, HtmlTree::kRoot, removed);
    if (removed) tree_.Detach(id);
    id = next;
  }
}

// The body. What follows a body that was closed too early is moved into it.
void HtmlPage::FindContent() {
  const NodeId body = tree_.Find(HtmlTree::kRoot, Tag::kBody);
  if (body == kNoNode) return;
  content_ = body;
  for (NodeId id = tree_.Next(body, HtmlTree::kRoot, true); id != kNoNode;) {
    const NodeId next = tree_.Next(id, HtmlTree::kRoot, true);
    tree_.Detach(id);
    tree_.Append(body, id);
    id = next;
  }
}

// From the last node in document order to the first: all below an element comes before it.
void HtmlPage::ComputeFlags() {
  std::vector<NodeId> order;
  order.reserve(tree_.size());
  for (NodeId id = content_; id != kNoNode; id = tree_.Next(id, content_)) order.push_back(id);
  flags_.assign(tree_.size(), 0);
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    const NodeId id = *it;
    if (id == content_ || tree_[id].tag == Tag::kText) continue;
    uint8_t& parent = flags_[tree_[id].parent];
    parent |= flags_[id];
    if (kBlocks.Has(tree_[id].tag)) parent |= kHasBlock;
    if (kBreakers.Has(tree_[id].tag)) parent |= kHasBreaker;
    if (IsInput(id)) parent |= kHasInput;
  }
  has_heading_ = std::ranges::any_of(order, [&](NodeId id) {
    return kHeadings.Has(tree_[id].tag) && !tree_.Inside(id, Tag::kTable);
  });
}

void HtmlPage::DissolveParagraphs() {
  for (NodeId id = content_; id != kNoNode;) {
    // Paragraphs made here have no flags: they are not taken apart again.
    const bool dissolve = tree_[id].tag == Tag::kP && id < flags_.size() &&
                          (flags_[id] & kHasBreaker) != 0 && !IsInvisible(id);
    id = dissolve ? Dissolve(id) : tree_.Next(id, content_);
  }
}

// Puts the blocks among the children of `paragraph` in its place, the runs between them in new
// paragraphs. Returns the node to go on with.
NodeId HtmlPage::Dissolve(NodeId paragraph) {
  NodeId first = kNoNode;
  NodeId run = kNoNode;
  for (NodeId child = tree_[paragraph].first_child; child != kNoNode;) {
    const NodeId next = tree_[child].next;
    const bool breaker = kBreakers.Has(tree_[child].tag);
    tree_.Detach(child);
    if (breaker) {
      run = kNoNode;
      tree_.InsertBefore(paragraph, child);
    } else if (run == kNoNode && tree_[child].tag == Tag::kText && IsBlank(tree_[child].text)) {
      child = next;
      continue;
    } else {
      if (run == kNoNode) {
        run = tree_.Add(Tag::kP);
        tree_.InsertBefore(paragraph, run);
      }
      tree_.Append(run, child);
    }
    if (first == kNoNode) first = breaker ? child : run;
    child = next;
  }
  const NodeId after = tree_.Next(paragraph, content_, true);
  tree_.Detach(paragraph);
  return first != kNoNode ? first : after;
}

// A mark becomes part of the texts beside it, so that a line break does not split a text.
void HtmlPage::MarkBreaks() {
  for (NodeId id = content_; id != kNoNode; id = tree_.Next(id, content_)) {
    if (tree_[id].tag != Tag::kBr || IsInvisible(id)) continue;
    const NodeId before = tree_[id].previous;
    tree_.MakeText(id, std::string(1, kBreakMark));
    if (before != kNoNode && tree_[before].tag == Tag::kText) {
      tree_.MergeText(before, id);
      id = before;
    }
    const NodeId after = tree_[id].next;
    if (after != kNoNode && tree_[after].tag == Tag::kText) tree_.MergeText(id, after);
  }
}

void HtmlPage::IndexLabels() {
  if ((flags_[content_] & kHasInput) == 0) return;
  for (NodeId id = content_; id != kNoNode; id = tree_.Next(id, content_)) {
    if (const std::string* own = tree_.Attribute(id, "id")) by_id_.emplace(*own, id);
    const std::string* target = tree_.Attribute(id, "for");
    if (tree_[id].tag == Tag::kLabel && target != nullptr) labels_[*target].push_back(id);
  }
}

std::span<const NodeId> HtmlPage::LabelsFor(std::string_view id) const {
  const auto it = labels_.find(id);
  return it != labels_.end() && !id.empty() ? std::span(it->second) : std::span<const NodeId>();
}

NodeId HtmlPage::ById(std::string_view id) const {
  const auto it = by_id_.find(id);
  return it != by_id_.end() ? it->second : kNoNode;
}

bool HtmlPage::IsInput(NodeId id) const {
  if (tree_[id].tag == Tag::kInput) return true;
  return std::ranges::any_of(kCheckboxClasses,
                             [&](std::string_view name) { return HasClass(id, name); });
}

std::string HtmlPage::StyleOf(NodeId id) const {
  const std::string* style = tree_.Attribute(id, "style");
  if (style == nullptr) return {};
  std::string squeezed = text::ToLower(*style);
  std::erase_if(squeezed, [](char c) { return c == ' ' || c == '\t' || c == '\n'; });
  return ";" + squeezed + ";";
}

bool HtmlPage::IsInvisible(NodeId id) const {
  if (tree_[id].attributes.empty()) return false;
  const std::string* aria = tree_.Attribute(id, "aria-hidden");
  if (aria != nullptr && text::ToLower(*aria) == "true") return true;
  const std::string style = StyleOf(id);
  for (const std::string_view hiding :
       {";display:none", ";visibility:hidden", ";visibility:collapse", ";opacity:0;"}) {
    if (style.find(hiding) != std::string::npos) return true;
  }
  return false;
}

bool HtmlPage::IsInlineDiv(NodeId id) const {
  if (tree_[id].tag != Tag::kDiv) return false;
  const std::string style = StyleOf(id);
  return style.find(";display:inline") != std::string::npos ||
         style.find(";display:contents") != std::string::npos;
}

bool HtmlPage::HasClass(NodeId id, std::string_view name) const {
  const std::string* classes = tree_.Attribute(id, "class");
  if (classes == nullptr) return false;
  const auto names = text::SplitOnSpace(*classes);
  return std::ranges::find(names, name) != names.end();
}

}  // namespace formats
