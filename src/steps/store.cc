#include <algorithm>

#include <boost/json.hpp>

#include "base/hash.h"
#include "docling/json.h"
#include "haiku/rows.h"
#include "records/stored.h"
#include "steps/byte_gate.h"
#include "steps/chunk_json.h"
#include "steps/each.h"
#include "steps/embeddings_file.h"
#include "steps/step_artifacts.h"
#include "workflow/step_settings.h"

namespace steps {
namespace {

using artifacts::Type;
using model::WorkflowStepType;

// The name under which haiku.rag knows who serves a model: ours is asked like OpenAI's.
std::string HaikuProvider(const std::string& provider) {
  return provider == "local" ? "openai" : provider;
}

std::string Md5Of(const model::Document& document) {
  boost::system::error_code error;
  const boost::json::value meta = boost::json::parse(document.doc_meta.text, error);
  const auto* const md5 =
      !error && meta.is_object() ? meta.get_object().if_contains("md5") : nullptr;
  return md5 != nullptr && md5->is_string() ? std::string(md5->get_string()) : "";
}

// Of artifacts whose rows wait for their commit; rows take several times as much.
constexpr uint64_t kBytesInMemory = 64ULL << 20;

// Intent, rows in, read back, replaced rows out; the ledger's entry is made in the transaction in
// which the step completes. Always runs: writing a document again replaces it by itself.
class Store final : public workflow::StepHandler {
 public:
  explicit Store(const Dependencies& deps)
      : db_(deps.db),
        artifacts_(deps.artifacts),
        vectors_(deps.vectors),
        clock_(deps.clock),
        do_rag_(deps.options.do_rag),
        stop_phrases_(deps.options.stop_phrases) {}

  base::Result<workflow::StepOutcome> Run(const workflow::StepContext& context) override {
    workflow::StepOutcome outcome;
    if (!do_rag_) {
      outcome.status_meta.text = R"({"skipped":"DO_RAG is off"})";
      return outcome;
    }
    SI_ASSIGN(const workflow::StoreSettings settings, workflow::ReadStoreSettings(context.config));
    if (settings.profile != workflow::StoreSettings::Profile::kCurrent) {
      return base::Fail(
          base::Code::kUnsupported,
          "store profile legacy is not available in this build; use profile: current");
    }
    SI_ASSIGN(const uint64_t bytes, SizeOf(context));
    SI_ASSIGN(const ByteGate::Pass pass, gate_.Enter(bytes, context.stop));
    SI_ASSIGN(vectors::DocumentRow row, MakeRow(context));
    SI_TRY(CheckStop(context));
    const size_t chunks = row.chunks.size();
    SI_ASSIGN(const int64_t intent, Write(context, settings.data_dir, std::move(row)));
    outcome.stored = workflow::StoreReceipt{.intent_id = intent,
                                            .chunk_count = static_cast<int64_t>(chunks),
                                            .data_dir = settings.data_dir};
    outcome.status_meta.text = "{\"chunks\":" + std::to_string(chunks) + "}";
    return outcome;
  }

 private:
  // Of all that MakeRow reads.
  base::Result<uint64_t> SizeOf(const workflow::StepContext& context) const {
    const StepArtifacts artifacts(artifacts_, context);
    uint64_t total = 0;
    for (const Type type : {Type::kChunks, Type::kEmbeddings, Type::kParsedJson}) {
      SI_ASSIGN(const uint64_t size, artifacts.Size(type));
      total += size;
    }
    return total;
  }

  base::Result<vectors::DocumentRow> MakeRow(const workflow::StepContext& context) const {
    const StepArtifacts artifacts(artifacts_, context);
    SI_ASSIGN(const workflow::EmbedSettings embed,
              workflow::ReadEmbedSettings(SettingsOf(context, WorkflowStepType::kEmbed)));
    SI_ASSIGN(const std::string chunks_json, artifacts.Get(Type::kChunks));
    SI_ASSIGN(const ReadChunksResult read, ReadChunks(chunks_json));
    SI_ASSIGN(const std::string bytes, artifacts.Get(Type::kEmbeddings));
    SI_ASSIGN(Embeddings embeddings, ReadEmbeddings(bytes));
    SI_TRY(CheckBelong(embeddings, chunks_json, read.chunks.size(), embed));
    SI_ASSIGN(const std::string json, artifacts.Get(Type::kParsedJson));
    SI_ASSIGN(const docling::Document document, docling::ReadJson(json));

    std::vector<std::string> uris;
    for (const model::DocumentUri& uri : context.uris) uris.push_back(uri.uri);
    const std::string md5 = Md5Of(context.document);
    // The name under which the model is served: haiku.rag and our own search ask for it by that.
    const std::string& model = embeddings.model.empty() ? embed.model : embeddings.model;
    return haiku::MakeRow({.document = document,
                           .chunks = read.chunks,
                           .vectors = std::move(embeddings.vectors),
                           .embedding = {.provider = HaikuProvider(embed.provider),
                                         .name = model,
                                         .dimension = static_cast<size_t>(embed.vector_dim)},
                           .hash = context.document.hash,
                           .md5 = md5,
                           .mime_type = context.document.mime_type,
                           .source = context.uri().source,
                           .uris = uris,
                           .doc_meta = context.document.doc_meta.text,
                           .parse_step_config_id = context.config_ids.at(WorkflowStepType::kParse),
                           .stop_phrases = stop_phrases_,
                           .now = clock_.Now()});
  }

  // The vectors are those of these chunks.
  static base::Result<> CheckBelong(const Embeddings& embeddings, const std::string& chunks_json,
                                    size_t chunks, const workflow::EmbedSettings& embed) {
    const bool others = !embeddings.chunks_sha256.empty() &&
                        embeddings.chunks_sha256 != base::Sha256Hex(chunks_json);
    if (others || embeddings.count != chunks) {
      return base::Fail(base::Code::kDamaged, "the embeddings artifact is of other chunks");
    }
    if (chunks > 0 && embeddings.dimension != static_cast<size_t>(embed.vector_dim)) {
      return base::Fail(base::Code::kDamaged,
                        "the embeddings have " + std::to_string(embeddings.dimension) +
                            " dimensions, vector_dim is " + std::to_string(embed.vector_dim));
    }
    return {};
  }

  // The id of the intent that is carried out.
  base::Result<int64_t> Write(const workflow::StepContext& context, const std::string& data_dir,
                              vectors::DocumentRow row) {
    const model::Fence fence{.step_id = context.step_id, .attempt = context.attempt};
    const std::string id = row.id;
    const vectors::RowCounts expected{
        .documents = 1, .metas = 1, .items = row.items.size(), .chunks = row.chunks.size()};
    SI_ASSIGN(const model::StoreIntent intent, db_.Write([&](sql::Tx& tx) {
      return records::Stored::Begin(
          tx, fence, {.data_dir = data_dir, .doc_hash = context.document.hash, .document_id = id},
          clock_.Now());
    }));
    const vectors::Fence vector_fence{.epoch = 0, .intent = intent.id};
    SI_TRY(context.fence());
    SI_ASSIGN(const vectors::RowCounts found,
              vectors_.Upsert(data_dir, std::move(row), vector_fence));
    if (found != expected) {
      return base::Fail(base::Code::kInternal, "wrote " + std::to_string(expected.chunks) +
                                                   " chunks and " + std::to_string(expected.items) +
                                                   " items, found " + std::to_string(found.chunks) +
                                                   " and " + std::to_string(found.items));
    }
    std::vector<std::string> replaced = intent.replaced_ids;
    std::erase(replaced, id);
    if (!replaced.empty()) {
      SI_TRY(context.fence());
      SI_TRY(vectors_.Remove(data_dir, replaced, vector_fence));
    }
    return intent.id;
  }

  sql::Database& db_;
  artifacts::Store& artifacts_;
  vectors::Store& vectors_;
  const base::Clock& clock_;
  const bool do_rag_;
  const std::vector<std::string> stop_phrases_;
  ByteGate gate_{kBytesInMemory};
};

}  // namespace

std::unique_ptr<workflow::StepHandler> NewStore(const Dependencies& dependencies) {
  return std::make_unique<Store>(dependencies);
}

}  // namespace steps
