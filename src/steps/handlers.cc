#include "steps/handlers.h"

#include "reflect/enum.h"
#include "steps/each.h"

namespace steps {

void AddHandlers(workflow::Registry& registry, const Dependencies& dependencies) {
  registry.Add("ingest_document", NewIngest(dependencies));
  registry.Add("validate_document", NewValidate(dependencies));
  registry.Add("parse_document", NewParse(dependencies, /*split=*/false));
  registry.Add("split_parse_document", NewParse(dependencies, /*split=*/true));
  registry.Add("chunk_document", NewChunk(dependencies));
  registry.Add("embed_document", NewEmbed(dependencies));
  registry.Add("save_to_rag", NewStore(dependencies));
  registry.Add("enrich_document", NewEnrich(dependencies));
  registry.Add("route_document", NewRoute(dependencies));
  registry.Add("start_span", NewSpan(dependencies, /*start=*/true));
  registry.Add("end_span", NewSpan(dependencies, /*start=*/false));
  registry.Add("notify_slack", NewSlack(dependencies));
}

std::string FilenameOf(const workflow::StepContext& context) {
  const std::string& uri = context.uri().uri;
  const size_t end = uri.find_last_not_of("/\\");
  if (end == std::string::npos) return "document";
  const size_t cut = uri.find_last_of("/\\", end);
  return uri.substr(cut == std::string::npos ? 0 : cut + 1, end - (cut + 1) + 1);
}

parsing::ParseRequest RequestFor(const workflow::StepContext& context,
                                 const artifacts::LocalFile& file) {
  return {.file = file.path(),
          .filename = FilenameOf(context),
          .mime_type = context.document.mime_type};
}

base::Result<> CheckStop(const workflow::StepContext& context) {
  if (!context.stop.stop_requested()) return {};
  return base::Fail(base::Code::kCancelled, "the attempt was called back");
}

std::vector<model::Diagnostic> ToModel(const std::vector<docling::Diagnostic>& diagnostics) {
  std::vector<model::Diagnostic> rows;
  rows.reserve(diagnostics.size());
  for (const docling::Diagnostic& one : diagnostics) {
    constexpr std::string_view kNames[] = {"info", "warning", "error"};
    rows.push_back({.severity = std::string(kNames[static_cast<size_t>(one.severity)]),
                    .what = one.what,
                    .location = one.where});
  }
  return rows;
}

std::vector<model::PageOrigin> ToModel(const std::vector<docling::PageOrigin>& pages) {
  std::vector<model::PageOrigin> rows;
  rows.reserve(pages.size());
  for (const docling::PageOrigin& one : pages) {
    rows.push_back({.first = one.first,
                    .last = one.last,
                    .source = std::string(docling::Name(one.source)),
                    .confidence = one.confidence});
  }
  return rows;
}

std::string SettingsOf(const workflow::StepContext& context, model::WorkflowStepType type) {
  const auto at = context.configs.find(type);
  return at == context.configs.end() ? "{}" : at->second;
}

}  // namespace steps
