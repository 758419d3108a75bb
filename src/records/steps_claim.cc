// Claiming: which ready steps a worker gets.
//
// Priorities are taken from the highest down. Within one, batches take turns: the one with the
// fewest running steps first, then the one served longest ago (documentbatch.claim_seq). Within a
// batch, later steps of a run come before earlier ones: documents are finished rather than begun.
#include <algorithm>
#include <vector>

#include "records/changes.h"
#include "records/held_step.h"
#include "records/statement.h"
#include "records/steps.h"
#include "reflect/json.h"

namespace records {
namespace {

using base::Result;
using model::WorkflowStepType;

constexpr int64_t kMaxBatches = 64;  // that take turns in one claim; the others get theirs later

constexpr sql::Statement kNextPriority{"steps.next_priority",
                                       "SELECT priority FROM runstep INDEXED BY ix_step_claim "
                                       "WHERE ready = 1 AND priority < coalesce($1, "
                                       "9223372036854775807) ORDER BY priority DESC LIMIT 1"};

// Batches of one priority that have something to claim. The recursion jumps from batch to batch in
// the index, however many steps each has.
std::string SelectBatches(std::string_view types) {
  return "WITH RECURSIVE b (id) AS ("
         "SELECT (SELECT min(batch_id) FROM runstep INDEXED BY ix_step_claim "
         "WHERE ready = 1 AND priority = $1) "
         "UNION ALL SELECT (SELECT min(s.batch_id) FROM runstep s INDEXED BY ix_step_claim "
         "WHERE s.ready = 1 AND s.priority = $1 AND s.batch_id > b.id) FROM b "
         "WHERE b.id IS NOT NULL) "
         "SELECT b.id, (SELECT count(*) FROM runstep r INDEXED BY ix_step_running "
         "WHERE r.status = 'RUNNING' AND r.batch_id = b.id) AS running, d.claim_seq "
         "FROM b JOIN documentbatch d ON d.id = b.id "
         "WHERE EXISTS (SELECT 1 FROM runstep s INDEXED BY ix_step_claim WHERE s.ready = 1 "
         "AND s.priority = $1 AND s.batch_id = b.id AND s.step_type " +
         std::string(types) +
         " AND s.next_attempt_at <= $3) ORDER BY running, d.claim_seq, b.id LIMIT $4";
}
const Statement kBatches("steps.claimable_batches",
                         SelectBatches("IN (SELECT value FROM json_each($2))"),
                         SelectBatches("= ANY (SELECT json_array_elements_text($2::json)"
                                       "::workflowsteptype)"));

constexpr sql::Statement kCandidates{
    "steps.candidates",
    "SELECT id, workflow_step_number, next_attempt_at FROM runstep INDEXED BY ix_step_claim "
    "WHERE ready = 1 AND priority = $1 AND batch_id = $2 AND step_type = $3 "
    "AND next_attempt_at <= $4 ORDER BY next_attempt_at LIMIT $5"};

const Statement kTake("steps.take",
                      "UPDATE runstep SET status = 'RUNNING', ready = 0, attempt = attempt + 1, "
                      "worker_id = $2, lease_until = $3, start_date = $4, status_date = $4, "
                      "completed_date = NULL, status_message = NULL, status_meta = '{}' "
                      "WHERE id = $1 AND ready = 1 RETURNING " +
                          sql::Columns<model::RunStep>() + ", " + sql::Columns<HeldStep>());
constexpr sql::Statement kServed{
    "steps.served",
    "UPDATE documentbatch SET claim_seq = 1 + (SELECT max(claim_seq) FROM documentbatch) "
    "WHERE id = $1"};
constexpr sql::Statement kStartRun{
    "steps.start_run",
    "UPDATE workflowrun SET status = 'RUNNING', status_date = $2, status_message = NULL, "
    "start_date = CASE WHEN status = 'PENDING' THEN $2 ELSE start_date END WHERE id = $1"};
const Statement kStartGroup(
    "steps.start_group",
    "UPDATE rungroup SET status = 'RUNNING', status_date = $2, start_date = $2 "
    "WHERE id = $1 AND status = 'PENDING' RETURNING " +
        sql::Columns<model::RunGroup>());

struct Candidate {
  int64_t id = 0;
  int64_t step_number = 0;
  std::string next_attempt_at;
  WorkflowStepType type = WorkflowStepType::kIngest;
};

// One batch's turn-taking, and its candidates in the order in which they go.
struct Share {
  int64_t batch_id = 0;
  int64_t running = 0;
  int64_t claim_seq = 0;
  std::vector<Candidate> candidates;
  size_t next = 0;

  auto Turn() const { return std::tuple(running, claim_seq, batch_id); }
};

// Chooses step ids for one claim.
class Picker {
 public:
  Picker(sql::Tx& tx, const ClaimRequest& request)
      : tx_(tx), now_(request.now), slots_(request.slots), left_(request.limit) {
    std::erase_if(slots_, [](const auto& slot) { return slot.second <= 0; });
  }

  Result<std::vector<int64_t>> Pick() {
    std::optional<int64_t> priority;
    while (left_ > 0 && !slots_.empty()) {
      SI_ASSIGN(priority, tx_.Scalar<int64_t>(kNextPriority, {priority}));
      if (!priority) break;
      SI_TRY(PickAt(*priority));
    }
    return std::move(picked_);
  }

 private:
  Result<> PickAt(int64_t priority) {
    SI_ASSIGN(auto shares, Shares(priority));
    while (left_ > 0 && !slots_.empty() && !shares.empty()) {
      const auto share =
          std::min_element(shares.begin(), shares.end(),
                           [](const Share& a, const Share& b) { return a.Turn() < b.Turn(); });
      if (!TakeFrom(*share)) shares.erase(share);
    }
    return {};
  }

  bool TakeFrom(Share& share) {
    while (share.next < share.candidates.size()) {
      const Candidate& candidate = share.candidates[share.next++];
      const auto slot = slots_.find(candidate.type);
      if (slot == slots_.end()) continue;
      if (--slot->second == 0) slots_.erase(slot);
      --left_;
      ++share.running;
      picked_.push_back(candidate.id);
      return true;
    }
    return false;
  }

  Result<std::vector<Share>> Shares(int64_t priority) {
    std::vector<std::string> types;
    for (const auto& slot : slots_) types.emplace_back(reflect::Name(slot.first));
    SI_ASSIGN(const sql::Rows rows,
              tx_.Query(kBatches, {priority, reflect::ToJson(types), now_, kMaxBatches}));
    std::vector<Share> shares;
    for (size_t i = 0; i < rows.size(); ++i) {
      Share share{rows[i][0].Int(), rows[i][1].Int(), rows[i][2].Int(), {}, 0};
      SI_TRY(AddCandidates(priority, share));
      shares.push_back(std::move(share));
    }
    return shares;
  }

  Result<> AddCandidates(int64_t priority, Share& share) {
    for (const auto& [type, slots] : slots_) {
      SI_ASSIGN(const sql::Rows rows, tx_.Query(kCandidates, {priority, share.batch_id, type, now_,
                                                              std::min(slots, left_)}));
      for (size_t i = 0; i < rows.size(); ++i) {
        share.candidates.push_back(
            {rows[i][0].Int(), rows[i][1].Int(), std::string(rows[i][2].Text()), type});
      }
    }
    std::sort(share.candidates.begin(), share.candidates.end(),
              [](const Candidate& a, const Candidate& b) {
                return std::tuple(-a.step_number, std::string_view(a.next_attempt_at), a.id) <
                       std::tuple(-b.step_number, std::string_view(b.next_attempt_at), b.id);
              });
    return {};
  }

  sql::Tx& tx_;
  const base::Time now_;
  std::map<WorkflowStepType, int64_t> slots_;  // only those with room
  int64_t left_;
  std::vector<int64_t> picked_;
};

// The run and the group follow their step into RUNNING.
Result<> StartRun(sql::Tx& tx, ClaimedStep& claimed, base::Time now) {
  model::WorkflowRun& run = claimed.run;
  if (run.status == model::RunStatus::kRunning) return {};
  claimed.first_of_run = run.status == model::RunStatus::kPending;
  SI_TRY(tx.Execute(kStartRun, {run.id, now}));
  if (claimed.first_of_run) {
    run.start_date = now;
    SI_ASSIGN(const auto groups, tx.All<model::RunGroup>(kStartGroup, {run.run_group_id, now}));
    claimed.first_of_group = !groups.empty();
    if (claimed.first_of_group) {
      SI_TRY(AppendGroupEvent(tx, kGroupStart, groups[0], std::nullopt, now));
    }
    SI_TRY(AppendRunEvent(tx, kRunStart, run, std::nullopt, now));
  }
  run.status = model::RunStatus::kRunning;
  run.status_date = now;
  run.status_message.reset();
  return {};
}

Result<ClaimedStep> Take(sql::Tx& tx, int64_t id, const ClaimRequest& request) {
  const base::Time lease_until = request.now + request.lease;
  SI_ASSIGN(const sql::Rows rows,
            tx.Query(kTake, {id, request.worker_id, lease_until, request.now}));
  if (rows.empty()) return base::Fail(base::Code::kInternal, "a ready step vanished in its claim");
  SI_ASSIGN(auto step, sql::FromRow<model::RunStep>(rows[0]));
  SI_ASSIGN(const auto held, sql::FromRow<HeldStep>(rows[0], sql::ColumnCount<model::RunStep>()));
  SI_ASSIGN(auto run, RunOf(tx, held));
  ClaimedStep claimed{.step = std::move(step),
                      .run = std::move(run),
                      .fence = {held.id, held.attempt},
                      .lease_until = lease_until,
                      .deaths = held.deaths};
  SI_TRY(StartRun(tx, claimed, request.now));
  SI_TRY(AppendStepEvent(tx, kStepStart, held, std::nullopt, request.now));
  return claimed;
}

}  // namespace

Result<std::vector<ClaimedStep>> Steps::Claim(sql::Tx& tx, const ClaimRequest& request) {
  SI_ASSIGN(const auto ids, Picker(tx, request).Pick());
  std::vector<ClaimedStep> claimed;
  std::vector<int64_t> served;
  for (const int64_t id : ids) {
    SI_ASSIGN(auto step, Take(tx, id, request));
    if (std::find(served.begin(), served.end(), step.run.batch_id) == served.end()) {
      served.push_back(step.run.batch_id);
    }
    claimed.push_back(std::move(step));
  }
  for (const int64_t batch_id : served) SI_TRY(tx.Execute(kServed, {batch_id}));
  return claimed;
}

}  // namespace records
