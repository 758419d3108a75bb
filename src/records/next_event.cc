#include "records/next_event.h"

#include <fmt/format.h>

#include "reflect/json.h"

namespace records {
namespace {

// What a failed attempt leaves in status_meta, as far as it is asked for here.
struct FailureMeta {
  std::optional<std::string> backend;
};
BOOST_DESCRIBE_STRUCT(FailureMeta, (), (backend))

struct Shown {
  std::optional<base::Time> at;
  std::string waiting_for;
  std::string why;
};

// "" unless the last attempt was ended by a backend.
std::string BackendOf(const CurrentStep& current) {
  const std::string meta = current.status_meta.value_or("");
  if (!meta.contains("\"backend\"")) return "";
  const auto read = reflect::FromJson<FailureMeta>(meta);
  return read ? read->backend.value_or("") : "";
}

Shown ShownFor(const CurrentStep& current) {
  const std::string status = current.status.value_or("");
  if (current.paused.value_or(false)) return {std::nullopt, "resume", "paused until it is resumed"};
  if (status == "RUNNING") {
    return {current.lease_until, "lease",
            fmt::format("attempt {} runs on worker {}: its lease ends then unless it is renewed",
                        current.attempt.value_or(0), current.worker_id.value_or("?"))};
  }
  if (status != "ERROR") {
    return {current.next_attempt_at, "worker",
            "ready since then: the next free worker takes it"};
  }
  if (const std::string backend = BackendOf(current); !backend.empty()) {
    return {current.next_attempt_at, backend,
            fmt::format("{} could not serve ({}): the next attempt may start then", backend,
                        current.status_message.value_or(""))};
  }
  return {current.next_attempt_at, "back-off",
          "the last attempt failed: the next one may start then"};
}

}  // namespace

base::JsonText WithNextEvent(const base::JsonText& meta, const CurrentStep& current,
                             bool waits_for_it) {
  if (!current.workflow_step_number) return meta;
  Shown next = ShownFor(current);
  if (waits_for_it) {
    next.why = fmt::format("waits for step {} ({}): {}", *current.workflow_step_number,
                           current.workflow_step_name.value_or(""), next.why);
  }
  reflect::JsonWriter writer;
  writer.BeginObject();
  writer.Key("next_event_at");
  next.at ? writer.String(base::FormatTime(*next.at)) : writer.Null();
  writer.Key("waiting_for");
  writer.String(next.waiting_for);
  writer.Key("why");
  writer.String(next.why);
  writer.EndObject();
  std::string shown = writer.Take();
  const auto open = meta.text.find('{');
  const auto first = meta.text.find_first_not_of(" \t\r\n", open + 1);
  if (open == std::string::npos || first == std::string::npos) return {shown};
  shown.pop_back();
  if (meta.text[first] != '}') shown += ',';
  return {shown + meta.text.substr(first)};
}

}  // namespace records
