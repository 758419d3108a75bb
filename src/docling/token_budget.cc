#include "docling/token_budget.h"

#include <algorithm>

namespace docling {
namespace {

// By how many tokens the count of two texts joined with a line break may differ from the sum of
// their counts. Tokenizers cut at a line break, or take it into a token with the marks before it:
// one more or one less, but for runs of marks, which they may group anew.
constexpr size_t kSlack = 2;
constexpr size_t kSlackAfterMarks = 8;

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool IsAlnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// nullopt where blanks meet the break: runs of them are counted in ways hard to foresee.
std::optional<size_t> SlackBetween(const std::string& before, const std::string& after) {
  if (before.empty() || after.empty() || IsBlank(before.back()) || IsBlank(after.front())) {
    return std::nullopt;
  }
  const bool one_mark =
      IsAlnum(before.back()) || (before.size() > 1 && IsAlnum(before[before.size() - 2]));
  return one_mark ? kSlack : kSlackAfterMarks;
}

}  // namespace

std::optional<TokenBudget::Bounds> TokenBudget::Measure(const Chunk& chunk) const {
  const size_t tokens = counter_.CountUpTo(Contextualize(chunk), max_tokens_);
  if (tokens > max_tokens_) return std::nullopt;
  return Bounds{tokens, tokens};
}

std::optional<TokenBudget::Bounds> TokenBudget::ExtendByLine(const Bounds& bounds,
                                                             const Chunk& chunk,
                                                             const std::string& line) const {
  if (const auto slack = SlackBetween(chunk.text, line)) {
    const size_t added = counter_.CountUpTo(line, max_tokens_);
    const Bounds sum{bounds.low + added - std::min(*slack, added), bounds.high + added + *slack};
    if (sum.high <= max_tokens_) return sum;
    if (sum.low > max_tokens_) return std::nullopt;
  }
  return Measure({chunk.text + "\n" + line, {}, chunk.headings});
}

std::optional<TokenBudget::Bounds> TokenBudget::Extend(const Bounds& bounds, const Chunk& chunk,
                                                       const std::string& line) const {
  if (line.empty()) return bounds;
  if (chunk.text.empty()) return Measure({line, {}, chunk.headings});
  return ExtendByLine(bounds, chunk, line);
}

}  // namespace docling
