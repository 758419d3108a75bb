// Blocks, text boxes and pictures.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "formats/office/chart.h"
#include "formats/office/docx_converter.h"
#include "formats/office/image.h"
#include "text/utf8.h"

namespace office {
namespace {

using docling::GroupLabel;
using docling::Layer;
using docling::Ref;

constexpr size_t kMaxPictures = 50'000;
constexpr uint64_t kSpacerArea = 25;  // pixels: smaller images only keep a distance

bool IsInTextBox(Element element) {
  for (Element up = element.parent(); up; up = up.parent()) {
    const std::string_view name = LocalName(up);
    if (name == "txbxContent" || name == "textbox") return true;
  }
  return false;
}

std::vector<Element> Outside(Element block, std::string_view name) {
  std::vector<Element> found;
  const bool inside = IsInTextBox(block);
  ForEachBelow(block, [&](Element element) {
    if (Is(element, name) && (inside || !IsInTextBox(element))) found.push_back(element);
    return true;
  });
  return found;
}

bool HasText(Element block) { return bool(Descendant(block, "w:t")); }

}  // namespace

size_t DocxConverter::OpenSlot() const {
  const auto open = std::ranges::find(slots_, Ref{});
  return open != slots_.end() ? size_t(open - slots_.begin()) : 0;
}

Ref DocxConverter::Slot(int64_t slot) const {
  return slot >= 0 && slot < int64_t(kSlots) ? slots_[size_t(slot)] : Ref{};
}

docling::Place DocxConverter::In(Ref parent) const {
  return {.parent = parent ? parent : Ref::Body(), .layer = layer_};
}

docling::Place DocxConverter::Here() const { return In(Slot(int64_t(OpenSlot()) - 1)); }

void DocxConverter::ClearSlotsFrom(size_t slot) {
  for (size_t i = slot; i < kSlots; ++i) slots_[i] = {};
}

void DocxConverter::Warn(std::string what) {
  diagnostics_.Report({docling::Severity::kWarning, std::move(what), "document"});
}

DocxConverter::Refs DocxConverter::Walk(Element parent) {
  Refs added;
  for (const Element block : parent.children()) {
    if (block.type() == pugi::node_element) Block(block, added);
  }
  return added;
}

// Text boxes in a block come first, then its pictures, then its text.
void DocxConverter::Block(Element block, Refs& added) {
  const bool paragraph = Is(block, "w:p");
  if (!paragraph && !Is(block, "w:tbl") && !Is(block, "w:sdt")) {
    // Anything else is only looked at for what may be drawn in it.
    if (!block.first_child() || Is(block, "w:sectPr") || Is(block, "w:tcPr")) return;
  }
  TextBoxes(block, added);
  if (Is(block, "w:tbl")) return Table(block, added);
  if (Is(block, "w:sdt")) {
    const Refs inside = Walk(Child(block, "w:sdtContent"));
    added.insert(added.end(), inside.begin(), inside.end());
    return;
  }
  const std::vector<Element> images = Outside(block, "a:blip");
  const std::vector<Element> old_images = Outside(block, "v:imagedata");
  const std::vector<Element> drawings = Outside(block, "w:drawing");
  if (!images.empty()) {
    Images(images, "r:embed", added);
  } else if (!old_images.empty()) {
    Images(old_images, "r:id", added);
  } else if (!drawings.empty()) {
    Drawings(block, drawings, added);
  } else if (!paragraph) {
    return;
  }
  const bool drawn = !images.empty() || !old_images.empty() || !drawings.empty();
  if (!paragraph || (drawn && !HasText(block))) return;
  const bool skip_blank = images.empty() && old_images.empty() && !drawings.empty();
  const Refs text = Text(block, skip_blank ? Blanks::kSkipped : Blanks::kKept);
  added.insert(added.end(), text.begin(), text.end());
}

// The paragraphs of all text boxes in a block, box by box, in each by their place among the
// paragraphs of their parent.
std::vector<DocxConverter::Boxed> DocxConverter::TextBoxParagraphs(Element block) const {
  std::vector<Boxed> paragraphs;
  std::set<Element> seen;
  const auto add_all = [&](Element box) {
    std::map<Element, size_t> places;  // the next one of each parent
    std::map<size_t, std::vector<Element>> by_place;
    ForEachBelow(box, [&](Element element) {
      if (!Is(element, "w:p")) return true;
      const size_t place = places[element.parent()]++;
      if (seen.insert(element).second) by_place[place].push_back(element);
      return true;
    });
    for (const auto& [place, elements] : by_place) {
      for (const Element element : elements) paragraphs.push_back({element, place});
    }
  };
  ForEachBelow(block, [&](Element element) {
    if (Is(element, "w:txbxContent") || Is(element, "v:textbox")) add_all(element);
    return true;
  });
  return paragraphs;
}

// A box is kept twice, for old programs and new ones: a text is taken once.
void DocxConverter::TextBoxes(Element block, Refs& added) {
  const std::vector<Boxed> paragraphs = TextBoxParagraphs(block);
  const bool any = Descendant(block, "w:txbxContent") || !paragraphs.empty();
  if (!any) return;
  const size_t slot = OpenSlot();
  const Ref group = document_.AddGroup(GroupLabel::kSection, "textbox", Here()).self;
  added.push_back(group);
  const Ref saved = slots_[slot];
  slots_[slot] = group;
  std::set<std::pair<std::string, size_t>> taken;
  for (const auto& [paragraph, place] : paragraphs) {
    const std::string text(text::Strip(PlainText(paragraph)));
    if (!taken.emplace(text, text.empty() ? place : 0).second) continue;
    const Refs items = Text(paragraph);
    added.insert(added.end(), items.begin(), items.end());
    std::vector<Element> images;
    std::vector<Element> old_images;
    bool drawing = false;
    ForEachBelow(paragraph, [&](Element element) {
      if (Is(element, "a:blip")) images.push_back(element);
      if (Is(element, "v:imagedata")) old_images.push_back(element);
      drawing = drawing || Is(element, "w:drawing");
      return true;
    });
    if (!images.empty()) {
      Images(images, "r:embed", added);
    } else if (!old_images.empty()) {
      Images(old_images, "r:id", added);
    } else if (drawing) {
      document_.AddPicture(Here());
      Warn("a drawing was left out of its text box; a picture without an image stands for it");
    }
  }
  slots_[slot] = saved;
}

// Charts say what they show; other drawings would have to be painted.
void DocxConverter::Drawings(Element block, const std::vector<Element>& drawings, Refs& added) {
  bool others = false;
  for (const Element drawing : drawings) {
    if (Descendant(drawing, "c:chart")) {
      AddChartOf(drawing, added);
    } else {
      others = true;
    }
  }
  if (!others) return;
  document_.AddPicture(Here());
  Warn(fmt::format("a drawing ({}) was left out; a picture without an image stands for it",
                   LocalName(block)));
}

void DocxConverter::AddChartOf(Element drawing, Refs& added) {
  const auto found = source_.relationships.find(Attribute(Descendant(drawing, "c:chart"), "r:id"));
  if (found != source_.relationships.end() && document_.pictures.size() < kMaxPictures) {
    if (const auto chart = source_.package.ReadXml(found->second.target)) {
      added.push_back(AddChart(document_, ReadChart(chart->root()), Here()).self);
      return;
    }
  }
  added.push_back(document_.AddPicture(Here()).self);
  Warn("a chart was left out: its data are missing");
}

void DocxConverter::Images(const std::vector<Element>& images, const char* attribute, Refs& added) {
  Ref parent = Here().parent;
  if (images.size() > 1) {
    parent = document_.AddGroup(GroupLabel::kPictureArea, "group", Here()).self;
  }
  for (const Element image : images) Image(image, attribute, parent, added);
}

void DocxConverter::Image(Element image, const char* attribute, Ref parent, Refs& added) {
  if (document_.pictures.size() >= kMaxPictures) return;
  docling::Picture& picture = document_.AddPicture(In(parent));
  added.push_back(picture.self);
  const auto found = image_relationships_->find(Attribute(image, attribute));
  if (found == image_relationships_->end()) return Warn("a picture is missing");
  if (found->second.external) return Warn("a linked picture was not fetched");
  const auto bytes = source_.package.archive().Read(found->second.target);
  const auto facts = bytes ? ReadImageFacts(*bytes) : std::nullopt;
  if (!facts) return Warn(fmt::format("the picture '{}' cannot be shown", found->second.target));
  picture.image = ToImageRef(*bytes, *facts);
  if (uint64_t{facts->width} * facts->height <= kSpacerArea) picture.layer = Layer::kInvisible;
}

void DocxConverter::ConvertFurniture(Element part, const Relationships& relationships,
                                     std::string name) {
  const std::array<Ref, kSlots> slots = slots_;
  const int64_t level = level_;
  layer_ = Layer::kFurniture;
  image_relationships_ = &relationships;
  ClearSlotsFrom(0);
  level_ = 0;
  slots_[0] = document_.AddGroup(GroupLabel::kSection, std::move(name), In({})).self;
  new_code_block_ = true;
  blank_code_lines_ = 0;
  Walk(part);
  image_relationships_ = &source_.relationships;
  layer_ = Layer::kBody;
  slots_ = slots;
  level_ = level;
  new_code_block_ = true;
}

}  // namespace office
