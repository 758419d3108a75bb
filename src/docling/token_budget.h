// Private: whether growing chunks fit into the limit, without counting all of their text each time
// a line is added.
#pragma once

#include <optional>
#include <string>

#include "docling/chunker.h"
#include "docling/token_counter.h"

namespace docling {

class TokenBudget {
 public:
  // Between which numbers the count of a chunk's context lies. `high` is within the limit.
  struct Bounds {
    size_t low = 0;
    size_t high = 0;
  };

  TokenBudget(const TokenCounter& counter, size_t max_tokens)
      : counter_(counter), max_tokens_(max_tokens) {}

  // Counts. nullopt when the chunk is over the limit.
  std::optional<Bounds> Measure(const Chunk& chunk) const;

  // The bounds of `chunk` (which has `bounds`) with `line` added on a line of its own, or nullopt
  // if that is over the limit. Only counts the whole when the bounds leave it open. Extend takes an
  // empty line, or a chunk without text, as nothing to separate.
  std::optional<Bounds> Extend(const Bounds& bounds, const Chunk& chunk,
                               const std::string& line) const;
  std::optional<Bounds> ExtendByLine(const Bounds& bounds, const Chunk& chunk,
                                     const std::string& line) const;

 private:
  const TokenCounter& counter_;
  const size_t max_tokens_;
};

}  // namespace docling
