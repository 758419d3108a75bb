#include "records/outbox.h"

#include "records/lifecycle.h"
#include "records/statement.h"

namespace records {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr sql::Statement kAdd{
    "outbox.add",
    "INSERT INTO outbox (lifecycle_id, event, event_date, run_group_id, workflow_run_id, step_id, "
    "doc_hash, message, handler_name, method, selects, parameters, max_tries, next_attempt_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"};
// No older call of the same run is left.
constexpr std::string_view kFirstOfRun =
    "NOT EXISTS (SELECT 1 FROM outbox b WHERE b.workflow_run_id = o.workflow_run_id "
    "AND b.id < o.id)";
const Statement kDue("outbox.due", "SELECT " + sql::Columns<OutboxCall>("o") +
                                       " FROM outbox o WHERE o.next_attempt_at <= $1 AND " +
                                       std::string(kFirstOfRun) +
                                       " ORDER BY o.next_attempt_at, o.id LIMIT $2");
constexpr sql::Statement kBegin{
    "outbox.begin", "UPDATE outbox SET tries = tries + 1, next_attempt_at = $2 WHERE id = $1"};
constexpr sql::Statement kRemove{"outbox.remove", "DELETE FROM outbox WHERE id = $1 AND tries = $2"};
constexpr sql::Statement kRetry{"outbox.retry",
                                "UPDATE outbox SET next_attempt_at = $3, last_error = $4 "
                                "WHERE id = $1 AND tries = $2"};
constexpr sql::Statement kRelease{"outbox.release",
                                  "UPDATE outbox SET next_attempt_at = $3, tries = tries - 1 "
                                  "WHERE id = $1 AND tries = $2"};
constexpr sql::Statement kReleaseAll{"outbox.release_all",
                                     "UPDATE outbox SET next_attempt_at = $1 "
                                     "WHERE next_attempt_at > $1"};
const Statement kNextDue("outbox.next_due", "SELECT min(o.next_attempt_at) FROM outbox o WHERE " +
                                                std::string(kFirstOfRun));
constexpr sql::Statement kCount{"outbox.count", "SELECT count(*) FROM outbox"};

Result<> Fenced(const OutboxCall& call, const Result<int64_t>& changed) {
  if (!changed) return Fail(changed.error());
  if (*changed > 0) return {};
  return Fail(Code::kStale, "try " + std::to_string(call.tries) + " of call " +
                                std::to_string(call.id) + " is not the current one");
}

}  // namespace

Result<> Outbox::Add(sql::Tx& tx, const OutboxCall& call, base::Time now) {
  SI_TRY(tx.Execute(kAdd,
                    {call.lifecycle_id, call.event, call.event_date, call.run_group_id,
                     call.workflow_run_id, call.step_id, call.doc_hash, call.message,
                     call.handler_name, call.method, call.selects, call.parameters, call.max_tries,
                     now}));
  return {};
}

Result<std::vector<OutboxCall>> Outbox::Claim(sql::Tx& tx, base::Time now, base::Time claimed_until,
                                              int64_t limit) {
  SI_ASSIGN(auto calls, tx.All<OutboxCall>(kDue, {now, limit}));
  for (OutboxCall& call : calls) {
    SI_TRY(tx.Execute(kBegin, {call.id, claimed_until}));
    call.tries += 1;
  }
  return calls;
}

Result<> Outbox::Done(sql::Tx& tx, const OutboxCall& call, model::RunStatus outcome,
                      const std::optional<std::string>& message, base::Time now) {
  SI_TRY(Fenced(call, tx.Execute(kRemove, {call.id, call.tries})));
  const auto ended = Lifecycle::End(tx, call.lifecycle_id, outcome, message, now);
  // Its run may have been deleted meanwhile.
  if (!ended && ended.error().code() != Code::kNotFound) return ended;
  return {};
}

Result<> Outbox::Retry(sql::Tx& tx, const OutboxCall& call, const std::string& error,
                       base::Time retry_at) {
  return Fenced(call, tx.Execute(kRetry, {call.id, call.tries, retry_at, error}));
}

Result<> Outbox::Release(sql::Tx& tx, const OutboxCall& call, base::Time now) {
  return Fenced(call, tx.Execute(kRelease, {call.id, call.tries, now}));
}

Result<> Outbox::ReleaseAll(sql::Tx& tx, base::Time now) {
  SI_TRY(tx.Execute(kReleaseAll, {now}));
  return {};
}

Result<std::optional<base::Time>> Outbox::NextDueAt(sql::Tx& tx) {
  return tx.Scalar<base::Time>(kNextDue);
}

Result<int64_t> Outbox::Count(sql::Tx& tx) {
  SI_ASSIGN(const auto count, tx.Scalar<int64_t>(kCount));
  return count.value_or(0);
}

}  // namespace records
