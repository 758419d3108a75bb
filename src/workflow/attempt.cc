#include "workflow/attempt.h"

#include <algorithm>
#include <array>
#include <exception>

#include "records/documents.h"
#include "records/step_configs.h"
#include "reflect/enum.h"

namespace workflow {
namespace {

// Passes progress on to listeners, and as a sentence to the database.
class Progress final : public ProgressSink {
 public:
  Progress(Listener* listener, EngineEvent event, const base::Clock& clock, HeldClaim& held)
      : listener_(listener), event_(std::move(event)), clock_(clock), held_(held) {}

  void OnProgress(int64_t done, int64_t total) override {
    held_.SetProgress(std::to_string(done) + " of " + std::to_string(total));
    if (listener_ == nullptr) return;
    EngineEvent event = event_;
    event.time = clock_.Now();
    event.done = done;
    event.total = total;
    listener_->OnEvent(event);
  }

 private:
  Listener* const listener_;
  const EngineEvent event_;
  const base::Clock& clock_;
  HeldClaim& held_;
};

}  // namespace

base::Result<std::shared_ptr<const model::StepConfig>> StepConfigCache::Get(sql::Tx& tx,
                                                                            int64_t id) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = rows_.find(id); at != rows_.end()) return at->second;
  }
  SI_ASSIGN(auto row, records::StepConfigs::Get(tx, id));
  auto shared = std::make_shared<const model::StepConfig>(std::move(row));
  const std::lock_guard lock(mutex_);
  return rows_.emplace(id, std::move(shared)).first->second;
}

base::Result<> Attempts::LoadConfigs(sql::Tx& tx, const Claim& claim, StepContext& context) {
  SI_ASSIGN(const auto steps, records::Steps::OfRun(tx, claim.run().id));
  for (const model::RunStep& step : steps) {
    SI_ASSIGN(const auto config, configs_.Get(tx, step.step_config_id));
    context.config_ids[step.step_type] = config->id;
    context.configs[step.step_type] = config->config_json.text;
    if (step.workflow_step_number > claim.step().workflow_step_number) {
      context.later.push_back(step.step_type);
    }
    if (step.id != claim.step().id) continue;
    context.step_config_id = config->id;
    context.config = config->config_json.text;
  }
  return LoadEarlierConfigs(tx, context);
}

// A workflow may leave out steps whose artifacts are there already (chunk without parse).
base::Result<> Attempts::LoadEarlierConfigs(sql::Tx& tx, StepContext& context) {
  using model::WorkflowStepType;
  const bool complete = std::ranges::all_of(
      std::array{WorkflowStepType::kParse, WorkflowStepType::kChunk, WorkflowStepType::kEmbed},
      [&](WorkflowStepType type) {
        return type >= context.type || context.config_ids.contains(type);
      });
  if (complete) return {};
  SI_ASSIGN(const auto own, configs_.Get(tx, context.step_config_id));
  SI_ASSIGN(const auto before, records::StepConfigs::Before(tx, *own));
  for (const model::StepConfig& config : before) {
    context.config_ids.try_emplace(config.step_type, config.id);
    context.configs.try_emplace(config.step_type, config.config_json.text);
  }
  return {};
}

base::Result<StepContext> Attempts::Load(sql::Tx& tx, const Claim& claim) {
  const model::RunStep& step = claim.step();
  StepContext context;
  context.batch_id = claim.run().batch_id;
  context.run_group_id = claim.run().run_group_id;
  context.run_id = claim.run().id;
  context.step_id = step.id;
  context.attempt = claim.claimed.fence.attempt;
  context.type = step.step_type;
  context.run_params = claim.run().run_params;
  SI_ASSIGN(context.document, records::Documents::Get(tx, claim.run().doc_id));
  SI_ASSIGN(context.uris, records::Documents::UrisOf(tx, claim.run().doc_id));
  if (context.uris.empty()) {
    return base::Fail(base::Code::kNotFound,
                      "no URI refers to document " + claim.run().doc_id + " any more");
  }
  SI_TRY(LoadConfigs(tx, claim, context));
  return context;
}

base::Result<StepOutcome> Attempts::Run(const Claim& claim, HeldClaim& held) {
  const Handler* const wanted =
      claim.definition ? claim.definition->StepHandler(claim.step().step_type) : nullptr;
  if (wanted == nullptr) {
    return base::Fail(base::Code::kNotFound,
                      "workflow '" + claim.run().workflow_definition_id + "' has no step " +
                          std::string(reflect::Wire(claim.step().step_type)));
  }
  StepHandler* const handler = deps_.registry.Step(wanted->selects);
  if (handler == nullptr) {
    return base::Fail(base::Code::kUnsupported, "method '" + wanted->method + "' is not available");
  }
  SI_ASSIGN(StepContext context, deps_.db.Read([&](sql::Tx& tx) { return Load(tx, claim); }));
  context.parameters = wanted->parameters;
  context.stop = held.token();
  context.fence = [this, &held]() -> base::Result<> {
    if (held.reason() != HeldClaim::Reason::kNone) {
      return base::Fail(base::Code::kStale, "the attempt was called back");
    }
    return deps_.db.Read([&](sql::Tx& tx) { return records::Steps::CheckFence(tx, held.fence()); });
  };
  Progress progress(deps_.listener, EventOf(claim, EngineEvent::Kind::kStepProgress), deps_.clock,
                    held);
  context.progress = &progress;
  try {
    return handler->Run(context);
  } catch (const std::exception& e) {  // a bug: it must not take the other steps down
    return base::Fail(base::Code::kInternal, std::string("unexpected error: ") + e.what());
  }
}

records::StepFailure Attempts::Judge(const Claim& claim, const base::Error& error) {
  const model::RunStep& step = claim.step();
  StepState state;
  state.id = step.id;
  state.number = step.workflow_step_number;
  state.type = step.step_type;
  state.status = model::RunStatus::kRunning;
  state.retry = step.retry;
  state.retries = step.retries;
  state.queue.attempt = claim.claimed.fence.attempt;
  const RunState run{
      .id = claim.run().id, .status = model::RunStatus::kRunning, .message = {}, .steps = {state}};
  const auto next = Apply(deps_.policy, run, StepFailed{state.number, state.queue.attempt, error},
                          {.now = deps_.clock.Now(), .fraction = deps_.random.Fraction()});
  records::StepFailure failure{
      .message = error.message(),
      .status_meta = {"{\"code\":\"" + std::string(base::Info(error.code()).name) + "\"}"},
      .retry_at = std::nullopt,
      .diagnostics = {}};
  if (next && next->after.steps[0].status == model::RunStatus::kError) {
    failure.retry_at = next->after.steps[0].queue.next_attempt_at;
  }
  return failure;
}

EngineEvent Attempts::EventOf(const Claim& claim, EngineEvent::Kind kind) const {
  EngineEvent event;
  event.kind = kind;
  event.time = deps_.clock.Now();
  event.batch_id = claim.run().batch_id;
  event.run_group_id = claim.run().run_group_id;
  event.run_id = claim.run().id;
  event.step_id = claim.step().id;
  event.attempt = claim.claimed.fence.attempt;
  event.step_type = claim.step().step_type;
  event.document_hash = claim.run().doc_id;
  return event;
}

}  // namespace workflow
