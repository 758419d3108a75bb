#include "workflow/cancel.h"

#include "records/lifecycle.h"
#include "records/runs.h"
#include "records/steps.h"

namespace workflow {
namespace {

base::Result<> CancelOne(sql::Tx& tx, int64_t run_id, const std::string& reason, base::Time now,
                         Cancelled& cancelled) {
  SI_ASSIGN(const bool done, records::Runs::Cancel(tx, run_id, reason, now));
  if (!done) return {};
  ++cancelled.runs;
  SI_ASSIGN(const auto steps, records::Steps::OfRun(tx, run_id));
  for (const model::RunStep& step : steps) cancelled.step_ids.push_back(step.id);
  SI_ASSIGN(const model::WorkflowRun run, records::Runs::Get(tx, run_id));
  return records::Lifecycle::Record(tx,
                                    {.event = model::LifecycleEvent::kItemFailed,
                                     .handler_name = std::nullopt,
                                     .run_group_id = run.run_group_id,
                                     .workflow_run_id = run_id,
                                     .step_id = std::nullopt},
                                    now);
}

}  // namespace

base::Result<Cancelled> CancelRuns(sql::Database& db, std::span<const int64_t> run_ids,
                                   const std::string& reason, base::Time now) {
  return db.Write([&](sql::Tx& tx) -> base::Result<Cancelled> {
    Cancelled cancelled;
    for (const int64_t id : run_ids) SI_TRY(CancelOne(tx, id, reason, now, cancelled));
    return cancelled;
  });
}

}  // namespace workflow
