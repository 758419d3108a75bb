#include "records/next_event.h"

#include <fmt/format.h>

#include "reflect/json_writer.h"

namespace records {
namespace {

std::string Why(const CurrentStep& current) {
  const std::string status = current.status.value_or("");
  if (status == "RUNNING") {
    return fmt::format("attempt {} runs on worker {}: its lease ends then unless it is renewed",
                       current.attempt.value_or(0), current.worker_id.value_or("?"));
  }
  if (status == "ERROR") return "the last attempt failed: the next one may start then";
  return "ready since then: the next free worker takes it";
}

}  // namespace

base::JsonText WithNextEvent(const base::JsonText& meta, const CurrentStep& current,
                             bool waits_for_it) {
  if (!current.workflow_step_number) return meta;
  const auto at = current.lease_until ? current.lease_until : current.next_attempt_at;
  std::string why = Why(current);
  if (waits_for_it) {
    why = fmt::format("waits for step {} ({}): {}", *current.workflow_step_number,
                      current.workflow_step_name.value_or(""), why);
  }
  reflect::JsonWriter writer;
  writer.BeginObject();
  writer.Key("next_event_at");
  at ? writer.String(base::FormatTime(*at)) : writer.Null();
  writer.Key("why");
  writer.String(why);
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
