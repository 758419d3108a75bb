#include "docling/walk.h"

#include <algorithm>

namespace docling {

Walk::Walk(const Document& document, const WalkOptions& options)
    : document_(document), options_(options), root_(document.Find(options.root)) {}

bool Walk::IsWanted(const Node& node) const {
  return options_.layers.Has(node.layer) && (options_.groups || !node.self.IsGroup());
}

void Walk::Enter(const Node* node) {
  Frame& frame = stack_.emplace_back(Frame{.node = node, .captions = {}});
  if (options_.into_pictures) return;
  if (const Picture* picture = document_.FindPicture(node->self)) {
    frame.only_captions = true;
    frame.captions = picture->captions;
    std::ranges::sort(frame.captions);
  }
}

const Node* Walk::NextChild(Frame& frame) const {
  while (frame.next_child < frame.node->children.size()) {
    const Ref child = frame.node->children[frame.next_child++];
    if (frame.only_captions && !std::ranges::binary_search(frame.captions, child)) continue;
    if (const Node* node = document_.Find(child)) return node;
  }
  return nullptr;
}

const Node* Walk::Next() {
  if (root_ != nullptr) {
    const Node* root = std::exchange(root_, nullptr);
    Enter(root);
    level_ = 0;
    if (IsWanted(*root)) return root;
  }
  while (!stack_.empty()) {
    const Node* child = NextChild(stack_.back());
    if (child == nullptr) {
      stack_.pop_back();
      continue;
    }
    level_ = int(stack_.size());
    Enter(child);
    if (IsWanted(*child)) return child;
  }
  return nullptr;
}

void Walk::SkipChildren() {
  if (!stack_.empty()) stack_.pop_back();
}

}  // namespace docling
