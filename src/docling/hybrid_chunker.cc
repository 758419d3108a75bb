// Hierarchical chunks are split by items (A), what is still too long is split by its text (B), and
// small neighbours are merged (C).
#include <algorithm>
#include <utility>

#include "docling/chunk_steps.h"
#include "docling/semantic_splitter.h"
#include "docling/token_budget.h"

namespace docling {
namespace {

// A chunk on its way through the steps.
struct Draft {
  Chunk chunk;
  bool fits = false;  // known to be within the limit
};

class HybridChunker {
 public:
  HybridChunker(Serializer& serializer, const TokenCounter& counter, const HybridOptions& options,
                TableForm tables)
      : serializer_(serializer),
        document_(serializer.document()),
        counter_(counter),
        options_(options),
        tables_(tables),
        budget_(counter, options.max_tokens),
        visited_(document_) {}

  std::vector<Chunk> Run() {
    std::vector<Draft> drafts;
    for (Chunk& chunk : HierarchicalChunks(serializer_, options_.always_emit_headings)) {
      std::vector<Draft> by_items;
      SplitByItems(std::move(chunk), by_items);
      for (Draft& draft : by_items) SplitByText(std::move(draft), drafts);
    }
    if (options_.merge_peers) return Merge(std::move(drafts));
    std::vector<Chunk> chunks;
    for (Draft& draft : drafts) chunks.push_back(std::move(draft.chunk));
    return chunks;
  }

 private:
  // --- A

  void SplitByItems(Chunk chunk, std::vector<Draft>& out) {
    if (chunk.items.size() == 1) {
      const bool fits = budget_.Measure(chunk).has_value();
      out.push_back({std::move(chunk), fits});
      return;
    }
    // Items are rendered anew, each alone. `window` holds those since the last cut, and fits.
    Chunk window = EmptyLike(chunk);
    TokenBudget::Bounds bounds;
    for (const Ref item : chunk.items) {
      const std::string text = RenderAlone(item);
      if (!window.items.empty()) {
        if (const auto longer = budget_.Extend(bounds, window, text)) {
          bounds = *longer;
          Append(window, item, text);
          continue;
        }
        out.push_back({std::exchange(window, EmptyLike(chunk)), true});
      }
      Append(window, item, text);
      if (const auto measured = budget_.Measure(window)) {
        bounds = *measured;
      } else {
        out.push_back({std::exchange(window, EmptyLike(chunk)), false});
      }
    }
    if (!window.items.empty()) out.push_back({std::move(window), true});
  }

  static Chunk EmptyLike(const Chunk& chunk) { return {{}, {}, chunk.headings, chunk.has_origin}; }

  static void Append(Chunk& chunk, Ref item, const std::string& text) {
    if (!chunk.text.empty() && !text.empty()) chunk.text += '\n';
    chunk.text += text;
    chunk.items.push_back(item);
  }

  // Headings contribute nothing.
  std::string RenderAlone(Ref ref) {
    const Text* text = document_.FindText(ref);
    if (text != nullptr && (text->label == Label::kTitle || text->label == Label::kSectionHeader)) {
      return {};
    }
    visited_.nodes.Clear();
    return serializer_.Serialize(*document_.Find(ref), visited_).text;
  }

  // --- B

  void SplitByText(Draft draft, std::vector<Draft>& out) {
    if (draft.fits) {
      out.push_back(std::move(draft));
      return;
    }
    Chunk& chunk = draft.chunk;
    bool is_table = chunk.items.size() == 1 && chunk.items[0].kind == Ref::Kind::kTable;
    size_t total = counter_.Count(Contextualize(chunk));
    const size_t own = counter_.Count(chunk.text);
    size_t around = total > own ? total - own : 0;
    if (around >= options_.max_tokens) {
      // The headings leave no room. docling forgets with them that this was a table.
      chunk.headings.reset();
      is_table = false;
      around = 0;
      total = own;
    }
    if (total <= options_.max_tokens) {
      out.push_back({std::move(chunk), true});
      return;
    }
    const std::vector<std::string> pieces =
        is_table && options_.repeat_table_header
            ? SplitTable(chunk.text, tables_, options_, counter_)
            : SplitSemantically(chunk.text, options_.max_tokens - around, counter_);
    for (const std::string& piece : pieces) {
      out.push_back({{piece, chunk.items, chunk.headings, chunk.has_origin}});
    }
  }

  // --- C

  std::vector<Chunk> Merge(std::vector<Draft> drafts) const {
    std::vector<Chunk> merged;
    std::optional<TokenBudget::Bounds> bounds;  // of the last of them, once it was measured
    for (Draft& draft : drafts) {
      if (!merged.empty() && merged.back().headings == draft.chunk.headings) {
        Chunk& window = merged.back();
        if (!bounds) bounds = budget_.Measure(window);
        const auto longer =
            bounds ? budget_.ExtendByLine(*bounds, window, draft.chunk.text) : std::nullopt;
        if (longer) {
          bounds = longer;
          window.text += '\n';
          window.text += draft.chunk.text;
          window.items.insert(window.items.end(), draft.chunk.items.begin(),
                              draft.chunk.items.end());
          window.has_origin = draft.chunk.has_origin;
          continue;
        }
      }
      merged.push_back(std::move(draft.chunk));
      bounds.reset();
    }
    return merged;
  }

  Serializer& serializer_;
  const Document& document_;
  const TokenCounter& counter_;
  const HybridOptions& options_;
  const TableForm tables_;
  const TokenBudget budget_;
  Visited visited_;  // scratch of RenderAlone
};

}  // namespace

std::vector<Chunk> HybridChunks(Serializer& serializer, const TokenCounter& counter,
                                const HybridOptions& options, TableForm tables) {
  return HybridChunker(serializer, counter, options, tables).Run();
}

base::Result<std::vector<Chunk>> HybridChunks(const Document& document,
                                              const text::Tokenizer& tokenizer,
                                              const HybridOptions& options) {
  HybridOptions limited = options;
  if (limited.max_tokens == 0) limited.max_tokens = tokenizer.MaxTokens();
  if (limited.max_tokens == 0) {
    return base::Fail(
        base::Code::kInvalidArgument,
        "the number of tokens of a chunk is not given and the tokenizer has no limit");
  }
  const SerializerOptions form = ChunkSerializerOptions(options);
  Serializer serializer(document, form);
  return HybridChunks(serializer, TokenCounter(tokenizer), limited, form.tables);
}

}  // namespace docling
