#include "reflect/json.h"
#include "steps/each.h"
#include "steps/step_artifacts.h"
#include "text/utf8.h"
#include "workflow/step_settings.h"

namespace steps {
namespace {

using artifacts::Type;

// The parser's pages are the step's progress.
class Pages final : public parsing::PageProgress {
 public:
  explicit Pages(workflow::ProgressSink& sink) : sink_(sink) {}
  void OnPage(int done, int total) override { sink_.OnProgress(done, total); }

 private:
  workflow::ProgressSink& sink_;
};

class Parse final : public workflow::StepHandler {
 public:
  Parse(const Dependencies& deps, bool split)
      : store_(deps.artifacts), parser_(deps.parser), split_(split) {}

  base::Result<workflow::StepOutcome> Run(const workflow::StepContext& context) override {
    SI_ASSIGN(const workflow::ParseSettings settings, workflow::ReadParseSettings(context.config));
    if (settings.engine != workflow::ParseSettings::Engine::kLocal) {
      return base::Fail(base::Code::kUnsupported,
                        "parse engine docling-serve is not available in this build; use "
                        "engine: local");
    }
    const StepArtifacts artifacts(store_, context);
    workflow::StepOutcome outcome;
    SI_ASSIGN(outcome.reused,
              artifacts.Exist({Type::kParsedJson, Type::kParsedMarkdown}, outcome.artifacts));
    if (outcome.reused) return outcome;

    SI_ASSIGN(const artifacts::LocalFile file, artifacts.OpenDocument());
    Pages pages(*context.progress);
    parsing::ParseRequest request = RequestFor(context, file);
    request.split = split_;
    SI_ASSIGN(const parsing::Parsed parsed, parser_.Parse(request, &pages, context.stop));
    if (parsed.document_json.empty()) {
      return base::Fail(base::Code::kInternal, "the parser gave no document");
    }
    // Markdown last: a parse is complete when both are there.
    SI_ASSIGN(auto json, artifacts.Put(Type::kParsedJson, parsed.document_json));
    SI_ASSIGN(auto markdown, artifacts.Put(Type::kParsedMarkdown, parsed.markdown));
    outcome.artifacts = {std::move(json), std::move(markdown)};
    Describe(parsed, outcome);
    return outcome;
  }

 private:
  static void Describe(const parsing::Parsed& parsed, workflow::StepOutcome& outcome) {
    outcome.diagnostics = ToModel(parsed.diagnostics);
    if (text::Strip(parsed.markdown).empty()) {
      outcome.diagnostics.push_back(
          {.severity = "warning", .what = "the document has no text", .location = ""});
    }
    outcome.status_meta.text =
        "{\"pages\":" + std::to_string(parsed.page_count) +
        ",\"characters\":" + std::to_string(text::CountCodePoints(parsed.markdown)) +
        ",\"page_sources\":" + reflect::ToJson(ToModel(parsed.pages)) + "}";
    if (parsed.page_count > 0) {
      outcome.doc_meta_patch.text = "{\"page_count\":" + std::to_string(parsed.page_count) + "}";
    }
  }

  artifacts::Store& store_;
  parsing::Parser& parser_;
  const bool split_;
};

}  // namespace

std::unique_ptr<workflow::StepHandler> NewParse(const Dependencies& dependencies, bool split) {
  return std::make_unique<Parse>(dependencies, split);
}

}  // namespace steps
