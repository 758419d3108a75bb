#include "docling/chunker.h"

#include "docling/json.h"
#include "steps/chunk_json.h"
#include "steps/each.h"
#include "steps/step_artifacts.h"
#include "text/utf8.h"
#include "workflow/step_settings.h"

namespace steps {
namespace {

using artifacts::Type;
using model::WorkflowStepType;

// docling's chunkers, counting with the tokenizer of the model that will embed.
class Chunk final : public workflow::StepHandler {
 public:
  explicit Chunk(const Dependencies& deps) : store_(deps.artifacts), models_(deps.models) {}

  base::Result<workflow::StepOutcome> Run(const workflow::StepContext& context) override {
    const StepArtifacts artifacts(store_, context);
    workflow::StepOutcome outcome;
    SI_ASSIGN(outcome.reused, artifacts.Exist({Type::kChunks}, outcome.artifacts));
    if (outcome.reused) return outcome;

    SI_ASSIGN(const std::string json, artifacts.Get(Type::kParsedJson));
    SI_ASSIGN(const docling::Document document, docling::ReadJson(json));
    SI_TRY(CheckStop(context));
    SI_ASSIGN(const auto chunks, ChunksOf(context, document));
    if (chunks.empty()) SI_TRY(CheckNoText(artifacts, outcome));
    SI_ASSIGN(auto row, artifacts.Put(Type::kChunks, WriteChunks(document, chunks)));
    outcome.artifacts = {std::move(row)};
    outcome.status_meta.text = "{\"chunks\":" + std::to_string(chunks.size()) + "}";
    return outcome;
  }

 private:
  base::Result<std::vector<docling::Chunk>> ChunksOf(const workflow::StepContext& context,
                                                     const docling::Document& document) const {
    SI_ASSIGN(const workflow::ChunkSettings settings, workflow::ReadChunkSettings(context.config));
    if (settings.chunker != workflow::ChunkSettings::Chunker::kLocal) {
      return base::Fail(base::Code::kUnsupported,
                        "chunker docling-serve is not available in this build; use chunker: local");
    }
    docling::HybridOptions options;
    if (settings.markdown_tables) options.tables = docling::TableText::kMarkdown;
    if (settings.type == workflow::ChunkSettings::Type::kHierarchical) {
      return docling::HierarchicalChunks(document, options);
    }
    options.max_tokens = static_cast<size_t>(settings.chunk_size);
    options.merge_peers = settings.merge_peers;
    SI_ASSIGN(const workflow::EmbedSettings embed,
              workflow::ReadEmbedSettings(SettingsOf(context, WorkflowStepType::kEmbed)));
    SI_ASSIGN(const auto tokenizer, models_.Tokenizer(settings.tokenizer, embed));
    return docling::HybridChunks(document, *tokenizer, options);
  }

  // No chunks are right for a document without text only.
  static base::Result<> CheckNoText(const StepArtifacts& artifacts,
                                    workflow::StepOutcome& outcome) {
    SI_ASSIGN(const std::string markdown, artifacts.Get(Type::kParsedMarkdown));
    std::string_view rest = text::Strip(markdown);
    while (rest.starts_with("<!--")) {  // placeholders of pictures
      const size_t end = rest.find("-->");
      rest = text::Strip(end == std::string_view::npos ? "" : rest.substr(end + 3));
    }
    if (!rest.empty()) {
      return base::Fail(base::Code::kDamaged, "the document has text, but no chunk was made of it");
    }
    outcome.diagnostics.push_back({.severity = "warning",
                                   .what = "the document has no text: nothing to search in it",
                                   .location = ""});
    return {};
  }

  artifacts::Store& store_;
  Models& models_;
};

}  // namespace

std::string WriteChunks(const docling::Document& document,
                        const std::vector<docling::Chunk>& chunks) {
  std::vector<haiku::Chunk> stored;
  stored.reserve(chunks.size());
  for (const docling::Chunk& chunk : chunks) {
    const std::vector<int32_t> pages = docling::PageNumbers(document, chunk);
    stored.push_back({.content = chunk.text,
                      .doc_item_refs = docling::ItemRefs(chunk),
                      .headings = chunk.headings,
                      .labels = docling::Labels(document, chunk),
                      .page_numbers = {pages.begin(), pages.end()}});
  }
  return WriteChunks(stored);
}

std::unique_ptr<workflow::StepHandler> NewChunk(const Dependencies& dependencies) {
  return std::make_unique<Chunk>(dependencies);
}

}  // namespace steps
