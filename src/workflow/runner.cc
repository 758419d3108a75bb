#include "workflow/runner.h"

#include <algorithm>
#include <utility>

#include "workflow/engine.h"

namespace workflow {

std::map<model::WorkflowStepType, int64_t> Runner::DefaultLimits(int64_t processors) {
  using model::WorkflowStepType;
  const int64_t n = std::max<int64_t>(1, processors);
  return {{WorkflowStepType::kIngest, 2},
          {WorkflowStepType::kValidate, n},
          {WorkflowStepType::kParse, n + 1},
          {WorkflowStepType::kChunk, n},
          // Small documents share a batch of the model, and a commit of the database.
          {WorkflowStepType::kEmbed, 4 * n + 2},
          {WorkflowStepType::kStore, 24},
          {WorkflowStepType::kEnrich, 2},
          {WorkflowStepType::kRoute, 2}};
}

base::Result<std::unique_ptr<Runner>> Runner::Start(Options options, Dependencies dependencies) {
  auto engine = std::make_unique<Engine>(std::move(options), std::move(dependencies));
  SI_TRY(engine->Start());
  return std::unique_ptr<Runner>(new Runner(std::move(engine)));
}

Runner::Runner(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Runner::~Runner() = default;

void Runner::Wake() { engine_->Wake(); }
base::Result<int64_t> Runner::Cancel(std::span<const int64_t> run_ids, const std::string& reason) {
  return engine_->Cancel(run_ids, reason);
}
void Runner::Stop() { engine_->Stop(); }
int64_t Runner::busy() const { return engine_->busy(); }

}  // namespace workflow
