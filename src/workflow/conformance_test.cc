// The database does what the state machine says: random histories are played to both, and after
// each event the rows must be those of the pure state.
#include <gtest/gtest.h>

#include "workflow/machine.h"
#include "workflow/test_engine.h"

namespace workflow {
namespace {

using model::RunStatus;
using model::WorkflowStepType;
using std::chrono::seconds;

class Conformance : public EngineTest {
 protected:
  // Plays one history in one transaction.
  base::Result<> Play(sql::Tx& tx, uint64_t seed) {
    base::SeededRandom random(seed);
    const auto below = [&](uint64_t n) { return random.Next() % n; };
    Policy policy;
    policy.max_deaths = static_cast<int64_t>(1 + below(4));
    base::Time now = clock().Now();
    SI_TRY(Begin(tx, now));
    for (int i = 0; i < 40; ++i) {
      now += seconds(below(90));
      const auto number = static_cast<int64_t>(1 + below(run_.steps.size()));
      const StepState& step = run_.steps[static_cast<size_t>(number) - 1];
      const int64_t attempt = step.queue.attempt - (below(5) == 0 ? 1 : 0);
      const Event event = Choose(below(12), number, attempt, below(2) == 0);
      const double fraction = random.Fraction();
      trace_ = "seed " + std::to_string(seed) + " event " + std::to_string(i) + " kind " +
               std::to_string(event.index()) + " step " + std::to_string(number);
      SI_TRY(PlayOne(tx, policy, event, {.now = now, .fraction = fraction}));
      SI_TRY(Compare(tx));
      if (HasFailure()) break;
    }
    return {};
  }

  static Event Choose(uint64_t kind, int64_t number, int64_t attempt, bool permanent) {
    switch (kind) {
      case 0:
      case 1:
      case 2:
      case 3:
        return StepClaimed{number, "w"};
      case 4:
      case 5:
        return StepSucceeded{number, attempt, "", false};
      case 6:
        return StepFailed{
            number, attempt,
            base::Error(permanent ? base::Code::kDamaged : base::Code::kUnavailable, "failed")};
      case 7:
        return StepReleased{number, attempt};
      case 8:
        return Tick{};
      case 9:
        return RetryRequested{};
      case 10:
        return permanent ? Event(CancelRequested{"x"}) : Event(LeaseRenewed{number, attempt});
      default:
        return StepSucceeded{number, attempt, "skip", permanent};
    }
  }

  base::Result<> Begin(sql::Tx& tx, base::Time now) {
    SI_ASSIGN(const auto batch, records::Batches::Create(tx, "s", "b", now));
    const std::string hash = base::DocumentHash(std::to_string(random_.Next()));
    SI_TRY(records::Documents::Ingest(tx,
                                      {.source = "s",
                                       .uri = hash,
                                       .hash = hash,
                                       .md5 = {},
                                       .mime_type = "text/plain",
                                       .doc_meta = {},
                                       .batch_id = batch.id,
                                       .upload_started = now},
                                      now));
    SI_ASSIGN(const auto group, records::RunGroups::Create(tx,
                                                           {.name = "g",
                                                            .workflow_definition_id = "three",
                                                            .param_definition_id = "default",
                                                            .batch_id = batch.id},
                                                           now));
    group_id_ = group.id;
    records::NewRun run{.workflow_definition_id = "three",
                        .run_group_id = group.id,
                        .batch_id = batch.id,
                        .doc_id = hash,
                        .priority = static_cast<int64_t>(++priority_),  // ours is claimed first
                        .run_params = {},
                        .steps = {}};
    for (const auto type :
         {WorkflowStepType::kParse, WorkflowStepType::kChunk, WorkflowStepType::kStore}) {
      run.steps.push_back({.name = "s", .type = type, .step_config_id = config_, .retries = 3});
    }
    SI_ASSIGN(const auto made, records::Runs::Create(tx, run, now));
    run_ = RunState{.id = made.workflow_run.id, .message = {}, .steps = {}};
    for (const auto& step : *made.steps) {
      StepState state;
      state.id = step.id;
      state.number = step.workflow_step_number;
      state.type = step.step_type;
      state.retries = step.retries;
      state.queue.ready = state.number == 1;
      run_.steps.push_back(state);
    }
    return {};
  }

  base::Result<> PlayOne(sql::Tx& tx, const Policy& policy, const Event& event,
                         const Moment& moment) {
    auto pure = Apply(policy, run_, event, moment);
    const auto real =
        std::visit([&](const auto& e) { return Do(tx, policy, e, moment, pure); }, event);
    if (!pure) {
      EXPECT_FALSE(real) << trace_ << ": the machine says " << pure.error().ToString();
      return {};
    }
    EXPECT_TRUE(real) << trace_ << ": " << (real ? "" : real.error().ToString());
    run_ = std::move(pure->after);
    return {};
  }

  model::Fence FenceOf(int64_t number, int64_t attempt) const {
    return {.step_id = run_.steps[static_cast<size_t>(number) - 1].id, .attempt = attempt};
  }

  using Pure = base::Result<Transition>;
  template <typename T>
  static base::Result<> Void(const base::Result<T>& result) {
    if (!result) return base::Fail(result.error());
    return {};
  }

  base::Result<> Do(sql::Tx& tx, const Policy& policy, const StepClaimed& e, const Moment& m,
                    const Pure&) {
    const StepState& step = run_.steps[static_cast<size_t>(e.number) - 1];
    SI_ASSIGN(const auto claimed, records::Steps::Claim(tx, {.worker_id = e.worker_id,
                                                             .now = m.now,
                                                             .lease = policy.lease,
                                                             .slots = {{step.type, 1}},
                                                             .limit = 1}));
    if (claimed.empty() || claimed.front().step.id != step.id) {
      return base::Fail(base::Code::kConflict, "another step was claimed");
    }
    return {};
  }
  base::Result<> Do(sql::Tx& tx, const Policy& policy, const LeaseRenewed& e, const Moment& m,
                    const Pure&) {
    const model::Fence fence = FenceOf(e.number, e.attempt);
    SI_ASSIGN(const auto lost, records::Steps::Renew(tx, {&fence, 1}, m.now + policy.lease));
    if (!lost.empty()) return base::Fail(base::Code::kStale, "lost");
    return {};
  }
  base::Result<> Do(sql::Tx& tx, const Policy&, const StepSucceeded& e, const Moment& m,
                    const Pure&) {
    records::Completion completion;
    completion.finish_run = e.skip_rest;
    return Void(records::Steps::Complete(tx, FenceOf(e.number, e.attempt), completion, m.now));
  }
  base::Result<> Do(sql::Tx& tx, const Policy&, const StepFailed& e, const Moment& m,
                    const Pure& pure) {
    records::StepFailure failure;
    failure.message = e.error.message();
    if (pure) {
      const StepState& after = pure->after.steps[static_cast<size_t>(e.number) - 1];
      if (after.status == RunStatus::kError) failure.retry_at = after.queue.next_attempt_at;
    }
    return Void(records::Steps::Fail(tx, FenceOf(e.number, e.attempt), failure, m.now));
  }
  base::Result<> Do(sql::Tx& tx, const Policy&, const StepReleased& e, const Moment& m,
                    const Pure&) {
    return records::Steps::Release(tx, FenceOf(e.number, e.attempt), m.now);
  }
  base::Result<> Do(sql::Tx&, const Policy&, const WorkerLost&, const Moment&, const Pure&) {
    return {};
  }
  base::Result<> Do(sql::Tx& tx, const Policy&, const RetryRequested&, const Moment& m,
                    const Pure&) {
    SI_ASSIGN(const auto retried, records::RunGroups::Retry(tx, group_id_, m.now));
    if (retried.reset_runs == 0) return base::Fail(base::Code::kConflict, "nothing to retry");
    return {};
  }
  base::Result<> Do(sql::Tx& tx, const Policy&, const CancelRequested& e, const Moment& m,
                    const Pure&) {
    return Void(records::Runs::Cancel(tx, run_.id, e.why, m.now));
  }
  base::Result<> Do(sql::Tx& tx, const Policy& policy, const Tick&, const Moment& m, const Pure&) {
    return Void(records::Steps::ExpireLeases(
        tx, {.now = m.now, .delay = policy.loss_delay, .max_deaths = policy.max_deaths}));
  }

  base::Result<> Compare(sql::Tx& tx) {
    SI_ASSIGN(const auto run, records::Runs::Get(tx, run_.id));
    EXPECT_EQ(run.status, run_.status) << trace_;
    SI_ASSIGN(const auto steps, records::Steps::OfRun(tx, run_.id));
    for (size_t i = 0; i < steps.size(); ++i) {
      const StepState& pure = run_.steps[i];
      SI_ASSIGN(const auto queue, records::Steps::QueueState(tx, steps[i].id));
      EXPECT_EQ(steps[i].status, pure.status) << trace_ << " row " << i + 1;
      EXPECT_EQ(steps[i].retry, pure.retry) << trace_ << " row " << i + 1;
      EXPECT_EQ(queue.attempt, pure.queue.attempt) << trace_ << " row " << i + 1;
      EXPECT_EQ(queue.ready, pure.queue.ready) << trace_ << " row " << i + 1;
      EXPECT_EQ(queue.deaths, pure.queue.deaths) << trace_ << " row " << i + 1;
      EXPECT_EQ(queue.lease_until, pure.queue.lease_until) << trace_ << " row " << i + 1;
      if (pure.status == RunStatus::kError) {
        EXPECT_EQ(queue.next_attempt_at, pure.queue.next_attempt_at) << trace_;
      }
    }
    return {};
  }

  RunState run_;
  int64_t group_id_ = 0;
  int64_t config_ = 0;
  int priority_ = 0;
  std::string trace_;
};

TEST_F(Conformance, RowsFollowTheMachine) {
  const auto config = db_->Write([&](sql::Tx& tx) {
    return records::StepConfigs::GetOrCreate(tx, WorkflowStepType::kParse, "{}", "{}",
                                             clock().Now());
  });
  ASSERT_TRUE(config) << config.error().ToString();
  config_ = *config;
  for (uint64_t seed = 1; seed <= 150 && !HasFailure(); ++seed) {
    const auto played = db_->Write([&](sql::Tx& tx) { return Play(tx, seed); });
    ASSERT_TRUE(played) << trace_ << ": " << played.error().ToString();
  }
}

}  // namespace
}  // namespace workflow
