#include "text/bpe_merges.h"

#include <algorithm>
#include <bit>
#include <queue>
#include <tuple>

namespace text {
namespace {

// Up to here rescanning the piece after each merge is faster than a queue.
constexpr size_t kShort = 48;

uint64_t Pair(int32_t left, int32_t right) {
  return (static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32) | static_cast<uint32_t>(right);
}

size_t Slot(uint64_t pair, size_t mask) {
  return static_cast<size_t>((pair * 0x9E3779B97F4A7C15U) >> 20) & mask;
}

}  // namespace

BpeMerges::BpeMerges(std::span<const BpeMerge> rules) {
  slots_.assign(std::bit_ceil(rules.size() * 2 + 2), Rule{0, -1, 0});
  const size_t mask = slots_.size() - 1;
  for (size_t rank = 0; rank < rules.size(); ++rank) {
    const uint64_t pair = Pair(rules[rank].left, rules[rank].right);
    size_t at = Slot(pair, mask);
    while (slots_[at].rank >= 0 && slots_[at].pair != pair) at = (at + 1) & mask;
    slots_[at] = {pair, static_cast<int32_t>(rank), rules[rank].merged};
  }
}

const BpeMerges::Rule* BpeMerges::Find(int32_t left, int32_t right) const {
  const uint64_t pair = Pair(left, right);
  const size_t mask = slots_.size() - 1;
  for (size_t at = Slot(pair, mask); slots_[at].rank >= 0; at = (at + 1) & mask) {
    if (slots_[at].pair == pair) return &slots_[at];
  }
  return nullptr;
}

void BpeMerges::Apply(std::vector<int32_t>& tokens) const {
  if (tokens.size() <= kShort) {
    ApplyShort(tokens);
  } else {
    ApplyLong(tokens);
  }
}

void BpeMerges::ApplyShort(std::vector<int32_t>& tokens) const {
  const Rule* rules[kShort];  // rules[i]: for tokens[i] and tokens[i + 1]
  size_t size = tokens.size();
  for (size_t i = 0; i + 1 < size; ++i) rules[i] = Find(tokens[i], tokens[i + 1]);
  while (size > 1) {
    size_t best = SIZE_MAX;
    for (size_t i = 0; i + 1 < size; ++i) {
      if (rules[i] == nullptr) continue;
      if (best == SIZE_MAX || rules[i]->rank < rules[best]->rank) best = i;
    }
    if (best == SIZE_MAX) break;
    tokens[best] = rules[best]->merged;
    for (size_t i = best + 1; i + 1 < size; ++i) {
      tokens[i] = tokens[i + 1];
      if (i + 2 < size) rules[i] = rules[i + 1];
    }
    --size;
    if (best > 0) rules[best - 1] = Find(tokens[best - 1], tokens[best]);
    if (best + 1 < size) rules[best] = Find(tokens[best], tokens[best + 1]);
  }
  tokens.resize(size);
}

void BpeMerges::ApplyLong(std::vector<int32_t>& tokens) const {
  // A linked list over the tokens; a merged-away token has id -1. Queue entries that no longer
  // describe two live neighbours with this rule are skipped.
  struct Candidate {
    int32_t rank;
    uint32_t at;
    uint64_t pair;
    bool operator>(const Candidate& other) const {
      return std::tie(rank, at) > std::tie(other.rank, other.at);
    }
  };
  const auto size = static_cast<uint32_t>(tokens.size());
  std::vector<uint32_t> next(size);
  std::vector<uint32_t> previous(size);
  for (uint32_t i = 0; i < size; ++i) {
    next[i] = i + 1;
    previous[i] = i - 1;  // of the first: UINT32_MAX
  }
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
  const auto offer = [&](uint32_t at) {
    if (at >= size || next[at] >= size) return;
    if (const Rule* rule = Find(tokens[at], tokens[next[at]]))
      queue.push({rule->rank, at, rule->pair});
  };
  for (uint32_t i = 0; i < size; ++i) offer(i);
  while (!queue.empty()) {
    const auto [rank, at, pair] = queue.top();
    queue.pop();
    if (tokens[at] < 0 || next[at] >= size || Pair(tokens[at], tokens[next[at]]) != pair) continue;
    const uint32_t gone = next[at];
    tokens[at] = Find(tokens[at], tokens[gone])->merged;
    tokens[gone] = -1;
    next[at] = next[gone];
    if (next[at] < size) previous[next[at]] = at;
    offer(previous[at]);
    offer(at);
  }
  std::erase(tokens, -1);
}

}  // namespace text
