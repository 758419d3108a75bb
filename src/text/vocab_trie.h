// VocabTrie: the longest vocabulary entry that a piece of text begins with.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace text {

// A byte trie with the children of a node side by side. Immutable after construction, thread-safe.
class VocabTrie {
 public:
  struct Match {
    int32_t id = -1;  // -1: nothing matches
    uint32_t length = 0;
  };
  // A place to start from; kRoot, or what FindNode says (the "##" of WordPiece).
  using Node = uint32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kNone = UINT32_MAX;

  VocabTrie() : VocabTrie(std::vector<std::pair<std::string, int32_t>>{}) {}
  // Of equal entries the one with the highest id counts.
  explicit VocabTrie(std::vector<std::pair<std::string, int32_t>> entries);

  // The node that `prefix` leads to; kNone when no entry begins with it.
  Node FindNode(std::string_view prefix) const;
  // The longest entry below `from` that `text` begins with.
  Match Longest(Node from, std::string_view text) const;
  // The id of exactly `text`, or -1.
  int32_t Find(std::string_view text) const;

 private:
  struct Entry {
    uint32_t first_child = 0;
    uint16_t child_count = 0;
    uint8_t label = 0;
    int32_t id = -1;
  };
  Node Child(Node node, uint8_t label) const;

  std::vector<Entry> nodes_;
};

}  // namespace text
