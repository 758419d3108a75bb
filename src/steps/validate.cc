#include <boost/json.hpp>

#include "records/documents.h"
#include "records/steps.h"
#include "steps/each.h"
#include "steps/step_artifacts.h"

namespace steps {
namespace {

bool KnownToBeValid(const base::JsonText& meta) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(meta.text, error);
  if (error || !value.is_object()) return false;
  const auto* const valid = value.get_object().if_contains("is_valid");
  return valid != nullptr && valid->is_bool() && valid->get_bool();
}

void SetIfAny(boost::json::object& object, std::string_view key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

// What doc_meta learns from a file that opened.
std::string ValidMeta(const parsing::Facts& facts) {
  boost::json::object meta;
  meta["is_valid"] = true;
  meta["invalid_reason"] = nullptr;
  if (facts.page_count > 0) meta["page_count"] = facts.page_count;
  if (facts.mime_type == "application/pdf") {
    SetIfAny(meta, "pdf_title", facts.title);
    SetIfAny(meta, "pdf_author", facts.author);
    SetIfAny(meta, "pdf_subject", facts.subject);
    SetIfAny(meta, "pdf_keywords", facts.keywords);
  }
  return boost::json::serialize(meta);
}

// Opens the file for real.
class Validate final : public workflow::StepHandler {
 public:
  explicit Validate(const Dependencies& deps)
      : db_(deps.db), store_(deps.artifacts), parser_(deps.parser) {}

  base::Result<workflow::StepOutcome> Run(const workflow::StepContext& context) override {
    workflow::StepOutcome outcome;
    // The bytes of a hash never change: what was valid is valid.
    outcome.reused = KnownToBeValid(context.document.doc_meta);
    if (outcome.reused) return outcome;
    SI_ASSIGN(const artifacts::LocalFile file, StepArtifacts(store_, context).OpenDocument());
    const auto facts = parser_.Inspect(RequestFor(context, file), context.stop);
    if (!facts) {
      if (!facts.error().retryable() && !context.stop.stop_requested()) {
        SI_TRY(WriteInvalid(context, facts.error()));
      }
      return base::Fail(facts.error());
    }
    outcome.doc_meta_patch.text = ValidMeta(*facts);
    if (facts->page_count > 0) {
      outcome.status_meta.text = "{\"pages\":" + std::to_string(facts->page_count) + "}";
    }
    return outcome;
  }

 private:
  // A failed step changes nothing by itself, but that the document is not valid is a finding.
  base::Result<> WriteInvalid(const workflow::StepContext& context, const base::Error& why) {
    boost::json::object meta;
    meta["is_valid"] = false;
    meta["invalid_reason"] = why.message();
    const base::JsonText patch{boost::json::serialize(meta)};
    return db_.Write([&](sql::Tx& tx) -> base::Result<> {
      SI_TRY(
          records::Steps::CheckFence(tx, {.step_id = context.step_id, .attempt = context.attempt}));
      return records::Documents::MergeMeta(tx, context.document.hash, patch);
    });
  }

  sql::Database& db_;
  artifacts::Store& store_;
  parsing::Parser& parser_;
};

}  // namespace

std::unique_ptr<workflow::StepHandler> NewValidate(const Dependencies& dependencies) {
  return std::make_unique<Validate>(dependencies);
}

}  // namespace steps
