#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "docling/chunk_steps.h"

namespace docling {
namespace {

// The headings above the current place, by level (title = 0).
class HeadingStack {
 public:
  void Enter(const Text& heading) {
    const int level = LevelOf(heading);
    by_level_.erase(by_level_.lower_bound(level), by_level_.end());
    by_level_[level] = &heading;
  }

  // Whether entering `heading` takes one of the current headings out.
  bool IsShadowedBy(const Text& heading) const {
    return by_level_.lower_bound(LevelOf(heading)) != by_level_.end();
  }

  bool empty() const { return by_level_.empty(); }
  Ref Deepest() const { return by_level_.rbegin()->second->self; }

  std::optional<std::vector<std::string>> Texts() const {
    if (by_level_.empty()) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& [level, heading] : by_level_) texts.push_back(heading->text);
    return texts;
  }

  // A chunk of the headings alone.
  Chunk AsChunk() const {
    Chunk chunk;
    for (const auto& [level, heading] : by_level_) chunk.items.push_back(heading->self);
    chunk.headings = Texts();
    chunk.has_origin = false;
    return chunk;
  }

 private:
  static int LevelOf(const Text& heading) {
    return heading.label == Label::kTitle ? 0 : heading.level;
  }

  std::map<int, const Text*> by_level_;
};

class HierarchicalChunker {
 public:
  HierarchicalChunker(Serializer& serializer, bool always_emit_headings)
      : serializer_(serializer),
        document_(serializer.document()),
        visited_(document_),
        always_emit_headings_(always_emit_headings) {}

  std::vector<Chunk> Run() {
    Walk walk(document_, {.groups = true});
    while (const Node* node = walk.Next()) {
      const Item* item = document_.FindItem(node->self);
      if (item != nullptr && serializer_.IsExcluded(*item)) continue;
      const Text* text = document_.FindText(node->self);
      const bool heading =
          text != nullptr && (text->label == Label::kTitle || text->label == Label::kSectionHeader);
      if (heading) {
        EnterHeading(*text);
      } else if (IsChunkable(*node) && !visited_.nodes.Has(node->self)) {
        AddContent(*node);
      }
    }
    if (!headings_.empty()) EmitUnusedHeadings();
    return std::move(chunks_);
  }

 private:
  // Groups other than lists and inline groups are only walked through.
  bool IsChunkable(const Node& node) const {
    const Group* group = document_.FindGroup(node.self);
    return group == nullptr || group->label == GroupLabel::kList ||
           group->label == GroupLabel::kInline;
  }

  void EnterHeading(const Text& heading) {
    if (headings_.IsShadowedBy(heading)) EmitUnusedHeadings();
    headings_.Enter(heading);
  }

  void EmitUnusedHeadings() {
    if (!always_emit_headings_ || !used_.insert(headings_.Deepest()).second) return;
    chunks_.push_back(headings_.AsChunk());
  }

  void AddContent(const Node& node) {
    Rendered rendered = serializer_.Serialize(node, visited_);
    if (rendered.text.empty() || rendered.items.empty()) return;
    chunks_.push_back({std::move(rendered.text), std::move(rendered.items), headings_.Texts()});
    if (!headings_.empty()) used_.insert(headings_.Deepest());
  }

  Serializer& serializer_;
  const Document& document_;
  Visited visited_;
  const bool always_emit_headings_;
  HeadingStack headings_;
  std::unordered_set<Ref> used_;  // headings that a chunk shows
  std::vector<Chunk> chunks_;
};

}  // namespace

SerializerOptions ChunkSerializerOptions(const ChunkOptions& options) {
  SerializerOptions serializer;
  serializer.markdown.image_placeholder = options.image_placeholder;
  serializer.markdown.escape_underscores = false;
  serializer.markdown.escape_html = false;
  serializer.markdown.compact_tables = options.tables == TableText::kCompactMarkdown;
  serializer.tables =
      options.tables == TableText::kTriplets ? TableForm::kTriplets : TableForm::kMarkdown;
  return serializer;
}

std::vector<Chunk> HierarchicalChunks(Serializer& serializer, bool always_emit_headings) {
  return HierarchicalChunker(serializer, always_emit_headings).Run();
}

std::vector<Chunk> HierarchicalChunks(const Document& document, const ChunkOptions& options) {
  Serializer serializer(document, ChunkSerializerOptions(options));
  return HierarchicalChunks(serializer, options.always_emit_headings);
}

}  // namespace docling
