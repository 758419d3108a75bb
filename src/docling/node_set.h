// Private: a set of nodes of one document that empties in no time, for traversals that start over
// many times.
#pragma once

#include <cstdint>
#include <vector>

#include "docling/document.h"

namespace docling {

class NodeSet {
 public:
  explicit NodeSet(const Document& document);

  // False if the node was in the set already.
  bool Add(Ref ref) {
    uint32_t& stamp = stamps_[Id(ref)];
    if (stamp == generation_) return false;
    stamp = generation_;
    if (keep_log_) log_.push_back(ref);
    return true;
  }
  bool Has(Ref ref) const { return stamps_[Id(ref)] == generation_; }
  void Clear() { ++generation_; }

  // Everything added after StartLog is taken out again by Undo; Keep lets it stay. May be nested:
  // Undo and Keep take the mark that StartLog returned.
  struct Mark {
    size_t size;
    bool was_logging;
  };
  Mark StartLog();
  void Undo(Mark mark);
  void Keep(Mark mark);

 private:
  size_t Id(Ref ref) const { return offsets_[size_t(ref.kind)] + ref.index; }

  size_t offsets_[size_t(Ref::Kind::kFieldItem) + 1];
  std::vector<uint32_t> stamps_;
  uint32_t generation_ = 1;
  bool keep_log_ = false;
  std::vector<Ref> log_;
};

}  // namespace docling
