#include "steps/rule_facts.h"

#include <boost/json.hpp>

namespace steps {

workflow::RuleFacts RuleFactsOf(const workflow::StepContext& context,
                                const boost::json::object& doc_meta) {
  workflow::RuleFacts facts{.mime = context.document.mime_type,
                            .source = context.uri().source,
                            .uri = context.uri().uri,
                            .size = context.document.file_size.value_or(0),
                            .meta = {}};
  for (const auto& [key, value] : doc_meta) {
    facts.meta[key] =
        value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value);
  }
  return facts;
}

}  // namespace steps
