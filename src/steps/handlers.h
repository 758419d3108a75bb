// The steps: what workflow files may name as methods, put into the engine's registry.
//
//   ingest_document       the bytes are there and match the hash
//   validate_document     the file opens for real; doc_meta learns is_valid, page_count, pdf_…
//   parse_document        DoclingDocument JSON and Markdown (split_parse_document: the same result)
//   chunk_document        docling's chunkers with the embedding model's tokenizer
//   embed_document        a vector per chunk
//   save_to_rag           the document in its vector database, found again, entered in the ledger
//   enrich_document       doc_meta learns language, title, word_count …; static values and rules
//   route_document        rules pick data_dir, priority, parameter set, or skip
//   start_span, end_span, notify_slack            at lifecycle events
//
// Steps whose artifacts are there already complete without computing (`reused`), but for
// save_to_rag, which always runs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "artifacts/store.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "docling/diagnostics.h"
#include "embedding/embedder.h"
#include "http/client.h"
#include "model/event.h"
#include "parsing/parser.h"
#include "sql/database.h"
#include "text/tokenizer.h"
#include "vectors/store.h"
#include "workflow/params.h"
#include "workflow/step.h"
#include "workflow/step_settings.h"

namespace steps {

// Hands out models by the settings of parameter sets; loads each once. Thread-safe.
class Models {
 public:
  virtual ~Models() = default;
  virtual base::Result<std::shared_ptr<embedding::Embedder>> Embedder(
      const workflow::EmbedSettings& settings) = 0;
  // `name` is a path or name from the chunk settings; "" means that of the embedding model.
  virtual base::Result<std::shared_ptr<const text::Tokenizer>> Tokenizer(
      const std::string& name, const workflow::EmbedSettings& settings) = 0;
};

struct Options {
  bool do_rag = true;  // false: save_to_rag does nothing
  size_t embed_batch_size = 1000;
  std::vector<std::string> stop_phrases;  // headings that are no titles
  std::string slack_webhook_url;          // "" = notify_slack is a configuration error
};

// All that is referred to must outlive the registry.
struct Dependencies {
  sql::Database& db;
  artifacts::Store& artifacts;
  parsing::Parser& parser;
  Models& models;
  vectors::Store& vectors;
  http::Client& http;
  const workflow::ParamSets& params;
  const base::Clock& clock;
  base::Log log;
  Options options;
  workflow::EngineVersions versions;
};

void AddHandlers(workflow::Registry& registry, const Dependencies& dependencies);

// What a parser had to say of a document, as it is stored and shown.
std::vector<model::Diagnostic> ToModel(const std::vector<docling::Diagnostic>& diagnostics);
std::vector<model::PageOrigin> ToModel(const std::vector<docling::PageOrigin>& pages);

}  // namespace steps
