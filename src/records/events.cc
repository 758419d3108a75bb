#include "records/events.h"

#include "records/statement.h"

namespace records {
namespace {

using base::Result;
using model::Event;

constexpr sql::Statement kInsert{
    "events.insert",
    "INSERT INTO event (event_date, kind, batch_id, run_group_id, workflow_run_id, step_id, "
    "doc_hash, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
const std::string kSelect = "SELECT " + sql::Columns<Event>() + " FROM event ";
const Statement kAfter("events.after", kSelect + "WHERE id > $1 ORDER BY id LIMIT $2");
const Statement kAfterOfBatch("events.after_of_batch",
                              kSelect + "WHERE batch_id = $3 AND id > $1 ORDER BY id LIMIT $2");
constexpr sql::Statement kRange{"events.range",
                                "SELECT (SELECT min(id) FROM event), (SELECT max(id) FROM event)"};
// By id alone: dates grow with ids, and so need no index.
constexpr sql::Statement kPrune{
    "events.prune",
    "DELETE FROM event WHERE id IN (SELECT id FROM event ORDER BY id LIMIT $2) "
    "AND event_date < $1 AND id < (SELECT max(id) FROM event)"};

}  // namespace

Result<> Events::Append(sql::Tx& tx, const Event& event) {
  SI_TRY(tx.Execute(kInsert, {event.event_date, event.kind, event.batch_id, event.run_group_id,
                              event.workflow_run_id, event.step_id, event.doc_hash, event.data}));
  return {};
}

Result<std::vector<Event>> Events::After(sql::Tx& tx, int64_t after_id, int64_t limit,
                                         std::optional<int64_t> batch_id) {
  if (batch_id) return tx.All<Event>(kAfterOfBatch, {after_id, limit, batch_id});
  return tx.All<Event>(kAfter, {after_id, limit});
}

Result<EventRange> Events::Range(sql::Tx& tx) {
  SI_ASSIGN(const sql::Rows rows, tx.Query(kRange));
  return EventRange{.oldest = rows[0][0].Int(), .newest = rows[0][1].Int()};
}

Result<int64_t> Events::Prune(sql::Tx& tx, base::Time before, int64_t limit) {
  return tx.Execute(kPrune, {before, limit});
}

}  // namespace records
