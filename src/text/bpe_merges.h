// BpeMerges: the merge rules of a BPE model and their application to one piece of text.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace text {

// A merge of two neighbouring tokens; rules of lower rank go first.
struct BpeMerge {
  int32_t left;
  int32_t right;
  int32_t merged;
};

// Immutable after construction, thread-safe.
class BpeMerges {
 public:
  BpeMerges() : BpeMerges(std::span<const BpeMerge>{}) {}
  // In order of rank; of equal pairs the last one counts.
  explicit BpeMerges(std::span<const BpeMerge> rules);

  // Merges in place until no rule applies: always the rule of the lowest rank, leftmost first.
  void Apply(std::vector<int32_t>& tokens) const;

 private:
  struct Rule {
    uint64_t pair;
    int32_t rank;
    int32_t merged;
  };
  // Open addressing with a power-of-two size; rank < 0 marks an empty slot.
  std::vector<Rule> slots_;

  const Rule* Find(int32_t left, int32_t right) const;
  void ApplyShort(std::vector<int32_t>& tokens) const;
  void ApplyLong(std::vector<int32_t>& tokens) const;
};

}  // namespace text
