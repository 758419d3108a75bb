// One maker per handler; each is defined in the file of its name. Private to the folder.
#pragma once

#include <memory>

#include "steps/handlers.h"

namespace steps {

std::unique_ptr<workflow::StepHandler> NewIngest(const Dependencies& dependencies);
std::unique_ptr<workflow::StepHandler> NewValidate(const Dependencies& dependencies);
// `split`: pages of long documents side by side.
std::unique_ptr<workflow::StepHandler> NewParse(const Dependencies& dependencies, bool split);
std::unique_ptr<workflow::StepHandler> NewChunk(const Dependencies& dependencies);
std::unique_ptr<workflow::StepHandler> NewEmbed(const Dependencies& dependencies);
std::unique_ptr<workflow::StepHandler> NewStore(const Dependencies& dependencies);
std::unique_ptr<workflow::StepHandler> NewEnrich(const Dependencies& dependencies);
std::unique_ptr<workflow::StepHandler> NewRoute(const Dependencies& dependencies);

std::unique_ptr<workflow::EventMethod> NewSpan(const Dependencies& dependencies, bool start);
std::unique_ptr<workflow::EventMethod> NewSlack(const Dependencies& dependencies);

// The name under which a document was sent: the last component of its URI.
std::string FilenameOf(const workflow::StepContext& context);
// The document of the run, for the parser. `file` must outlive the request.
parsing::ParseRequest RequestFor(const workflow::StepContext& context,
                                 const artifacts::LocalFile& file);
// kCancelled when the attempt was called back.
base::Result<> CheckStop(const workflow::StepContext& context);
// The settings of another step of the run; "{}" when the workflow has none.
std::string SettingsOf(const workflow::StepContext& context, model::WorkflowStepType type);

}  // namespace steps
