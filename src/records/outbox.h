// The outbox: calls of event handlers that are still to be made. Table outbox.
//
// A call is written in the transaction in which its event happens and goes when it was made (or
// given up), so it is made at least once. Of each run only the oldest call is handed out, so that
// handlers hear of a run in the order in which things happened to it.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/result.h"
#include "model/status.h"
#include "sql/database.h"

namespace records {

// One call. `selects`, `method` and `parameters` are those of the workflow file when the event
// happened.
struct OutboxCall {
  int64_t id = 0;
  int64_t lifecycle_id = 0;  // its row in the history, RUNNING until the call ends
  model::LifecycleEvent event = model::LifecycleEvent::kItemStart;
  base::Time event_date;
  int64_t run_group_id = 0;
  int64_t workflow_run_id = 0;
  std::optional<int64_t> step_id;
  std::string doc_hash;
  std::string message;
  std::string handler_name;
  std::string method;   // as written: "https://…", "exec:/usr/bin/tell"
  std::string selects;  // "webhook", "exec", "notify_slack" …
  base::JsonText parameters;
  int64_t max_tries = 1;
  int64_t tries = 0;  // begun so far, this one included; fences Done, Retry and Release
};
BOOST_DESCRIBE_STRUCT(OutboxCall, (),
                      (id, lifecycle_id, event, event_date, run_group_id, workflow_run_id, step_id,
                       doc_hash, message, handler_name, method, selects, parameters, max_tries,
                       tries))

// All functions run in the caller's transaction.
class Outbox {
 public:
  // The id and the tries of `call` are given.
  static base::Result<> Add(sql::Tx& tx, const OutboxCall& call, base::Time now);
  // Calls that are due, at most one of each run; nobody else gets them before `claimed_until`.
  static base::Result<std::vector<OutboxCall>> Claim(sql::Tx& tx, base::Time now,
                                                     base::Time claimed_until, int64_t limit);
  // The end of a call: COMPLETED, or FAILED when it is given up; the history says so. kStale when
  // somebody else has begun it meanwhile.
  static base::Result<> Done(sql::Tx& tx, const OutboxCall& call, model::RunStatus outcome,
                             const std::optional<std::string>& message, base::Time now);
  // Due again then. kStale likewise.
  static base::Result<> Retry(sql::Tx& tx, const OutboxCall& call, const std::string& error,
                              base::Time retry_at);
  // As if it had not been begun (a process that stops). kStale likewise.
  static base::Result<> Release(sql::Tx& tx, const OutboxCall& call, base::Time now);
  // What a process that is gone has begun is due now.
  static base::Result<> ReleaseAll(sql::Tx& tx, base::Time now);

  // When the first call is due that no other one of its run holds up.
  static base::Result<std::optional<base::Time>> NextDueAt(sql::Tx& tx);
  static base::Result<int64_t> Count(sql::Tx& tx);
};

}  // namespace records
