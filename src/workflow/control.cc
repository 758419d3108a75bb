#include "workflow/control.h"

#include "records/runs.h"
#include "records/steps.h"
#include "workflow/book.h"

namespace workflow {
namespace {

base::Result<bool> Change(sql::Tx& tx, const ControlRequest& request, int64_t run_id,
                          base::Time now) {
  switch (request.action) {
    case RunAction::kCancel:
      return records::Runs::Cancel(tx, run_id, request.reason, now);
    case RunAction::kPause:
      return records::Runs::Pause(tx, run_id, request.reason, now);
    case RunAction::kResume:
      return records::Runs::Resume(tx, run_id, now);
  }
  return false;
}

base::Result<> ControlOne(sql::Tx& tx, const Book& book, const ControlRequest& request,
                          int64_t run_id, base::Time now, Controlled& controlled) {
  SI_ASSIGN(const bool changed, Change(tx, request, run_id, now));
  if (!changed) return {};
  ++controlled.runs;
  if (request.action == RunAction::kResume) return {};
  SI_ASSIGN(const auto steps, records::Steps::OfRun(tx, run_id));
  for (const model::RunStep& step : steps) controlled.step_ids.push_back(step.id);
  if (request.action == RunAction::kPause) return {};
  SI_ASSIGN(const int64_t calls, book.SayCancelled(tx, run_id, request.reason, now));
  controlled.calls += calls;
  return {};
}

}  // namespace

base::Result<Controlled> ControlRuns(sql::Database& db, const Definitions& definitions,
                                     const Registry& registry, const ControlRequest& request,
                                     base::Time now) {
  const Book book(definitions, registry);
  return db.Write([&](sql::Tx& tx) -> base::Result<Controlled> {
    Controlled controlled;
    for (const int64_t id : request.run_ids) {
      SI_TRY(ControlOne(tx, book, request, id, now, controlled));
    }
    return controlled;
  });
}

}  // namespace workflow
