#include "api/event_stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "reflect/json.h"

namespace api {
namespace {

constexpr int kRetryMs = 1000;  // how soon a browser tries again after a cut

}  // namespace

std::string EventBlock(const model::Event& event) {
  std::string json = reflect::ToJson(event);
  // A line end between two tokens would end the field.
  std::ranges::replace_if(json, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.id, event.kind, json);
}

std::string GreetingBlock(int64_t last_id) {
  return fmt::format(": events after {0}\nretry: {1}\nid: {0}\n\n", last_id, kRetryMs);
}

std::string HeartbeatBlock(int64_t last_id) {
  return fmt::format(": heartbeat\nid: {}\n\n", last_id);
}

std::string ResetBlock(int64_t asked, const records::EventRange& range) {
  const char* reason = asked > range.newest ? "no event has had this id yet"
                                            : "events after this id are not kept any more";
  return fmt::format(
      "id: {0}\nevent: reset\n"
      "data: {{\"reason\":\"{1}\",\"last_event_id\":{2},\"oldest\":{3},\"newest\":{0}}}\n\n",
      range.newest, reason, asked, range.oldest);
}

}  // namespace api
