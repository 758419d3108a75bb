// The reading order: depth first over `children`, each node before its children. Every consumer of
// a document uses this walk (docling calls it iterate_items).
//
//   Walk walk(document);
//   while (const Node* node = walk.Next()) …   // items of the body layer
//
// A node is yielded if its layer is wanted (groups: only if asked for), but its children are
// visited either way. Needs memory for the depth only, no recursion. The document must outlive the
// walk and not change.
#pragma once

#include <vector>

#include "docling/document.h"

namespace docling {

struct WalkOptions {
  Ref root = Ref::Body();
  Layers layers = Layer::kBody;
  bool groups = false;         // yield groups too
  bool into_pictures = false;  // also visit what is inside a picture beside its captions
};

class Walk {
 public:
  explicit Walk(const Document& document, const WalkOptions& options = {});

  // nullptr at the end.
  const Node* Next();
  // How deep the node yielded last is below the root: 0 = the root, 1 = its children.
  int level() const { return level_; }
  // The children of the node yielded last are not visited.
  void SkipChildren();

 private:
  struct Frame {
    const Node* node;
    size_t next_child = 0;
    bool only_captions = false;
    std::vector<Ref> captions;  // sorted; for only_captions
  };

  void Enter(const Node* node);
  const Node* NextChild(Frame& frame) const;
  bool IsWanted(const Node& node) const;

  const Document& document_;
  const WalkOptions options_;
  const Node* root_;
  std::vector<Frame> stack_;
  int level_ = 0;
};

}  // namespace docling
