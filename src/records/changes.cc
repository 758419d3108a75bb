#include "records/changes.h"

#include "records/events.h"
#include "reflect/json_writer.h"

namespace records {
namespace {

using base::Result;

constexpr sql::Statement kRetries{
    "events.run_retries",
    "INSERT INTO event (event_date, kind, batch_id, run_group_id, workflow_run_id, doc_hash, data) "
    "SELECT $2, $3, batch_id, run_group_id, id, doc_id, $4 FROM workflowrun "
    "WHERE run_group_id = $1 AND status = 'FAILED' ORDER BY id"};

// The members of `data`: first what all changes carry.
class Data {
 public:
  Data(const Change& change, const std::optional<std::string>& message) {
    json_.BeginObject();
    if (change.status) Add("status", reflect::Wire(*change.status));
    if (message) Add("message", *message);
  }
  void Add(std::string_view name, std::string_view value) {
    json_.Key(name);
    json_.String(value);
  }
  void Add(std::string_view name, int64_t value) {
    json_.Key(name);
    json_.Int(value);
  }
  base::JsonText Take() {
    json_.EndObject();
    return {json_.Take()};
  }

 private:
  reflect::JsonWriter json_;
};

}  // namespace

Result<> AppendBatchEvent(sql::Tx& tx, const Change& change, int64_t batch_id, base::Time now) {
  model::Event event{.event_date = now, .kind = std::string(change.kind)};
  event.batch_id = batch_id;
  return Events::Append(tx, event);
}

Result<> AppendUriEvent(sql::Tx& tx, const Change& change, const model::DocumentUri& uri,
                        std::string_view action, base::Time now) {
  model::Event event{.event_date = now, .kind = std::string(change.kind)};
  event.batch_id = uri.batch_id;
  event.doc_hash = uri.doc_hash;
  Data data(change, std::nullopt);
  data.Add("action", action);
  data.Add("source", uri.source);
  data.Add("uri", uri.uri);
  data.Add("version", uri.version);
  event.data = data.Take();
  return Events::Append(tx, event);
}

Result<> AppendDocumentEvent(sql::Tx& tx, const Change& change, const std::string& hash,
                             std::optional<int64_t> batch_id, base::Time now) {
  model::Event event{.event_date = now, .kind = std::string(change.kind)};
  event.batch_id = batch_id;
  event.doc_hash = hash;
  return Events::Append(tx, event);
}

Result<> AppendGroupEvent(sql::Tx& tx, const Change& change, const model::RunGroup& group,
                          const std::optional<std::string>& message, base::Time now) {
  model::Event event{.event_date = now, .kind = std::string(change.kind)};
  event.batch_id = group.batch_id;
  event.run_group_id = group.id;
  event.data = Data(change, message).Take();
  return Events::Append(tx, event);
}

Result<> AppendRunEvent(sql::Tx& tx, const Change& change, const model::WorkflowRun& run,
                        const std::optional<std::string>& message, base::Time now) {
  model::Event event{.event_date = now, .kind = std::string(change.kind)};
  event.batch_id = run.batch_id;
  event.run_group_id = run.run_group_id;
  event.workflow_run_id = run.id;
  event.doc_hash = run.doc_id;
  event.data = Data(change, message).Take();
  return Events::Append(tx, event);
}

Result<> AppendStepEvent(sql::Tx& tx, const Change& change, const HeldStep& step,
                         const std::optional<std::string>& message, base::Time now) {
  model::Event event{.event_date = now, .kind = std::string(change.kind)};
  event.batch_id = step.batch_id;
  event.run_group_id = step.run_group_id;
  event.workflow_run_id = step.workflow_run_id;
  event.step_id = step.id;
  Data data(change, message);
  data.Add("step_type", reflect::Wire(step.step_type));
  data.Add("step_name", step.workflow_step_name);
  data.Add("step_number", step.workflow_step_number);
  data.Add("attempt", step.attempt);
  if (step.worker_id) data.Add("worker_id", *step.worker_id);
  event.data = data.Take();
  return Events::Append(tx, event);
}

Result<> AppendRunRetries(sql::Tx& tx, int64_t run_group_id, base::Time now) {
  const base::JsonText data = Data(kRunRetry, std::nullopt).Take();
  SI_TRY(tx.Execute(kRetries, {run_group_id, now, kRunRetry.kind, data}));
  return {};
}

}  // namespace records
