// What rules look at, from a step's context. Private to the folder.
#pragma once

#include <boost/json/fwd.hpp>

#include "workflow/rules.h"
#include "workflow/step.h"

namespace steps {

workflow::RuleFacts RuleFactsOf(const workflow::StepContext& context,
                                const boost::json::object& doc_meta);

}  // namespace steps
