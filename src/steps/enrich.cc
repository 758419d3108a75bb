#include <algorithm>
#include <boost/json.hpp>

#include "steps/each.h"
#include "steps/rule_facts.h"
#include "steps/step_artifacts.h"
#include "steps/text_facts.h"
#include "workflow/rules.h"

namespace steps {
namespace {

namespace json = boost::json;

// Adds to doc_meta what the text says, then the static values, then what rules set. A value that
// somebody gave the document is never replaced by a guess.
class Enrich final : public workflow::StepHandler {
 public:
  explicit Enrich(const Dependencies& deps)
      : store_(deps.artifacts), stop_phrases_(deps.options.stop_phrases) {}

  base::Result<workflow::StepOutcome> Run(const workflow::StepContext& context) override {
    SI_ASSIGN(const json::object settings, ParseObject(context.config, "settings"));
    SI_ASSIGN(const auto rules, workflow::ReadRules(context.config, workflow::RuleKind::kEnrich));
    SI_ASSIGN(const std::string markdown,
              StepArtifacts(store_, context).Get(artifacts::Type::kParsedMarkdown));
    SI_ASSIGN(json::object known, ParseObject(context.document.doc_meta.text, "doc_meta"));

    json::object patch = Guessed(markdown, known, settings);
    if (const auto* const fixed = settings.if_contains("static"); fixed && fixed->is_object()) {
      for (const auto& [key, value] : fixed->get_object()) patch[key] = value;
    }
    for (const auto& [key, value] : patch) known[key] = value;
    const workflow::RuleFacts facts = RuleFactsOf(context, known);
    for (const workflow::Rule& rule : rules) {
      if (!rule.Matches(facts)) continue;
      SI_ASSIGN(const json::object set, ParseObject(rule.set, "rule"));
      for (const auto& [key, value] : set) patch[key] = value;
    }
    workflow::StepOutcome outcome;
    outcome.doc_meta_patch.text = json::serialize(patch);
    return outcome;
  }

 private:
  static base::Result<json::object> ParseObject(std::string_view text, std::string_view what) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (!error && value.is_object()) return std::move(value.get_object());
    return base::Fail(base::Code::kInvalidArgument, std::string(what) + " is no JSON object");
  }

  // The fields that are wanted ("fields", all by default) and not known yet.
  json::object Guessed(std::string_view markdown, const json::object& known,
                       const json::object& settings) const {
    const TextFacts facts = FactsOf(markdown);
    json::object all;
    if (!facts.language.empty()) all["language"] = facts.language;
    const std::string title = TitleFromHeadings(markdown, stop_phrases_);
    if (const auto* const pdf = known.if_contains("pdf_title")) {
      all["title"] = *pdf;
    } else if (!title.empty()) {
      all["title"] = title;
    }
    if (const auto* const pdf = known.if_contains("pdf_author")) all["author"] = *pdf;
    all["word_count"] = facts.word_count;
    all["headings"] = json::value_from(facts.headings);
    all["keywords"] = json::value_from(facts.keywords);

    const auto* const fields = settings.if_contains("fields");
    json::object wanted;
    for (const auto& [key, value] : all) {
      const bool listed =
          fields == nullptr || !fields->is_array() ||
          std::ranges::find(fields->get_array(), json::value(key)) != fields->get_array().end();
      if (listed && !known.contains(key)) wanted[key] = value;
    }
    return wanted;
  }

  artifacts::Store& store_;
  const std::vector<std::string> stop_phrases_;
};

}  // namespace

std::unique_ptr<workflow::StepHandler> NewEnrich(const Dependencies& dependencies) {
  return std::make_unique<Enrich>(dependencies);
}

}  // namespace steps
