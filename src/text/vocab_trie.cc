#include "text/vocab_trie.h"

#include <algorithm>

namespace text {
namespace {

// Up to here a scan over the children beats a binary search.
constexpr uint16_t kScanLimit = 12;

}  // namespace

VocabTrie::VocabTrie(std::vector<std::pair<std::string, int32_t>> entries) {
  std::ranges::sort(entries);
  // Breadth first: the children of one node are appended together. A range holds the entries that
  // share the `depth` bytes leading to `node`.
  struct Range {
    Node node;
    size_t begin;
    size_t end;
    size_t depth;
  };
  nodes_.emplace_back();
  std::vector<Range> open = {{kRoot, 0, entries.size(), 0}};
  for (size_t next = 0; next < open.size(); ++next) {
    auto [node, begin, end, depth] = open[next];
    for (; begin < end && entries[begin].first.size() == depth; ++begin) {
      nodes_[node].id = entries[begin].second;
    }
    nodes_[node].first_child = static_cast<uint32_t>(nodes_.size());
    while (begin < end) {
      const char label = entries[begin].first[depth];
      size_t group_end = begin + 1;
      while (group_end < end && entries[group_end].first[depth] == label) ++group_end;
      open.push_back({static_cast<Node>(nodes_.size()), begin, group_end, depth + 1});
      nodes_.push_back({.label = static_cast<uint8_t>(label)});
      ++nodes_[node].child_count;
      begin = group_end;
    }
  }
  nodes_.shrink_to_fit();
}

VocabTrie::Node VocabTrie::Child(Node node, uint8_t label) const {
  const Entry& entry = nodes_[node];
  const Entry* first = nodes_.data() + entry.first_child;
  const Entry* last = first + entry.child_count;
  if (entry.child_count > kScanLimit) {
    first = std::lower_bound(first, last, label,
                             [](const Entry& e, uint8_t value) { return e.label < value; });
  } else {
    while (first != last && first->label < label) ++first;
  }
  if (first == last || first->label != label) return kNone;
  return static_cast<Node>(first - nodes_.data());
}

VocabTrie::Node VocabTrie::FindNode(std::string_view prefix) const {
  Node node = kRoot;
  for (const char c : prefix) {
    node = Child(node, static_cast<uint8_t>(c));
    if (node == kNone) break;
  }
  return node;
}

VocabTrie::Match VocabTrie::Longest(Node from, std::string_view text) const {
  Match best;
  Node node = from;
  for (uint32_t length = 0; length < text.size();) {
    node = Child(node, static_cast<uint8_t>(text[length]));
    if (node == kNone) break;
    ++length;
    if (nodes_[node].id >= 0) best = {nodes_[node].id, length};
  }
  return best;
}

int32_t VocabTrie::Find(std::string_view text) const {
  const Node node = FindNode(text);
  return node == kNone ? -1 : nodes_[node].id;
}

}  // namespace text
