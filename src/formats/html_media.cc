// Images, marks and form controls of an HTML page.
#include <fmt/format.h>

#include <utility>

#include "formats/html_converter.h"
#include "text/utf8.h"

namespace formats {
namespace {

using docling::Label;
using docling::Ref;

constexpr TagSet kNothing = {};
constexpr size_t kMaxLabels = 8;          // of one control: labels may be shared by many
constexpr size_t kMaxLabelLength = 4096;  // more is not a label but an element never closed

}  // namespace

void HtmlConverter::Media(NodeId element, const Style& style) {
  if (tree_[element].tag == Tag::kImg) return Image(element, style);
  Input(element);
}

// The images and controls somewhere below an element whose texts were taken already.
void HtmlConverter::MediaBelow(NodeId element) {
  for (NodeId id = tree_.Next(element, element); id != kNoNode;) {
    const bool skip = page_.IsInvisible(id);
    if (!skip && (tree_[id].tag == Tag::kImg || page_.IsInput(id))) Media(id, StyleAt(id));
    id = tree_.Next(id, element, skip);
  }
}

// The style at an element, from its ancestors.
Style HtmlConverter::StyleAt(NodeId id) const {
  std::vector<NodeId> ancestors;
  for (id = tree_[id].parent; id != kNoNode; id = tree_[id].parent) ancestors.push_back(id);
  Style style;
  for (auto it = ancestors.rbegin(); it != ancestors.rend(); ++it) style = Enter(*it, style);
  return style;
}

// The caption is what the figure around says, otherwise the alternative text.
void HtmlConverter::Image(NodeId image, const Style& style) {
  Run caption;
  NodeId figure = tree_[image].parent;
  while (figure != kNoNode && tree_[figure].tag != Tag::kFigure) figure = tree_[figure].parent;
  if (figure != kNoNode) caption = CaptionOf(figure);
  if (const std::string* alt = tree_.Attribute(image, "alt"); caption.text.empty() && alt) {
    caption = {.text = std::string(text::Strip(*alt)), .style = {.link = style.link}};
  }
  Ref text;
  if (!caption.text.empty()) {
    docling::Text& item =
        document_.AddText(Label::kCaption, Normalise(caption.text), {.layer = position_.layer});
    item.SetOrig(caption.text);
    Decorate(item, caption.style);
    text = item.self;
  }
  docling::Picture& picture = document_.AddPicture(Here());
  if (text) picture.captions.push_back(text);
  Emitted(picture.self);
}

// Remembers the last answer: a figure may have many images.
const Run& HtmlConverter::CaptionOf(NodeId figure) {
  if (figure_ == figure) return figure_caption_;
  figure_ = figure;
  Runs runs;
  const NodeId figcaption = tree_.Find(figure, Tag::kFigcaption);
  if (figcaption != kNoNode) Collect(figcaption, {}, kNothing, runs);
  return figure_caption_ = AsOne(runs);
}

// Only the first image counts. A figure around something else, such as a table, is converted as
// what it holds; one without any block (a video, say) is nothing.
void HtmlConverter::Figure(NodeId figure, const Style& style) {
  const NodeId image = tree_.Find(figure, Tag::kImg);
  const bool plain = tree_.Find(figure, Tag::kTable) == kNoNode;
  if (image != kNoNode && plain) return Image(image, StyleAt(image));
  if (page_.HasBlock(figure)) return Dispatch(figure, style);
  Dropped("a figure without an image was left out");
}

// A stamp or signature: a picture of that class with its text.
void HtmlConverter::Mark(NodeId element, const Style& style) {
  docling::Picture& picture = document_.AddPicture(Here());
  docling::MetaClassification& meta = picture.meta.Ensure().classification.emplace();
  meta.predictions.emplace_back().class_name =
      tree_[element].tag == Tag::kStamp ? "stamp" : "signature";
  const Ref self = picture.self;
  Emitted(self);
  const Nested nested(*this, self);
  Runs runs;
  Collect(element, style, kNothing, runs);
  Flush(runs);
}

void HtmlConverter::Input(NodeId input) {
  const auto attribute = [&](std::string_view name) {
    const std::string* value = tree_.Attribute(input, name);
    return value != nullptr ? CollapseSpace(*value) : std::string();
  };
  const std::string type = text::ToLower(attribute("type"));
  if (type == "hidden") return;
  if (tree_[input].tag != Tag::kInput || type == "checkbox" || type == "radio") {
    return Checkbox(input);
  }
  std::string text;
  for (const std::string_view name : {"value", "placeholder", "name"}) {
    if (text.empty()) text = attribute(name);
  }
  if (text.empty()) return;
  Emitted(document_.AddText(Label::kText, Normalise(text), Here()).self);
}

void HtmlConverter::Checkbox(NodeId input) {
  const std::string* aria = tree_.Attribute(input, "aria-checked");
  const bool checked = tree_.Attribute(input, "checked") != nullptr ||
                       (aria != nullptr && text::ToLower(*aria) == "true");
  const Label label = checked ? Label::kCheckboxSelected : Label::kCheckboxUnselected;
  Emitted(document_.AddText(label, Normalise(LabelOf(input)), Here()).self);
}

// The texts of the labels of a control: those that name its id and those it names itself, or else
// the one around it.
std::string HtmlConverter::LabelOf(NodeId input) {
  std::string text;
  const auto attribute = [&](std::string_view name) {
    const std::string* value = tree_.Attribute(input, name);
    return value != nullptr ? std::string_view(*value) : std::string_view();
  };
  size_t budget = kMaxLabels;
  for (const NodeId label : page_.LabelsFor(attribute("id"))) {
    if (budget-- == 0) return text;
    AppendWord(text, LabelText(label));
  }
  for (const std::string_view name : text::SplitOnSpace(attribute("aria-labelledby"))) {
    const NodeId named = page_.ById(name);
    if (named == kNoNode) continue;
    if (budget-- == 0) return text;
    AppendWord(text, LabelText(named));
  }
  if (!text.empty()) return text;
  NodeId around = tree_[input].parent;
  while (around != kNoNode && tree_[around].tag != Tag::kLabel) around = tree_[around].parent;
  return around != kNoNode ? LabelText(around) : text;
}

// Collected once for each label: it may belong to many controls.
const std::string& HtmlConverter::LabelText(NodeId label) {
  const auto [it, added] = label_texts_.try_emplace(label);
  if (!added) return it->second;
  Runs runs;
  Collect(label, {}, kNothing, runs);
  std::string text = CollapseSpace(AsOne(runs).text);
  if (text.size() <= kMaxLabelLength) it->second = std::move(text);
  return it->second;
}

}  // namespace formats
