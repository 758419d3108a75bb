#include "formats/html_converter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "docling/code_language.h"
#include "docling/hyperlink.h"
#include "text/utf8.h"

namespace formats {
namespace {

using docling::Formatting;
using docling::GroupLabel;
using docling::Label;
using docling::Layer;
using docling::Place;
using docling::Ref;

constexpr TagSet kFormats = {Tag::kB,   Tag::kStrong, Tag::kI,   Tag::kEm,  Tag::kVar,
                             Tag::kS,   Tag::kDel,    Tag::kU,   Tag::kIns, Tag::kSub,
                             Tag::kSup, Tag::kCode,   Tag::kKbd, Tag::kSamp};
constexpr TagSet kInlines = {Tag::kAbbr, Tag::kBdi,   Tag::kBdo,  Tag::kCite, Tag::kData,
                             Tag::kDfn,  Tag::kLabel, Tag::kMark, Tag::kQ,    Tag::kSmall,
                             Tag::kSpan, Tag::kTime,  Tag::kWbr};
constexpr TagSet kNothing = {};
// Longer "links" are embedded data, and every run inside one repeats it.
constexpr size_t kMaxLinkLength = 2048;

size_t HeadingLevel(Tag tag) {
  return static_cast<size_t>(tag) - static_cast<size_t>(Tag::kH1) + 1;
}

bool IsBlankWithNewline(std::string_view text) {
  return text.find('\n') != std::string_view::npos && text::Strip(text).empty();
}

void AddFormat(Tag tag, Formatting& formatting) {
  if (tag == Tag::kB || tag == Tag::kStrong) formatting.bold = true;
  if (tag == Tag::kI || tag == Tag::kEm || tag == Tag::kVar) formatting.italic = true;
  if (tag == Tag::kS || tag == Tag::kDel) formatting.strikethrough = true;
  if (tag == Tag::kU || tag == Tag::kIns) formatting.underline = true;
  if (tag == Tag::kSub) formatting.script = docling::Script::kSub;
  if (tag == Tag::kSup) formatting.script = docling::Script::kSuper;
}

}  // namespace

// --- position

HtmlConverter::Nested::Nested(HtmlConverter& converter, Ref parent)
    : converter_(converter),
      saved_(converter.position_),
      saved_emitted_(std::exchange(converter.emitted_, nullptr)) {
  ++converter.position_.level;
  converter.SetSlot(converter.position_.level, parent);
}

HtmlConverter::Nested::~Nested() {
  const Layer layer = converter_.position_.layer;
  converter_.position_ = std::move(saved_);
  converter_.position_.layer = layer;
  converter_.emitted_ = saved_emitted_;
}

Ref HtmlConverter::Parent() const {
  const Ref slot =
      position_.level < position_.slots.size() ? position_.slots[position_.level] : Ref{};
  return slot ? slot : Ref::Body();
}

void HtmlConverter::SetSlot(size_t slot, Ref ref) {
  if (position_.slots.size() <= slot) position_.slots.resize(slot + 1);
  position_.slots[slot] = ref;
}

void HtmlConverter::ClearSlotsFrom(size_t slot) {
  for (size_t i = slot; i < position_.slots.size(); ++i) position_.slots[i] = {};
}

void HtmlConverter::Emitted(Ref ref) {
  if (emitted_ != nullptr) emitted_->push_back(ref);
}

void HtmlConverter::Dropped(std::string what) const {
  diagnostics_.Report({docling::Severity::kWarning, std::move(what), "html"});
}

// --- dispatch

void HtmlConverter::Convert() {
  const std::string& title = page_.metadata().title;
  if (options_.add_title && !title.empty()) {
    document_.AddTitle(Normalise(title), {.layer = Layer::kFurniture}).SetOrig(title);
  }
  const bool furniture = options_.infer_furniture && page_.HasHeading();
  position_.layer = furniture ? Layer::kFurniture : Layer::kBody;
  Dispatch(page_.content(), {});
}

void HtmlConverter::Dispatch(NodeId element, const Style& style) {
  const bool in_cell = tree_[element].tag == Tag::kTd || tree_[element].tag == Tag::kTh;
  Runs buffer;
  for (NodeId id = tree_[element].first_child; id != kNoNode; id = tree_[id].next) {
    if (tree_[id].tag != Tag::kText) {
      if (!page_.IsInvisible(id)) DispatchElement(id, style, buffer);
    } else if (in_cell && IsBlankWithNewline(tree_[id].text)) {
      Flush(buffer);
    } else {
      buffer.push_back({CollapseSpace(tree_[id].text), style});
    }
  }
  Flush(buffer);
}

void HtmlConverter::DispatchElement(NodeId element, const Style& outer, Runs& buffer) {
  const Tag tag = tree_[element].tag;
  if (tag == Tag::kImg || page_.IsInput(element)) {
    Flush(buffer);
    return Media(element, outer);
  }
  if (kBlocks.Has(tag)) {
    Flush(buffer);
    return Block(element, outer);
  }
  const bool in_line =
      kFormats.Has(tag) || kInlines.Has(tag) || tag == Tag::kA || page_.IsInlineDiv(element);
  const Style style = Enter(element, outer);
  if (in_line && !page_.HasBlockOrInput(element)) {
    return Collect(element, style, kNothing, buffer);
  }
  Flush(buffer);
  Dispatch(element, style);
}

void HtmlConverter::Block(NodeId element, const Style& style) {
  const Tag tag = tree_[element].tag;
  if (kHeadings.Has(tag)) return Heading(element, style);
  switch (tag) {
    case Tag::kP:
    case Tag::kAddress:
    case Tag::kSummary:
      return Paragraph(element, style);
    case Tag::kUl:
    case Tag::kOl:
    case Tag::kDl:
      return List(element, style);
    case Tag::kTable:
      return Table(element, style);
    case Tag::kPre:
      return Pre(element, style);
    case Tag::kFigure:
      return Figure(element, style);
    case Tag::kFooter:
    case Tag::kDetails:
      return Section(element, style);
    default:  // stamp, signature
      return Mark(element, style);
  }
}

// --- headings

void HtmlConverter::Heading(NodeId element, const Style& style) {
  Runs runs;
  Collect(element, style, kNothing, runs);
  const Run text = AsOne(runs);
  position_.layer = Layer::kBody;
  const size_t level = HeadingLevel(tree_[element].tag) - 1;
  if (level == 0) {
    ClearSlotsFrom(0);
    position_.level = 0;
  } else {
    OpenSections(level);
  }
  docling::Text& item =
      level == 0 ? document_.AddTitle(Normalise(text.text), {.layer = position_.layer})
                 : document_.AddHeading(Normalise(text.text), static_cast<int>(level), Here());
  item.SetOrig(text.text);
  Decorate(item, text.style);
  Emitted(item.self);
  SetSlot(++position_.level, item.self);
  MediaBelow(element);
}

// Makes `level` the current one: sections stand in for headings that were left out.
void HtmlConverter::OpenSections(size_t level) {
  for (size_t slot = position_.level + 1; slot <= level; ++slot) {
    const Ref parent = slot - 1 < position_.slots.size() ? position_.slots[slot - 1] : Ref{};
    const Place place = {.parent = parent ? parent : Ref::Body(), .layer = position_.layer};
    SetSlot(slot,
            document_.AddGroup(GroupLabel::kSection, fmt::format("header-{}", slot), place).self);
  }
  if (level < position_.level) ClearSlotsFrom(level + 2);
  position_.level = level;
}

// --- text

void HtmlConverter::Paragraph(NodeId element, const Style& style) {
  Runs runs;
  Collect(element, style, kNothing, runs);
  Flush(runs, tree_[element].tag == Tag::kP ? LoneCode::kBlock : LoneCode::kInline);
  MediaBelow(element);
}

void HtmlConverter::Flush(Runs& buffer, LoneCode lone_code) {
  if (buffer.empty()) return;
  for (const Runs& part : SplitAtDoubleBreaks(Merge(std::exchange(buffer, {})))) {
    EmitPart(part, lone_code);
  }
}

void HtmlConverter::EmitPart(const Runs& part, LoneCode lone_code) {
  const bool lone = part.size() == 1;
  if (lone && !(part[0].style.code && lone_code == LoneCode::kInline)) {
    AddRun(part[0], Here());
    return Emitted(document_.texts.back().self);
  }
  const Ref group = document_.AddInlineGroup(Here()).self;
  for (const Run& run : part) AddRun(run, {.parent = group, .layer = position_.layer});
  Emitted(group);
}

void HtmlConverter::AddRun(const Run& run, Place place) {
  std::string text = Normalise(run.text);
  docling::Text& item = run.style.code ? document_.AddCode(std::move(text), "unknown", place)
                                       : document_.AddText(Label::kText, std::move(text), place);
  Decorate(item, run.style);
}

void HtmlConverter::Decorate(docling::Text& item, const Style& style) {
  item.formatting = style.formatting;
  if (!style.link.empty()) item.hyperlink = style.link;
}

// The texts below `element`, which has been entered, with how each looks. Elements in `skip` are
// left out.
void HtmlConverter::Collect(NodeId element, const Style& style, TagSet skip, Runs& runs) const {
  for (NodeId id = tree_[element].first_child; id != kNoNode; id = tree_[id].next) {
    if (tree_[id].tag == Tag::kText) {
      std::string text = CollapseSpace(tree_[id].text);
      if (!text.empty()) runs.push_back({std::move(text), style});
    } else if (!skip.Has(tree_[id].tag) && !page_.IsInvisible(id)) {
      Collect(id, Enter(id, style), skip, runs);
    }
  }
}

Style HtmlConverter::Enter(NodeId element, const Style& outer) const {
  const Tag tag = tree_[element].tag;
  Style style = outer;
  if (tag == Tag::kCode || tag == Tag::kKbd || tag == Tag::kSamp) {
    style.code = true;
  } else if (kFormats.Has(tag)) {
    Formatting formatting = style.formatting.value_or(Formatting{});
    AddFormat(tag, formatting);
    style.formatting = formatting;
  } else if (tag == Tag::kA) {
    const std::string* href = tree_.Attribute(element, "href");
    if (href != nullptr && !href->empty() && href->size() <= kMaxLinkLength) {
      style.link = docling::NormaliseHyperlink(*href);
    }
  }
  return style;
}

// --- pre, footer, details

namespace {

// What a class attribute says about the language of a code block, or "".
std::string LanguageHint(const HtmlTree& tree, NodeId pre) {
  for (NodeId id = pre; id != kNoNode; id = tree.Next(id, pre)) {
    if (tree[id].tag != Tag::kPre && tree[id].tag != Tag::kCode) continue;
    const std::string* classes = tree.Attribute(id, "class");
    if (classes == nullptr) continue;
    for (const std::string_view name : text::SplitOnSpace(*classes)) {
      if (!docling::LanguageOfHint(name).empty()) return std::string(name);
    }
  }
  return {};
}

}  // namespace

void HtmlConverter::Pre(NodeId element, const Style& style) {
  Runs runs;
  Collect(element, style, kNothing, runs);
  runs = Merge(std::move(runs));
  if (runs.empty()) return;
  if (runs.size() > 1) {
    for (Run& run : runs) run.style.code = true;
    Flush(runs);
    return MediaBelow(element);
  }
  // All of one look: the text as it stands, with its spaces and newlines.
  std::string text;
  for (NodeId id = element; id != kNoNode;) {
    const bool skip = page_.IsInvisible(id);
    if (!skip && tree_[id].tag == Tag::kText) text += tree_[id].text;
    id = tree_.Next(id, element, skip);
  }
  std::ranges::replace(text, kBreakMark, '\n');
  std::erase(text, '\r');
  text = Normalise(text::Strip(text));
  const std::string language = docling::CodeLanguage(LanguageHint(tree_, element), text);
  docling::Text& item = document_.AddCode(std::move(text), language, Here());
  Decorate(item, runs[0].style);
  Emitted(item.self);
  MediaBelow(element);
}

void HtmlConverter::Section(NodeId element, const Style& style) {
  const bool footer = tree_[element].tag == Tag::kFooter;
  const Layer outer = position_.layer;
  if (footer) position_.layer = Layer::kFurniture;
  const Ref group =
      document_.AddGroup(GroupLabel::kSection, footer ? "footer" : "details", Here()).self;
  {
    const Nested nested(*this, group);
    Dispatch(element, style);
  }
  if (footer) position_.layer = outer;
  Emitted(group);
}

}  // namespace formats
