#include "docling/node_set.h"

namespace docling {

NodeSet::NodeSet(const Document& document) {
  const size_t sizes[] = {1,  // kNone
                          1,  // kBody
                          1,  // kFurniture
                          document.groups.size(),
                          document.texts.size(),
                          document.pictures.size(),
                          document.tables.size(),
                          document.key_value_items.size(),
                          document.form_items.size(),
                          document.field_regions.size(),
                          document.field_items.size()};
  size_t next = 0;
  for (size_t kind = 0; kind < std::size(offsets_); ++kind) {
    offsets_[kind] = next;
    next += sizes[kind];
  }
  stamps_.resize(next, 0);
}

NodeSet::Mark NodeSet::StartLog() {
  const Mark mark{log_.size(), keep_log_};
  keep_log_ = true;
  return mark;
}

void NodeSet::Undo(Mark mark) {
  for (size_t i = mark.size; i < log_.size(); ++i) stamps_[Id(log_[i])] = 0;
  log_.resize(mark.size);
  keep_log_ = mark.was_logging;
}

void NodeSet::Keep(Mark mark) {
  if (!mark.was_logging) log_.clear();
  keep_log_ = mark.was_logging;
}

}  // namespace docling
