#include "records/queue_numbers.h"

namespace records {
namespace {

using base::Result;

constexpr sql::Statement kReady{
    "queue_numbers.ready",
    "SELECT step_type, status, count(*), min(next_attempt_at) FROM runstep INDEXED BY "
    "ix_step_queue WHERE ready = 1 GROUP BY step_type, status",
    "SELECT step_type, status, count(*), min(next_attempt_at) FROM runstep "
    "WHERE ready = 1 GROUP BY step_type, status"};
constexpr sql::Statement kRunning{
    "queue_numbers.running",
    "SELECT step_type, status, count(*), min(coalesce(start_date, created_date)) FROM runstep "
    "WHERE status = 'RUNNING' GROUP BY step_type, status"};
constexpr sql::Statement kLeases{
    "queue_numbers.leases",
    "SELECT count(*), coalesce(sum(CASE WHEN lease_until <= $1 THEN 1 ELSE 0 END), 0) "
    "FROM runstep WHERE status = 'RUNNING'"};
constexpr sql::Statement kRemovals{"queue_numbers.removals",
                                   "SELECT count(*) FROM removalorder WHERE done_date IS NULL"};
constexpr sql::Statement kStepEvents{
    "queue_numbers.step_events",
    "SELECT e.id, e.kind, s.step_type, s.start_date, s.completed_date FROM event e "
    "LEFT JOIN runstep s ON s.id = e.step_id WHERE e.id > $1 ORDER BY e.id LIMIT $2"};

}  // namespace

Result<std::vector<QueueCount>> QueueNumbers::Queue(sql::Tx& tx) {
  SI_ASSIGN(auto counts, tx.All<QueueCount>(kReady));
  SI_ASSIGN(auto running, tx.All<QueueCount>(kRunning));
  counts.insert(counts.end(), running.begin(), running.end());
  return counts;
}

Result<LeaseCount> QueueNumbers::Leases(sql::Tx& tx, base::Time now) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(kLeases, {now}));
  const int64_t expired = rows[0][1].Int();
  return LeaseCount{.held = rows[0][0].Int() - expired, .expired = expired};
}

Result<int64_t> QueueNumbers::OpenRemovals(sql::Tx& tx) {
  SI_ASSIGN(const auto count, tx.Scalar<int64_t>(kRemovals));
  return count.value_or(0);
}

Result<std::vector<StepEvent>> QueueNumbers::StepEventsAfter(sql::Tx& tx, int64_t id,
                                                             int64_t limit) {
  return tx.All<StepEvent>(kStepEvents, {id, limit});
}

}  // namespace records
