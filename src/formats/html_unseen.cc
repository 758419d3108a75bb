#include "formats/html_unseen.h"

#include <string>
#include <utility>
#include <vector>

#include "text/utf8.h"

namespace formats {
namespace {

constexpr float kSmallestFont = 3;  // pixels
constexpr float kFaintest = 0.05F;  // opacity
constexpr uint32_t kWhite = 0xFFFFFF;

constexpr const char* kOffScreen = "off the screen";
constexpr const char* kTransparent = "transparent";
constexpr const char* kInvisible = "visibility: hidden";

bool IsBlank(std::string_view text) { return text::Strip(text).empty(); }

// What holds for the text of an element, after all that it inherits.
struct Seen {
  uint32_t color = kUnknownColor;
  uint32_t background = kWhite;
  float font_size = 16;
  bool visible = true;
  bool transparent = false;
  bool indented_away = false;
};

// The later look has the last word.
void Overlay(CssLook& look, const CssLook& over) {
  const auto take = [](auto& value, const auto& with) {
    if (with) value = with;
  };
  take(look.displayed, over.displayed);
  take(look.opacity, over.opacity);
  take(look.away, over.away);
  take(look.visible, over.visible);
  take(look.indented_away, over.indented_away);
  take(look.background, over.background);
  if (over.font_size) {
    look.font_size = over.font_size;
    look.relative_size = over.relative_size;
  }
  if (over.color) {
    look.color = over.color;
    look.transparent = over.transparent;
  }
}

Seen Inside(const Seen& outer, const CssLook& look) {
  Seen seen = outer;
  if (look.font_size) {
    seen.font_size = look.relative_size ? outer.font_size * *look.font_size : *look.font_size;
  }
  if (look.color) {
    seen.color = *look.color;
    seen.transparent = look.transparent;
  }
  seen.background = look.background.value_or(outer.background);
  seen.visible = look.visible.value_or(outer.visible);
  seen.indented_away = look.indented_away.value_or(outer.indented_away);
  return seen;
}

// Why text that looks so cannot be seen; nullptr: it can.
const char* WhyUnseen(const Seen& seen) {
  if (!seen.visible) return kInvisible;
  if (seen.font_size < kSmallestFont) return "too small to read";
  if (seen.transparent) return kTransparent;
  if (seen.indented_away) return kOffScreen;
  if (seen.color != kUnknownColor && seen.background != kUnknownColor &&
      docling::LooksAlike(seen.color, seen.background)) {
    return "in the colour of its background";
  }
  return nullptr;
}

class Remover {
 public:
  Remover(HtmlTree& tree, NodeId root, const StyleSheets& sheets,
          const std::function<bool(NodeId)>& skipped, docling::HiddenText& hidden)
      : tree_(tree), root_(root), sheets_(sheets), skipped_(skipped), hidden_(hidden) {}

  void Run() {
    Seen page;
    if (sheets_.unknown_backgrounds()) page.background = kUnknownColor;
    open_.emplace_back(root_, page);
    for (NodeId id = tree_.Next(root_, root_); id != kNoNode;) {
      while (open_.size() > 1 && open_.back().first != tree_[id].parent) open_.pop_back();
      id = tree_[id].tag == Tag::kText ? Text(id) : Element(id);
    }
  }

 private:
  // Each returns the node to go on with.
  NodeId Text(NodeId id) {
    const NodeId next = tree_.Next(id, root_);
    const char* why = WhyUnseen(open_.back().second);
    if (why == nullptr || IsBlank(tree_[id].text)) return next;
    const NodeId parent = tree_[id].parent;
    hidden_.Add(why, NameOfElement(parent), tree_[id].text);
    tree_.Detach(id);
    DetachHollow(parent);
    return next;
  }

  NodeId Element(NodeId id) {
    const CssLook look = LookOf(id);
    const bool skipped = skipped_(id);
    const char* why = WhyAllUnseen(id, look);
    if (why == nullptr && skipped) why = look.visible.value_or(true) ? "aria-hidden" : kInvisible;
    if (IsWholePage(id)) why = nullptr;  // shown by a script once it has come
    if (why == nullptr) {
      open_.emplace_back(id, Inside(open_.back().second, look));
      if (IsWholePage(id)) open_.back().second.visible = true;
      return tree_.Next(id, root_);
    }
    const NodeId next = tree_.Next(id, root_, true);
    hidden_.Add(why, NameOfElement(id), TextBelow(id));
    if (!skipped) {
      const NodeId parent = tree_[id].parent;
      tree_.Detach(id);
      if (tree_.Attribute(id, "hidden") == nullptr) DetachHollow(parent);  // as docling does
    }
    return next;
  }

  bool IsWholePage(NodeId id) const {
    return tree_[id].tag == Tag::kBody || tree_[id].tag == Tag::kHtml;
  }

  const char* WhyAllUnseen(NodeId id, const CssLook& look) const {
    if (tree_.Attribute(id, "hidden") != nullptr) return "the attribute hidden";
    if (tree_[id].tag == Tag::kTemplate) return "a template";
    if (!look.displayed.value_or(true)) return "display: none";
    if (look.opacity.value_or(1) < kFaintest) return kTransparent;
    return look.away.value_or(false) ? kOffScreen : nullptr;
  }

  CssLook LookOf(NodeId id) const {
    CssLook look;
    if (const std::string* color = tree_.Attribute(id, "color")) {
      if (tree_[id].tag == Tag::kFont) look.color = ParseColor(*color).value_or(kUnknownColor);
    }
    if (const std::string* color = tree_.Attribute(id, "bgcolor")) {
      look.background = ParseColor(*color).value_or(kUnknownColor);
    }
    if (tree_.Attribute(id, "background") != nullptr) look.background = kUnknownColor;
    for (const CssLook* rule : sheets_.Matching(tree_, id)) Overlay(look, *rule);
    if (const std::string* style = tree_.Attribute(id, "style")) {
      Overlay(look, ParseDeclarations(*style));
    }
    return look;
  }

  std::string TextBelow(NodeId id) const {
    std::string text;
    for (NodeId at = tree_.Next(id, id); at != kNoNode; at = tree_.Next(at, id)) {
      if (tree_[at].tag != Tag::kText || IsBlank(tree_[at].text)) continue;
      if (!text.empty()) text += ' ';
      text += text::Strip(tree_[at].text);
    }
    return text;
  }

  // "span.note#n1"
  std::string NameOfElement(NodeId id) const {
    const Tag tag = tree_[id].tag;
    std::string name(tag == Tag::kOther || tag == Tag::kDocument ? "element" : NameOf(tag));
    const std::string* classes = tree_.Attribute(id, "class");
    const std::string* own = tree_.Attribute(id, "id");
    if (classes != nullptr && !IsBlank(*classes)) {
      name += "." + std::string(text::SplitOnSpace(*classes).front());
    }
    if (own != nullptr) name += "#" + *own;
    return "<" + name + ">";
  }

  // An element that has lost all its text is gone, too: no heading without words.
  void DetachHollow(NodeId id) {
    constexpr TagSet kKept = {Tag::kDocument, Tag::kHtml, Tag::kBody, Tag::kTable, Tag::kThead,
                              Tag::kTbody,    Tag::kTr,   Tag::kTd,   Tag::kTh};
    while (!kKept.Has(tree_[id].tag) && IsHollow(id)) {
      const NodeId parent = tree_[id].parent;
      tree_.Detach(id);
      id = parent;
    }
  }

  bool IsHollow(NodeId id) const {
    int left = 8;  // a longer look would be paid again for each text taken out
    for (NodeId child = tree_[id].first_child; child != kNoNode; child = tree_[child].next) {
      if (tree_[child].tag != Tag::kText || !IsBlank(tree_[child].text) || --left == 0) {
        return false;
      }
    }
    return true;
  }

  HtmlTree& tree_;
  NodeId root_;
  const StyleSheets& sheets_;
  const std::function<bool(NodeId)>& skipped_;
  docling::HiddenText& hidden_;
  std::vector<std::pair<NodeId, Seen>> open_;  // the elements around, from the outside in
};

}  // namespace

void RemoveUnseen(HtmlTree& tree, NodeId root, const StyleSheets& sheets,
                  const std::function<bool(NodeId)>& skipped, docling::HiddenText& hidden) {
  Remover(tree, root, sheets, skipped, hidden).Run();
}

}  // namespace formats
